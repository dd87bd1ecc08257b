"""Whether an index of nearest neighbours could take the place of the scan of all centroids.

The same centroids, seen from their centre and of length 1, are searched by samesong's scan of all
of them and by what LanceDB, faiss and usearch offer, for the windows most like those of live
recordings. Told is how much of the exact answer each finds, in what time, on one thread; and how
often a window of the right track is in it, which no index can make better than the exact answer::

    samesong bench retrieval work --manifest list.csv --sizes 100000
    pip install '.[cpu,bench]' faiss-cpu usearch
    python benchmarks/nearest_neighbours.py list.csv work/catalog
"""

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

import click
import faiss
import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import IvfFlat
from markdown import table
from numpy.typing import NDArray
from usearch.index import Index

from samesong.runtime.bench.queries import tracks_of_works
from samesong.runtime.bench.timing import thread_limit
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.evaluation.evaluator import read_entries
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.outlines.centroid import Likeness, centre_of, centroid
from samesong.runtime.outlines.scan import kernel
from samesong.runtime.outlines.store import NOBODY, track_code
from samesong.runtime.representation.deep_sequences import rows_of, unit

Vectors = NDArray[np.float32]
Places = NDArray[np.int64]
Search = Callable[[int, int], Places]
"""Takes the number of a query and how many places of windows to return."""

LISTS = 1024
"""Clusters of an inverted file, and `PROBES` of them that are looked into."""
PROBES = (16, 128)
EFFORT = 2048
"""Places that a search of a graph keeps in view."""


class Centroids:
    """The centroids of a catalog, and those of queries.

    Parameters
    ----------
    catalog
        Indexed, and of so many windows that they are searched by compiled code.
    levels
        The coarsest level of each query's window.
    """

    def __init__(self, catalog: Catalog, levels: list[Vectors]) -> None:
        self._parts = catalog.outlines()
        kernel(catalog.n_windows)  # loads what is compiled
        centre = centre_of([part.centroids for part in self._parts])
        self._likeness = [Likeness(level, centre) for level in levels]
        self._valid = np.concatenate([part.keys.ravel() != NOBODY for part in self._parts])
        self.tracks = np.concatenate([part.tracks.ravel() for part in self._parts])[self._valid]
        codes = np.concatenate([part.centroids.reshape(-1, len(centre)) for part in self._parts])
        self.vectors = unit(rows_of(codes[self._valid]) - centre)
        self.queries = unit(np.stack([centroid(level) for level in levels]) - centre)

    def scan(self, query: int, count: int) -> Places:
        """Look at all: samesong's own way."""
        found = [self._likeness[query].of_codes(part.centroids).ravel() for part in self._parts]
        cosines = np.concatenate(found)[self._valid]
        return np.argpartition(-cosines, count - 1)[:count]


def faiss_flat(centroids: Centroids) -> Search:
    """Look at all, by faiss."""
    index = faiss.IndexFlatIP(centroids.vectors.shape[1])
    index.add(centroids.vectors)
    return lambda query, count: index.search(centroids.queries[query, None], count)[1][0]


def faiss_lists(centroids: Centroids, probes: int) -> Search:
    """Look at all in the nearest clusters, by faiss."""
    dim = centroids.vectors.shape[1]
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, LISTS, faiss.METRIC_INNER_PRODUCT)
    index.train(centroids.vectors[:: max(1, len(centroids.vectors) // (64 * LISTS))])
    index.add(centroids.vectors)
    index.nprobe = probes
    return lambda query, count: index.search(centroids.queries[query, None], count)[1][0]


def usearch_graph(centroids: Centroids) -> Search:
    """Follow a graph of neighbours (HNSW), by usearch."""
    index = Index(ndim=centroids.vectors.shape[1], metric="ip", expansion_search=EFFORT)
    index.add(np.arange(len(centroids.vectors)), centroids.vectors)
    return lambda query, count: np.asarray(
        index.search(centroids.queries[query], count, threads=1).keys, np.int64
    )


def lance_lists(centroids: Centroids, probes: int) -> Search:
    """Look at all in the nearest clusters, by LanceDB."""
    folder = tempfile.TemporaryDirectory()
    dim = centroids.vectors.shape[1]
    column = pa.FixedSizeListArray.from_arrays(pa.array(centroids.vectors.ravel()), dim)
    places = pa.array(np.arange(len(centroids.vectors)))
    rows = lancedb.connect(folder.name).create_table(
        "centroids", pa.table({"place": places, "vector": column})
    )
    rows.create_index("vector", config=IvfFlat(distance_type="dot", num_partitions=LISTS))

    def search(query: int, count: int) -> Places:
        assert folder  # it is removed when nobody holds it any more
        asked = rows.search(centroids.queries[query]).distance_type("dot").nprobes(probes)
        return asked.limit(count).select(["place", "_distance"]).to_arrow()["place"].to_numpy()

    return search


WAYS: dict[str, Callable[[Centroids], Search]] = {
    "samesong, all": lambda centroids: centroids.scan,
    "faiss, all": faiss_flat,
    **{f"faiss, {n} of {LISTS} clusters": partial(faiss_lists, probes=n) for n in PROBES},
    **{f"LanceDB, {n} of {LISTS} clusters": partial(lance_lists, probes=n) for n in PROBES},
    "usearch, graph": usearch_graph,
}


@click.command()
@click.argument("listed", metavar="LIST.csv", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="CATALOG", type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=2048, show_default=True, help="Windows that are searched for.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder.")
def main(listed: Path, folder: Path, count: int, model: str) -> None:
    """Search CATALOG for the windows most like those of the live recordings in LIST.csv."""
    bundle = ModelBundle.load(model)
    entries = read_entries(listed)
    analyser = Analyser(bundle)
    levels, works = [], []
    for entry in (entry for entry in entries if entry.kind == "live"):
        for window in analyser.recording(entry.path, QUERY_HOP):
            levels.append(window.sequences.levels[-1])
            works.append(entry.work_id)
    with thread_limit(1):
        faiss.omp_set_num_threads(1)
        catalog = Catalog(folder, bundle)
        centroids = Centroids(catalog, levels)
        tracks = tracks_of_works(entries, catalog.tracks())
        right = [[track_code(track_id) for track_id in tracks.get(work, ())] for work in works]
        exact = [centroids.scan(query, count) for query in range(len(levels))]
        rows = [[name, *_measured(make, centroids, exact, right)] for name, make in WAYS.items()]
    click.echo(f"{len(levels)} windows of queries, {len(centroids.tracks)} of the catalog")
    headers = ["", "seconds to build", "ms a query", "of the exact answer", "right track in it"]
    click.echo(table(headers, rows))


def _measured(
    make: Callable[[Centroids], Search],
    centroids: Centroids,
    exact: Sequence[Places],
    right: Sequence[Sequence[int]],
) -> list[str]:
    began = perf_counter()
    search = make(centroids)
    built = perf_counter() - began
    search(0, len(exact[0]))  # what is made by the first search alone
    times, shares, hits = [], [], []
    for query, best in enumerate(exact):
        began = perf_counter()
        found = search(query, len(best))
        times.append(1e3 * (perf_counter() - began))
        shares.append(len(np.intersect1d(found, best)) / len(best))
        hits.append(np.isin(centroids.tracks[found[found >= 0]], right[query]).any())
    return [
        f"{built:.1f}",
        f"{np.median(times):.1f}",
        f"{np.mean(shares):.3f}",
        f"{np.mean(hits):.3f}",
    ]


if __name__ == "__main__":
    main()
