"""Time of a query against a catalog in object storage, beside the same one in a folder.

The store is moto's S3 server on this machine, behind a proxy that holds up each request. Queries
take turns with the two catalogs, and with the store without latency: what that saves tells how many
requests a query waits for, one after another. Each figure is a median over all queries of all
rounds but the first.
"""

import json
import os
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import click
from local_s3 import CREDENTIALS, Proxy, make_bucket, running_s3

from samesong import DEFAULT_MODEL, Catalog, Identifier, ModelBundle
from samesong.runtime.bench.grown_catalog import GrownCatalog
from samesong.runtime.bench.synthetic_tracks import TrackSynthesiser
from samesong.runtime.demo.run import DEMO_AUDIO


@click.command()
@click.option("--windows", default=20_000, show_default=True, help="Windows of each catalog.")
@click.option("--latency", default=20.0, show_default=True, help="Milliseconds a request.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Model of the catalogs.")
@click.option("--rounds", default=5, show_default=True, help="Times that each query is asked.")
def main(windows: int, latency: float, model: str, rounds: int) -> None:
    """Measure it, and print JSON."""
    bundle = ModelBundle.load(model)
    queries = sorted(DEMO_AUDIO.glob("live_*"))
    with TemporaryDirectory() as work, running_s3() as port, Proxy(port, keeps=True) as proxy:
        make_bucket(port, "bucket")
        os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL=proxy.url, XDG_CACHE_HOME=f"{work}/cache")
        places = {"folder": f"{work}/catalog", "store": "s3://bucket/catalog"}
        for location in places.values():
            build(location, bundle, windows)
        proxy.latency = latency / 1000
        first = {name: _first(location, bundle, queries[0]) for name, location in places.items()}
        identifiers = {
            name: Identifier(bundle, Catalog(location, bundle)) for name, location in places.items()
        }
        found = _ask(identifiers, queries, rounds, proxy)
    print(
        json.dumps(
            {
                "windows": windows,
                "latency_ms": latency,
                "n_queries": len(queries),
                "rounds": rounds,
                "opening_and_first_query_s": first,
                **found,
            },
            indent=2,
        )
    )


def build(location: str, bundle: ModelBundle, windows: int) -> None:
    """Make a catalog of the demo's tracks and synthetic ones, with an index.

    Parameters
    ----------
    location : str
        Its folder or address; what is there already is kept.
    bundle : ModelBundle
        Its model.
    windows : int
        Windows that it has at least.
    """
    with GrownCatalog(location, bundle) as catalog:
        catalog.add_recordings(sorted([*DEMO_AUDIO.glob("studio_*"), *DEMO_AUDIO.glob("other_*")]))
        pool = catalog.pool(catalog.recorded())
        synthesiser = TrackSynthesiser(pool, bundle.step_seconds)
        catalog.grow(lambda _: synthesiser, windows, lambda *_: None)
        catalog.optimize()


def _first(location: str, bundle: ModelBundle, query: Path) -> float:
    """Return the seconds that a new process takes for a query, without starting and the model."""
    began = perf_counter()
    Identifier(bundle, Catalog(location, bundle)).identify(query)
    return perf_counter() - began


def _ask(
    identifiers: dict[str, Identifier], queries: list[Path], rounds: int, proxy: Proxy
) -> dict[str, float]:
    latency, kinds = proxy.latency, ("folder", "store at once", "store")
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    requests: list[int] = []
    for number in range(1 + rounds):
        for query in queries:
            answers = set()
            for kind in kinds:
                proxy.latency = 0.0 if kind == "store at once" else latency
                proxy.seen.clear()
                began = perf_counter()
                ranking = identifiers[kind.partition(" ")[0]].identify(query)
                took = perf_counter() - began
                answers.add(ranking.matches[0].track.track_id)
                if number:  # the first reads what is kept in memory from then on
                    seconds[kind].append(took)
                    requests += [len(proxy.seen)] if kind == "store" else []
            assert len(answers) == 1, f"{query} is not the same song in both"

    def more(kind: str) -> float:
        return 1e3 * median(
            there - here for there, here in zip(seconds["store"], seconds[kind], strict=True)
        )

    return {
        "folder_ms": 1e3 * median(seconds["folder"]),
        "store_ms": 1e3 * median(seconds["store"]),
        "more_than_folder_ms": more("folder"),
        "of_it_latency_ms": more("store at once"),
        "requests_a_query": median(requests),
    }


if __name__ == "__main__":
    main()
