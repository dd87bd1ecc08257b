"""Time and memory of building CSMs from stored codes, compared with decoding them and using BLAS.

    pip install '.[cpu,bench]'
    python benchmarks/csm_construction.py

The result is a Markdown table. The references are stored windows of 120 s with random steps. Each
query is compared with all of them on one thread, in batches of the scorer's size. Both methods run
in turns, in one process and on the same windows. Times are processor time a pair of windows, which
other load disturbs less than wall-clock time. Peak memory is what Python and NumPy allocate beyond
the stored windows; `tracemalloc` measures it in separate runs.

Building from codes always aligns the coarsest CSMs as well. Decoding and BLAS do so only in the
rows "CSMs and alignment"; in the rows "CSMs" they build the matrices alone.
"""

import argparse
import tracemalloc
from collections.abc import Callable, Sequence
from threading import Thread
from typing import NamedTuple

import numpy as np

from samesong.runtime.bench.timing import Times, interleaved, median_ratio, thread_limit
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.coded_similarity import CodedBatch
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.matching.scorer import BATCH
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import CodedWindow, PackedWindow, Window, decode

STEPS, DIM = (201, 201, 101, 101), 32
ALIGNMENT = starting_values().alignment


class Size(NamedTuple):
    """A number of references and of queries that one command compares at a time."""

    name: str
    references: int
    queries: int


SIZES = (
    Size("`identify`: 32 tracks of 4 windows, 2 query windows", 128, 2),
    Size("`setlist`: a cell, 20 tracks of 4 windows", 80, 1),
    Size("`evaluate`: 100 recordings of 4 windows, 2 query windows", 400, 2),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="timed runs of each contender")
    rounds = parser.parse_args().rounds
    rows = [row for size in SIZES for row in measure(size, rounds)]
    print("| size | step | decode + BLAS | from codes | of decode + BLAS | peak memory of both |")
    print("|---|---|---|---|---|---|")
    print("\n".join(rows))


def measure(size: Size, rounds: int) -> list[str]:
    """Measure both methods at one size.

    Parameters
    ----------
    size : Size
        Numbers of references and of queries.
    rounds : int
        Timed runs of each method, at least 1.

    Returns
    -------
    list of str
        The table's rows for this size.
    """
    queries = [made(seed).sequences for seed in range(size.queries)]
    packed = [made(1000 + seed).pack() for seed in range(size.references)]
    contenders = {
        "CSMs": (lambda: decoded(queries, packed, align=False), lambda: coded(queries, packed)),
        "CSMs and alignment": (
            lambda: decoded(queries, packed, align=True),
            lambda: coded(queries, packed),
        ),
    }
    pairs = size.references * size.queries
    rows = []
    with thread_limit(1), PROCESS.fixed(True):  # alignments are compiled on both sides
        for step, both in contenders.items():
            times = interleaved(dict(zip("ab", both, strict=True)), rounds)
            peaks = [f"{peak(run) / 1e6:.1f}" for run in both]
            rows.append(
                f"| {size.name} | {step} | {milliseconds(times['a'], pairs)} | "
                f"{milliseconds(times['b'], pairs)} | {median_ratio(times['b'], times['a']):.2f} | "
                f"{peaks[0]} and {peaks[1]} MB |"
            )
    return rows


def milliseconds(times: Times, pairs: int) -> str:
    """Return the median processor time of a pair of windows.

    Parameters
    ----------
    times : Times
        Times of runs over all pairs.
    pairs : int
        Pairs of windows in a run.

    Returns
    -------
    str
        In milliseconds, with the unit.
    """
    return f"{np.median(times.cpu) / pairs * 1e3:.3f} ms"


def made(seed: int) -> Window:
    """Return a window of 120 s with random steps.

    Parameters
    ----------
    seed : int
        0 or above; the same seed gives the same window.

    Returns
    -------
    Window
        All rows of its levels, embedding and chroma have length 1.
    """
    generator = np.random.default_rng(seed)

    def rows(steps: int, dim: int) -> np.ndarray:
        values = generator.standard_normal((steps, dim)).astype(np.float32)
        return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True))

    levels = tuple(rows(steps, DIM) for steps in STEPS)
    return Window(0.0, 120.0, DeepSequences(levels, rows(1, 128)[0]), rows(STEPS[0], 12))


def stored(packed: Sequence[PackedWindow]) -> list[CodedWindow]:
    """Return windows as a catalog reads them.

    Parameters
    ----------
    packed : sequence of PackedWindow
        Windows in compact form.

    Returns
    -------
    list of CodedWindow
        Windows of 120 s that are not decoded yet.
    """
    return [CodedWindow(0.0, 120.0, one) for one in packed]


def decoded(queries: Sequence[DeepSequences], packed: Sequence[PackedWindow], align: bool) -> None:
    """Decode all references, then multiply batch by batch with BLAS.

    Parameters
    ----------
    queries : sequence of DeepSequences
        The queries.
    packed : sequence of PackedWindow
        The references in compact form.
    align : bool
        True also aligns the coarsest CSMs.
    """
    windows = stored(packed)
    decode(windows)
    for query in queries:
        for start in range(0, len(windows), BATCH):
            batch = [window.sequences for window in windows[start : start + BATCH]]
            matrices = csms(query, batch)
            if align:
                alignment_scores(matrices[-1], ALIGNMENT, ALIGNMENT.deep_chance)


def coded(queries: Sequence[DeepSequences], packed: Sequence[PackedWindow]) -> None:
    """Build CSMs batch by batch from the codes, and align the coarsest.

    Parameters
    ----------
    queries : sequence of DeepSequences
        The queries.
    packed : sequence of PackedWindow
        The references in compact form.
    """
    windows = stored(packed)
    for start in range(0, len(windows), BATCH):
        batch = CodedBatch(windows[start : start + BATCH])
        for query in queries:
            batch.csms(query, ALIGNMENT)


def peak(run: Callable[[], None]) -> int:
    """Return the peak memory of a run.

    Parameters
    ----------
    run : callable
        The run, without arguments.

    Returns
    -------
    int
        The most bytes that Python and NumPy held at a time.
    """
    tracemalloc.start()
    thread = Thread(target=run)  # one that holds no arrays of earlier runs
    thread.start()
    thread.join()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


if __name__ == "__main__":
    main()
