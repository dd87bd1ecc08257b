"""How well the coarse outline of a query aligns with those of all windows of a file."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from functools import cache

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.alignment_score import CHANCE, path_gains
from samesong.runtime.outline import coarse_outline
from samesong.runtime.outline_file import LANES, Outlines
from samesong.runtime.sequences import step_of

Array = NDArray[np.float32]

COMPILED_FROM = 100_000
"""Windows from which on the compiled kernel is taken: it saves more than Numba takes to load."""

LARGEST = 32_767
"""Largest product of a query's step with a window's, in 16 bits: it stands for a cosine of 1."""

Kernel = Callable[[NDArray[np.int16], NDArray[np.int8], Array], object]

_LOG = logging.getLogger(__name__)


def scan(level: Array, outlines: Outlines, pool: Executor) -> Array:
    """Align a window of a query with all outlines.

    Parameters
    ----------
    level
        The coarsest level of the query's window, (steps, dim).
    outlines
        What it is aligned with.
    pool
        Threads to work on.

    Returns
    -------
    (n_records, LANES) float32
        Scores as of `samesong.runtime.alignment_score.alignment_scores`; of empty lanes, anything.
    """
    codes = outlines.records["codes"]
    query = _query(coarse_outline(level), codes.shape[2])
    asked = len(query)
    align, together = _kernel(LANES * len(codes))
    scores = np.empty((len(codes), LANES), np.float32)
    factor, power = CHANCE

    def run(places: NDArray[np.int64]) -> None:
        steps = int(outlines.steps[places[0]])
        gains = np.empty((len(places), LANES), np.float32)
        align(query, codes[places, :steps], gains)
        scores[places] = np.sqrt(gains) - factor * min(asked, steps) ** power

    for _ in pool.map(run, _batches(outlines.steps, together)):
        pass
    return scores


def align_slowly(query: NDArray[np.int16], codes: NDArray[np.int8], best: Array) -> None:
    """Do in NumPy what `samesong.runtime._outline_kernels.align_outlines` does."""
    beside = np.concatenate(list(codes), axis=-1).astype(np.float32)
    cosines = np.matmul(query.astype(np.float32) / np.float32(LARGEST), beside)
    best[:] = path_gains(cosines).reshape(best.shape)


def _query(outline: Array, width: int) -> NDArray[np.int16]:
    """Return an outline (steps, dim) as large as 16 bits of products allow, padded to a width."""
    steps, dim = outline.shape
    rounding = np.sqrt(dim) / 2
    longest = 1 / step_of(dim) + rounding  # of a window's steps, by Cauchy and Schwarz
    query = np.zeros((steps, width), np.int16)
    query[:, :dim] = np.rint((LARGEST / longest - rounding) * outline)
    return query


def _kernel(n_windows: int) -> tuple[Kernel, int]:
    """Return what aligns so many windows, and how many records it likes to have at a time.

    NumPy's batches are small to stay in a core's cache; the compiled kernel sees to that itself.
    """
    if n_windows >= COMPILED_FROM:
        try:
            from samesong.runtime._outline_kernels import align_outlines  # noqa: PLC0415
        except ImportError:
            _advise(n_windows)
        else:
            return align_outlines, 32
    return align_slowly, 8


@cache
def _advise(n_windows: int) -> None:
    """Say once that Numba is missing."""
    _LOG.warning(
        "%d windows are searched without Numba, at a fourth of the speed: "
        "run pip install 'samesong[fast]'",
        n_windows,
    )


def _batches(steps: NDArray[np.int64], together: int) -> Iterator[NDArray[np.int64]]:
    """Yield places of records whose outlines have the same number of steps."""
    for length in np.unique(steps):
        places = np.flatnonzero(steps == length)
        yield from np.split(places, range(together, len(places), together))
