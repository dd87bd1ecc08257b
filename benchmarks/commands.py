"""Runs samesong commands as a user would."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click


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
    command = [str(Path(sys.executable).with_name("samesong")), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise click.ClickException(
            f"samesong {arguments[0]} failed with exit code {done.returncode}: see above"
        )
    return json.loads(done.stdout)
