"""Runs samesong commands as a user would."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

SAMESONG = Path(sys.executable).with_name("samesong")
"""The command of the environment that runs the benchmark."""


def samesong(*arguments: str) -> Any:
    """Run a command and return the JSON that it prints.

    Parameters
    ----------
    *arguments : str
        The command and its arguments.

    Returns
    -------
    object
        The parsed JSON.

    Raises
    ------
    click.ClickException
        If the command fails.
    """
    command = [str(SAMESONG), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise click.ClickException(
            f"samesong {arguments[0]} failed with exit code {done.returncode}: see above"
        )
    return json.loads(done.stdout)


@contextmanager
def serving(catalog: Path, log: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve a catalog on a free port of the loopback.

    Parameters
    ----------
    catalog : Path
        Its folder.
    log : Path
        File for what the server says.

    Yields
    ------
    process : subprocess.Popen
        The server, which is ended afterwards.
    address : str
        Its URL, with a slash at the end.

    Raises
    ------
    click.ClickException
        If it does not start.
    """
    command = [str(SAMESONG), "serve", str(catalog), "--port", "0"]
    with (
        log.open("w") as stream,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stream, text=True) as process,
    ):
        assert process.stdout is not None
        said = process.stdout.readline().split()
        if len(said) < 4:
            raise click.ClickException(f"no server: {log.read_text()}")
        try:
            yield process, said[3]
        finally:
            process.terminate()
