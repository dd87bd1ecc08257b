"""Compare LanceDB's index with usearch's and Faiss's on the passages of a catalog.

Needs usearch and faiss-cpu, which samesong itself does without. A catalog's passages are taken as
they are, and blurred copies of them added until there are enough windows. Queries are windows of
the catalog blurred alike. Each index is asked for the nearest passages of each passage of a query;
a window's score is the sum of its best ones, where one that was not returned counts as the worst
that was. LanceDB does all of that itself. "first" is the share of the queries
whose nearest window, found by comparing with all, is among the 256 nearest, "first 30" that of the
30 nearest.

    python benchmarks/candidate_indexes.py CATALOG --windows 20000 --queries 10

Made of 2,796 windows of rendered music, with one busy core to compute on (time of the processor),
when a window had 7 passages and a query 13; now they are 17 and 33:

| | windows | built in | a query | first | first 30 |
|---|---|---|---|---|---|
| all compared, in memory | 20,000 | | 32 ms | 1 | 1 |
| lancedb IvfRq (one bit a dimension) | 20,000 | 0.9 s | 98 ms | 1.000 | .973 |
| the same, comparing half as many exactly | 20,000 | 0.9 s | 84 ms | | .940 |
| faiss IVF, SQ8 | 20,000 | 1.8 s | 36 ms | 1.000 | .973 |
| lancedb IvfRq, half as many exactly | 4,000 | 0.3 s | 52 ms | | .998 |
| faiss IVF, SQ8 | 4,000 | 0.4 s | 22 ms | | 1.000 |
| usearch | 4,000 | 10.2 s | 80 ms | | 1.000 |

LanceDB's HNSW of 4,000 windows, and its product quantisation of 20,000, were not built after 200
seconds of a share of that core. Faiss finds as much in 36 % of the time of IvfRq. But IvfRq lies in
the catalog, takes 180 bytes a window on disk (SQ8: 730), follows what is removed, and compares what
is not in it yet: it is what catalogs of over a million windows use. In smaller ones, aligning all
windows in coarse outline finds more, sooner (benchmarks/README.md).
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import faiss
import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import HnswSq, IvfPq, IvfRq
from late_interaction import late_interaction
from numpy.typing import NDArray
from usearch.index import Index

from samesong.runtime.catalog import Catalog
from samesong.runtime.references import PassageBlock

Array = NDArray[np.float32]
Find = Callable[[Array], list[int]]

NEAREST = 256
"""Windows that are asked for."""

PASSAGES = 17
QUERY_PASSAGES = 33
REFINED = 8
"""Times the candidates that LanceDB compares exactly."""

DEPTH = 2000
"""Passages asked for, for each passage of a query; LanceDB asks for more by itself."""


def unit(vectors: Array) -> Array:
    """Bring rows to length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def blurred(vectors: Array, rng: np.random.Generator) -> Array:
    """Return vectors with as much noise as signal, about what a live version has."""
    noise = rng.standard_normal(vectors.shape, dtype=np.float32)
    return unit(vectors + noise / np.sqrt(vectors.shape[-1], dtype=np.float32))


def merged(distances: Array, passages: NDArray[np.int64]) -> list[int]:
    """Turn the nearest passages of each passage of a query into candidates."""
    scores: dict[int, float] = {}
    for near, found in zip(-distances, passages // PASSAGES, strict=True):
        worst = float(near.min())
        windows, first = np.unique(found, return_index=True)  # the nearest comes first
        for window, score in zip(windows.tolist(), near[first].tolist(), strict=True):
            scores[window] = scores.get(window, 0.0) + score - worst
    return sorted(scores, key=lambda window: -scores[window])[:NEAREST]


def in_lancedb(windows: Array, folder: Path, partitions: int, config: object) -> Find:
    """Index in LanceDB, as a multi-vector column."""
    count, _, dim = windows.shape
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(windows.astype(np.float16).ravel()), dim)
    offsets = pa.array(np.arange(0, count * PASSAGES + 1, PASSAGES), pa.int32())
    rows = pa.table({"id": np.arange(count), "v": pa.ListArray.from_arrays(offsets, vectors)})
    table = lancedb.connect(folder).create_table("t", rows, mode="overwrite")
    table.create_index("v", config=config)

    def find(query: Array) -> list[int]:
        search = table.search(query.astype(np.float16), vector_column_name="v")
        search = (
            search.distance_type("cosine").nprobes(partitions).refine_factor(REFINED).limit(NEAREST)
        )
        found: list[int] = search.select(["id", "_distance"]).to_arrow()["id"].to_pylist()
        return found

    return find


def in_faiss(windows: Array, partitions: int) -> Find:
    """Index in Faiss: partitions, 8 bits a dimension."""
    flat = windows.reshape(-1, windows.shape[2])
    cells = int(np.sqrt(len(flat)))
    quantizer = faiss.IndexFlatIP(flat.shape[1])
    index = faiss.IndexIVFScalarQuantizer(
        quantizer, flat.shape[1], cells, faiss.ScalarQuantizer.QT_8bit
    )
    index.metric_type = faiss.METRIC_INNER_PRODUCT
    index.cp.niter = 10
    index.train(flat[:: max(1, len(flat) // (64 * cells))])
    index.add(flat)
    index.nprobe = partitions

    def find(query: Array) -> list[int]:
        near, found = index.search(query, DEPTH)
        return merged(-np.where(found >= 0, near, -1), np.maximum(found, 0))

    return find


def in_usearch(windows: Array) -> Find:
    """Index in usearch: a graph (HNSW), in half precision."""
    flat = windows.reshape(-1, windows.shape[2])
    index = Index(ndim=flat.shape[1], metric="cos", dtype="f16")
    index.add(np.arange(len(flat)), flat)

    def find(query: Array) -> list[int]:
        matches = index.search(query, DEPTH)
        return merged(matches.distances, matches.keys.astype(np.int64))

    return find


@contextmanager
def spent() -> Iterator[Callable[[], float]]:
    """Measure the time of the processor, of all threads, in seconds."""
    began = time.process_time()
    yield lambda: time.process_time() - began


@click.command()
@click.argument("catalog", type=click.Path(exists=True, path_type=Path))
@click.option("--windows", "count", default=10_000, show_default=True)
@click.option("--queries", default=20, show_default=True)
@click.option("--partitions", default=64, show_default=True, help="Searched for each passage.")
@click.option("--only", multiple=True, help="Of these alone.")
def main(catalog: Path, count: int, queries: int, partitions: int, only: tuple[str, ...]) -> None:
    """Measure indexes on the passages of CATALOG."""
    rng = np.random.default_rng(0)
    vectors = np.concatenate([block.vectors for block in Catalog(catalog).iter_passages()])
    real = vectors[: len(vectors) // PASSAGES * PASSAGES].reshape(-1, PASSAGES, vectors.shape[1])
    copies = blurred(real[rng.integers(len(real), size=max(0, count - len(real)))], rng)
    windows = np.concatenate([real, copies])[:count]
    dense = np.repeat(windows[rng.integers(count, size=queries)], 2, axis=1)[:, :QUERY_PASSAGES]
    asked = blurred(dense, rng)
    flat = windows.reshape(-1, windows.shape[2])
    block = PassageBlock(np.arange(count), np.arange(0, len(flat), PASSAGES), flat)
    with spent() as seconds:
        expected = [np.argsort(-late_interaction(query, block))[:30] for query in asked]
        click.echo(f"all compared: {1000 * seconds() / queries:.1f} ms a query")
    folder = Path(tempfile.mkdtemp())
    settings = {"distance_type": "cosine", "max_iterations": 10, "sample_rate": 64}
    ways: dict[str, Callable[[], Find]] = {
        "lancedb IvfRq": lambda: in_lancedb(windows, folder, partitions, IvfRq(**settings)),
        "lancedb IvfPq": lambda: in_lancedb(
            windows, folder, partitions, IvfPq(num_sub_vectors=24, **settings)
        ),
        "lancedb HnswSq": lambda: in_lancedb(windows, folder, partitions, HnswSq(**settings)),
        "faiss IVF, SQ8": lambda: in_faiss(windows, partitions),
        "usearch": lambda: in_usearch(windows),
    }
    try:
        for name in only or ways:
            with spent() as seconds:
                find = ways[name]()
                built = seconds()
            find(asked[0])
            with spent() as seconds:
                found = [find(query) for query in asked]
                each = 1000 * seconds() / queries
            first = [e[0] in f for e, f in zip(expected, found, strict=True)]
            shares = [np.isin(e, f).mean() for e, f in zip(expected, found, strict=True)]
            click.echo(
                f"{name}: built in {built:.1f} s, {each:.1f} ms a query, "
                f"first: {np.mean(first):.3f}, first 30: {np.mean(shares):.3f}"
            )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
