"""Time of a query that is searched in shards on a Ray cluster, beside the same one without.

The cluster is one of this machine, so both have the same cores: a query without has them all, and
so have the shards, one each. What is more with the cluster is what questions and answers cost that
travel between processes. Queries take turns with both; each figure is a median over all queries of
all rounds but the first. The catalog, of the demo's tracks and synthetic ones, is kept in FOLDER,
and only grows::

    python benchmarks/ray_serving.py work/served --windows 1000000
"""

import json
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from samesong import DEFAULT_MODEL, Catalog, Identifier, ModelBundle
from samesong.runtime.bench.grown_catalog import GrownCatalog
from samesong.runtime.bench.synthetic_tracks import TrackSynthesiser
from samesong.runtime.cli.cluster import ray_shards
from samesong.runtime.demo.run import DEMO_AUDIO

Times = dict[str, list[float]]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--windows", default=20_000, show_default=True, help="Windows of the catalog.")
@click.option("--shards", default=2, show_default=True, help="Shards, each with one core.")
@click.option("--ray", "address", default="local", show_default=True, help="Address of a cluster.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model of the catalog.")
@click.option("--rounds", default=5, show_default=True, help="Times that each query is asked.")
def main(*, folder: Path, windows: int, shards: int, address: str, model: str, rounds: int) -> None:
    """Measure it, and print JSON."""
    bundle = ModelBundle.load(model)
    _build(folder, bundle, windows)
    queries = sorted(DEMO_AUDIO.glob("live_*"))
    catalog = Catalog(folder, bundle)
    with ray_shards(address, str(folder), model, bundle, "cpu", count=shards, replicas=1) as source:
        identifiers = {
            "without": Identifier(bundle, catalog),
            "with": Identifier(bundle, catalog, shards=source.of(catalog)),
        }
        seconds, stages = _ask(identifiers, queries, rounds)
    pairs = zip(seconds["with"], seconds["without"], strict=True)
    print(
        json.dumps(
            {
                "windows": catalog.n_windows,
                "shards": shards,
                "n_queries": len(queries),
                "rounds": rounds,
                **{f"{kind}_ms": 1e3 * median(found) for kind, found in seconds.items()},
                "more_ms": 1e3 * median(there - here for there, here in pairs),
                "stages_ms": {
                    kind: {stage: median(found) for stage, found in of_kind.items()}
                    for kind, of_kind in stages.items()
                },
            },
            indent=2,
        )
    )


def _build(folder: Path, bundle: ModelBundle, windows: int) -> None:
    """Make the catalog, with an index, or let one that is there grow."""
    with GrownCatalog(folder, bundle) as catalog:
        if catalog.n_windows >= windows:
            return
        catalog.add_recordings(sorted([*DEMO_AUDIO.glob("studio_*"), *DEMO_AUDIO.glob("other_*")]))
        pool = catalog.pool(catalog.recorded())
        synthesiser = TrackSynthesiser(pool, bundle.step_seconds)
        catalog.grow(
            lambda _: synthesiser, windows, lambda done, of: click.echo(f"{done}/{of}", err=True)
        )
        catalog.optimize()


def _ask(
    identifiers: dict[str, Identifier], queries: list[Path], rounds: int
) -> tuple[Times, dict[str, Times]]:
    """Return the seconds of each query, and the milliseconds of its stages, by identifier."""
    seconds: Times = {kind: [] for kind in identifiers}
    stages: dict[str, Times] = {kind: defaultdict(list) for kind in identifiers}
    for number in range(1 + rounds):
        for query in queries:
            answers = []
            for kind, identifier in identifiers.items():
                began = perf_counter()
                ranking = identifier.identify(query)
                took = perf_counter() - began
                answers.append([match.track.track_id for match in ranking.matches])
                if number and ranking.trace:  # the first reads what is kept in memory from then on
                    seconds[kind].append(took)
                    for stage, spent in ranking.trace.milliseconds.items():
                        stages[kind][stage].append(spent)
            assert answers[0] == answers[1], f"{query} has another answer with the cluster"
    return seconds, stages


if __name__ == "__main__":
    main()
