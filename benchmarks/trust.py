"""Whether samesong can be trusted with strangers: each command attacks it, and tells what held.

::

    pip install '.[cpu,serve,dev]'
    python benchmarks/trust.py load --clients 200 --minutes 10
"""

import json
from dataclasses import asdict
from pathlib import Path

import click
from trust_load import measure_load


@click.group()
def main() -> None:
    """Attack samesong, and tell what held."""


@main.command()
@click.option("--clients", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--half-open", type=click.IntRange(min=0), default=400, show_default=True)
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True
)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
def load(clients: int, half_open: int, minutes: float, json_path: Path | None) -> None:
    """Load a server with clients and half-open sockets; exit code 1 if it does not hold."""
    found = measure_load(clients, half_open, minutes)
    text = json.dumps(asdict(found), indent=2)
    click.echo(text)
    if json_path is not None:
        json_path.write_text(text + "\n")
    if failures := found.failures():
        raise click.ClickException("; ".join(failures))


if __name__ == "__main__":
    main()
