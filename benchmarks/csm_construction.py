"""CSMs from stored codes beside decoding and BLAS: time and memory of both, as a Markdown table.

    pip install '.[cpu,bench]'
    python benchmarks/csm_construction.py

Stored windows of 120 s with levels of random steps, and queries that are compared with all of them
on one thread, in batches as the scorer takes them. Contenders take turns, in one process, on the
same windows; processor time, since the clock also measures what else the machine does. Peak memory
is what NumPy and Python allocated above the stored windows (`tracemalloc`, in a run of its own).
"CSMs" sets the building of CSMs alone beside what builds and aligns them; "CSMs and alignment"
aligns the coarsest ones on both sides.
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
    """Return the table's rows for one size."""
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
    """Return the median processor time of a pair."""
    return f"{np.median(times.cpu) / pairs * 1e3:.3f} ms"


def made(seed: int) -> Window:
    """Return a window of 120 s with random steps."""
    generator = np.random.default_rng(seed)

    def rows(steps: int, dim: int) -> np.ndarray:
        values = generator.standard_normal((steps, dim)).astype(np.float32)
        return values / np.linalg.norm(values, axis=1, keepdims=True)

    levels = tuple(rows(steps, DIM) for steps in STEPS)
    return Window(0.0, 120.0, DeepSequences(levels, rows(1, 128)[0]), rows(STEPS[0], 12))


def stored(packed: Sequence[PackedWindow]) -> list[CodedWindow]:
    """Return windows as a catalog reads them."""
    return [CodedWindow(0.0, 120.0, one) for one in packed]


def decoded(queries: Sequence[DeepSequences], packed: Sequence[PackedWindow], align: bool) -> None:
    """Decode all references, then multiply batch by batch with BLAS."""
    windows = stored(packed)
    decode(windows)
    for query in queries:
        for start in range(0, len(windows), BATCH):
            batch = [window.sequences for window in windows[start : start + BATCH]]
            matrices = csms(query, batch)
            if align:
                alignment_scores(matrices[-1], ALIGNMENT, ALIGNMENT.deep_chance)


def coded(queries: Sequence[DeepSequences], packed: Sequence[PackedWindow]) -> None:
    """Build CSMs batch by batch from the codes, and align the coarsest."""
    windows = stored(packed)
    for start in range(0, len(windows), BATCH):
        batch = CodedBatch(windows[start : start + BATCH])
        for query in queries:
            batch.csms(query, ALIGNMENT)


def peak(run: Callable[[], None]) -> int:
    """Return the bytes that a run allocates at most at a time."""
    tracemalloc.start()
    thread = Thread(target=run)  # one that holds no arrays of earlier runs
    thread.start()
    thread.join()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


if __name__ == "__main__":
    main()
