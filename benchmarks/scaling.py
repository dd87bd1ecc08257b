"""What millions of tracks cost, and how fast a cluster answers: docs/scaling.md is made by this.

Measures the unit costs and a server on this machine, computes what catalogs of several sizes cost
by the assumptions in scaling.toml, simulates a cluster, and writes scaling.json, the tables of the
page and its picture. Run it on a machine that does nothing else::

    pip install -e '.[cpu,serve,cluster,bench,dev]'
    python benchmarks/scaling.py work
    python benchmarks/scaling.py work --keep costs --keep server --keep store  # other assumptions
"""

import json
import tomllib
from pathlib import Path

import click
from scaling_costs import UnitCosts
from scaling_page import draw, filled, tables
from scaling_runs import simulate
from scaling_server import measure_server
from unit_costs import RECORDING, measure, measure_store

from samesong import DEFAULT_MODEL, ModelBundle

HERE = Path(__file__).parent
RESULTS = HERE / "scaling.json"
PAGE = HERE.parent / "docs" / "scaling.md"
PICTURE = PAGE.with_suffix(".png")
PARTS = ("costs", "server", "simulated", "store")


@click.command()
@click.argument("work", type=click.Path(file_okay=False, path_type=Path))
@click.option("--windows", default=100_000, show_default=True, help="Of the measured catalog.")
@click.option("--rounds", default=9, show_default=True, type=click.IntRange(min=1))
@click.option("--queries", default=2000, show_default=True, help="Of each simulated run.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model of the catalog.")
@click.option("--keep", multiple=True, type=click.Choice(PARTS), help="Part that stays as it is.")
def main(
    *, work: Path, windows: int, rounds: int, queries: int, model: str, keep: tuple[str, ...]
) -> None:
    """Measure, compute and simulate, and write the page; WORK keeps a catalog of 1.5 GB."""
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    missing = [part for part in keep if part not in results]
    if missing:
        raise click.ClickException(f"{RESULTS} has no {missing[0]} to keep: measure them first")
    results["settings"] = tomllib.loads((HERE / "scaling.toml").read_text("utf-8"))
    if "costs" not in keep:
        results["costs"] = measure(ModelBundle.load(model), work, windows, rounds)
        _write(results)
    if "server" not in keep:
        results["server"] = measure_server(work / "catalog", work / RECORDING, rounds)
        _write(results)
    if "simulated" not in keep:
        results["simulated"] = simulate(UnitCosts(results["costs"]), results["settings"], queries)
        _write(results)
    if "store" not in keep:
        results["store"] = measure_store()
        _write(results)
    draw(results["simulated"], PICTURE)
    PAGE.write_text(filled(PAGE.read_text("utf-8"), tables(results)), "utf-8")
    click.echo(f"wrote {RESULTS}, {PAGE} and {PICTURE}")


def _write(results: object) -> None:
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
