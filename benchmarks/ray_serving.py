"""Time of a search in shards on a Ray cluster, beside the same one without.

The cluster is one of this machine, so both have the same cores: a search without has them all, and
so have the shards, one each. What is more with the cluster is what questions and answers cost that
travel between processes. Queries are analysed before, which is the same with both, and take turns
with both; each figure is a median over all queries of all rounds but the first. The catalog, of the
demo's tracks and synthetic ones, is kept in FOLDER, and only grows::

    python benchmarks/ray_serving.py work/served --windows 1000000
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from samesong import DEFAULT_MODEL, Analyser, Catalog, ModelBundle
from samesong.runtime.bench.grown_catalog import GrownCatalog
from samesong.runtime.bench.synthetic_tracks import TrackSynthesiser
from samesong.runtime.cli.cluster import ray_serving
from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.representation.window import Window

Times = dict[str, list[float]]

_ROUNDING = 1e-3  # of log-odds: the network's, by the size of its batches


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
    analyser = Analyser(bundle)
    queries = [analyser.recording(path, QUERY_HOP) for path in sorted(DEMO_AUDIO.glob("live_*"))]
    catalog = Catalog(folder, bundle)
    with ray_serving(
        *(address, str(folder), model, bundle, "cpu"), count=shards, replicas=(1, 1)
    ) as serving:
        retrievers = {
            "without": Retriever(bundle, catalog),
            "with": Retriever(bundle, catalog, shards=serving.shards.of(catalog)),
        }
        seconds, stages = _ask(retrievers, queries, rounds)
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
    retrievers: dict[str, Retriever], queries: Sequence[Sequence[Window]], rounds: int
) -> tuple[Times, dict[str, Times]]:
    """Return the seconds of each search, and the milliseconds of its stages, with and without."""
    seconds: Times = {kind: [] for kind in retrievers}
    stages: dict[str, Times] = {kind: defaultdict(list) for kind in retrievers}
    for number in range(1 + rounds):
        for place, query in enumerate(queries):
            evidence = []
            for kind, retriever in retrievers.items():
                began = perf_counter()
                found = retriever.search(query)
                took = perf_counter() - began
                evidence.append({name: one.evidence for name, one in found.tracks.items()})
                if number:  # the first reads what is kept in memory from then on
                    seconds[kind].append(took)
                    for stage, spent in found.trace.milliseconds.items():
                        stages[kind][stage].append(spent)
            without, shared = evidence
            assert without.keys() == shared.keys(), f"query {place} has another answer"
            assert all(abs(shared[name] - odds) < _ROUNDING for name, odds in without.items())
    return seconds, stages


if __name__ == "__main__":
    main()
