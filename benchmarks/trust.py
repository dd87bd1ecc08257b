"""Whether samesong can be trusted with strangers: each command attacks it, and tells what held.

::

    pip install '.[cpu,serve,dev]'
    python benchmarks/trust.py load --clients 200 --minutes 10
    python benchmarks/trust.py fuzz --minutes 60
    python benchmarks/trust.py kill --times 200
    python benchmarks/trust.py full --times 50
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol

import click
from trust_full import measure_full
from trust_fuzz import measure_fuzz
from trust_kill import measure_kill
from trust_load import measure_load

_SEED = click.option("--seed", type=int, default=1, show_default=True)
_JSON = click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))


class Found(Protocol):
    """The result of an attack, a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def failures(self) -> list[str]:
        """Return what did not hold, a sentence each.

        Returns
        -------
        list of str
            Empty if all did.
        """


@click.group()
def main() -> None:
    """Attack samesong, and tell what held."""


@main.command()
@click.option("--clients", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--half-open", type=click.IntRange(min=0), default=400, show_default=True)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True
)
@_JSON
def load(clients: int, half_open: int, minutes: float, json_path: Path | None) -> None:
    """Load a server with clients and half-open sockets; exit code 1 if it does not hold."""
    _tell(measure_load(clients, half_open, minutes), json_path)


@main.command()
@click.option("--cases", type=click.IntRange(min=1), help="Number of files.  [default: 10000]")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Instead of --cases.")
@_SEED
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count(), show_default=True)
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Folder for files with faults."
)
@_JSON
def fuzz(
    *,
    cases: int | None,
    minutes: float | None,
    seed: int,
    jobs: int,
    keep: Path | None,
    json_path: Path | None,
) -> None:
    """Have damaged files of every format read; exit code 1 if one is not decoded or refused."""
    if cases is None and minutes is None:
        cases = 10_000
    _tell(measure_fuzz(seed, cases=cases, minutes=minutes, jobs=jobs, keep=keep), json_path)


@main.command()
@click.option("--times", type=click.IntRange(min=1), default=200, show_default=True)
@_SEED
@_JSON
def kill(times: int, seed: int, json_path: Path | None) -> None:
    """Kill processes that write a catalog; exit code 1 if something is lost or left behind."""
    _tell(measure_kill(times, seed), json_path)


@main.command()
@click.option("--times", type=click.IntRange(min=1), default=50, show_default=True)
@_SEED
@_JSON
def full(times: int, seed: int, json_path: Path | None) -> None:
    """Fill the disk of a catalog that is being written; exit code 1 if something is lost."""
    _tell(measure_full(times, seed), json_path)


def _tell(found: Found, json_path: Path | None) -> None:
    text = json.dumps(asdict(found), indent=2)
    click.echo(text)
    if json_path is not None:
        json_path.write_text(text + "\n")
    if failures := found.failures():
        raise click.ClickException("; ".join(failures))


if __name__ == "__main__":
    main()
