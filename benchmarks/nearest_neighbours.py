"""Compares samesong's scan of all centroids with nearest-neighbour indexes.

Centroids, centred and normalised, are searched by samesong's scan and by LanceDB, faiss and usearch
for the windows most similar to those of live recordings, on one thread. Measures how much of the
exact answer each finds, the time, and how often a window of the right track is in it, where the
exact answer is an upper bound::

    samesong bench retrieval work --manifest list.csv --sizes 100000
    pip install '.[cpu,bench]' faiss-cpu usearch
    python benchmarks/nearest_neighbours.py list.csv work/catalog
"""

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

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
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.outlines.centroid import CentroidCosines, centre_of, centroid
from samesong.runtime.outlines.scan import kernel
from samesong.runtime.outlines.store import NOBODY, track_code
from samesong.runtime.representation.deep_sequences import rows_of, unit

Vectors = NDArray[np.float32]
Places = NDArray[np.int64]
Search = Callable[[int, int], Places]
"""Takes the number of a query and a count, and returns the places of that many windows."""

LISTS = 1024
"""Clusters of an inverted file, of which `PROBES` are searched."""
PROBES = (16, 128)
EFFORT = 2048
"""Candidates that a search of a graph keeps."""


class Centroids:
    """The centroids of a catalog, and those of queries.

    Parameters
    ----------
    catalog : Catalog
        A catalog with an index, large enough to be searched by compiled code.
    levels : list of numpy.ndarray, shape (n_steps, dim), float32
        Coarsest level of each query window.
    """

    def __init__(self, catalog: Catalog, levels: list[Vectors]) -> None:
        self._parts = catalog.outlines()
        kernel(catalog.n_windows)  # loads the compiled code
        centre = centre_of([part.centroids for part in self._parts])
        self._likeness = [CentroidCosines(level, centre) for level in levels]
        self._valid = np.concatenate([part.keys.ravel() != NOBODY for part in self._parts])
        self.tracks = np.concatenate([part.tracks.ravel() for part in self._parts])[self._valid]
        codes = np.concatenate([part.centroids.reshape(-1, len(centre)) for part in self._parts])
        self.vectors = unit(rows_of(codes[self._valid]) - centre)
        self.queries = unit(np.stack([centroid(level) for level in levels]) - centre)

    def scan(self, query: int, count: int) -> Places:
        """Scan all centroids, as samesong does.

        Parameters
        ----------
        query : int
            Number of the query.
        count : int
            Number of windows to return.

        Returns
        -------
        numpy.ndarray, shape (count,), int64
            Places of the most similar windows, unordered.
        """
        found = [self._likeness[query].of_codes(part.centroids).ravel() for part in self._parts]
        cosines = np.concatenate(found)[self._valid]
        return np.argpartition(-cosines, count - 1)[:count]


def faiss_flat(centroids: Centroids) -> Search:
    """Scan all centroids with faiss.

    Parameters
    ----------
    centroids : Centroids
        Centroids of the catalog and the queries.

    Returns
    -------
    callable
        The search.
    """
    index = faiss.IndexFlatIP(centroids.vectors.shape[1])
    index.add(centroids.vectors)
    return lambda query, count: index.search(centroids.queries[query, None], count)[1][0]


def faiss_lists(centroids: Centroids, probes: int) -> Search:
    """Search the nearest clusters with faiss.

    Parameters
    ----------
    centroids : Centroids
        Centroids of the catalog and the queries.
    probes : int
        Number of clusters to search.

    Returns
    -------
    callable
        The search.
    """
    dim = centroids.vectors.shape[1]
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, LISTS, faiss.METRIC_INNER_PRODUCT)
    index.train(centroids.vectors[:: max(1, len(centroids.vectors) // (64 * LISTS))])
    index.add(centroids.vectors)
    index.nprobe = probes
    return lambda query, count: index.search(centroids.queries[query, None], count)[1][0]


def usearch_graph(centroids: Centroids) -> Search:
    """Search a graph of neighbours (HNSW) with usearch.

    Parameters
    ----------
    centroids : Centroids
        Centroids of the catalog and the queries.

    Returns
    -------
    callable
        The search.
    """
    index = Index(ndim=centroids.vectors.shape[1], metric="ip", expansion_search=EFFORT)
    index.add(np.arange(len(centroids.vectors)), centroids.vectors)
    return lambda query, count: np.asarray(
        index.search(centroids.queries[query], count, threads=1).keys, np.int64
    )


def lance_lists(centroids: Centroids, probes: int) -> Search:
    """Search the nearest clusters with LanceDB.

    Parameters
    ----------
    centroids : Centroids
        Centroids of the catalog and the queries.
    probes : int
        Number of clusters to search.

    Returns
    -------
    callable
        The search.
    """
    folder = tempfile.TemporaryDirectory()
    dim = centroids.vectors.shape[1]
    column = pa.FixedSizeListArray.from_arrays(pa.array(centroids.vectors.ravel()), dim)
    places = pa.array(np.arange(len(centroids.vectors)))
    rows = lancedb.connect(folder.name).create_table(
        "centroids", pa.table({"place": places, "vector": column})
    )
    rows.create_index("vector", config=IvfFlat(distance_type="dot", num_partitions=LISTS))

    def search(query: int, count: int) -> Places:
        assert folder  # keeps the temporary folder alive
        asked: Any = rows.search(centroids.queries[query])  # its type lacks distances
        nearest = asked.distance_type("dot").nprobes(probes).limit(count)
        found: Places = nearest.select(["place", "_distance"]).to_arrow()["place"].to_numpy()
        return found

    return search


METHODS: dict[str, Callable[[Centroids], Search]] = {
    "samesong, all": lambda centroids: centroids.scan,
    "faiss, all": faiss_flat,
    **{f"faiss, {n} of {LISTS} clusters": partial(faiss_lists, probes=n) for n in PROBES},
    **{f"LanceDB, {n} of {LISTS} clusters": partial(lance_lists, probes=n) for n in PROBES},
    "usearch, graph": usearch_graph,
}


@click.command()
@click.argument("listed", metavar="LIST.csv", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="CATALOG", type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=2048, show_default=True, help="Number of windows to search for.")
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
def main(listed: Path, folder: Path, count: int, model: str) -> None:
    """Search CATALOG for the windows most similar to those of live recordings in LIST.csv."""
    bundle = ModelBundle.load(model)
    recordings = read_listed_recordings(listed)
    analyser = Analyser(bundle)
    levels, works = [], []
    for entry in (entry for entry in recordings if entry.kind == "live"):
        for window in analyser.recording(entry.path, QUERY_HOP):
            levels.append(window.sequences.levels[-1])
            works.append(entry.work_id)
    with thread_limit(1):
        faiss.omp_set_num_threads(1)
        catalog = Catalog(folder, bundle)
        centroids = Centroids(catalog, levels)
        tracks = tracks_of_works(recordings, catalog.tracks())
        right = [[track_code(track_id) for track_id in tracks.get(work, ())] for work in works]
        exact = [centroids.scan(query, count) for query in range(len(levels))]
        rows = [[name, *_measured(make, centroids, exact, right)] for name, make in METHODS.items()]
    click.echo(f"{len(levels)} query windows, {len(centroids.tracks)} windows in the catalog")
    headers = ["", "s to build", "ms per query", "share of the exact answer", "right track in it"]
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
    search(0, len(exact[0]))  # warms up
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
