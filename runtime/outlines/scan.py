"""Scan of outlines: alignment and late interaction of a query's outline with those of many windows.

Late interaction averages, over the steps of each outline, the cosine of the most similar step of
the other one, wherever that is.
"""

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.matching.alignment_score import path_gains
from samesong.runtime.matching.cross_similarity import late_interaction
from samesong.runtime.matching.numba_policy import PROCESS, NumbaPolicy
from samesong.runtime.outlines.downsample import coarse_outline, outline
from samesong.runtime.outlines.layout import FACTORS, HALVED, LANES, LARGEST
from samesong.runtime.outlines.store import Outlines
from samesong.runtime.representation.batching import batches
from samesong.runtime.representation.deep_sequences import codes_of, rows_of, step_of
from samesong.runtime.representation.level_batch import LevelBlock

Array = NDArray[np.float32]

_SAVED = 1e-5
"""Seconds a window that the compiled loop saves."""

_BATCH = 64
"""Records compared at a time: fewer wait for the interpreter."""

Kernel = Callable[
    [
        NDArray[np.int16],
        NDArray[np.int8],
        NDArray[np.int64],
        tuple[int, int],
        tuple[float, float],
        Array,
    ],
    object,
]


def kernel(n_windows: int, skip_share: float = HALVED, policy: NumbaPolicy = PROCESS) -> Kernel:
    """Return the function that compares outlines, in Numba or in NumPy.

    Parameters
    ----------
    n_windows : int
        Windows that are about to be searched.
    skip_share : float, optional
        ``AlignmentParameters.skip_share`` of the model.
    policy : NumbaPolicy, optional
        Decides whether that is worth loading Numba.

    Returns
    -------
    callable
        `compare_slowly`, or the same compiled.
    """
    if skip_share == HALVED and policy.enough(n_windows * _SAVED):
        from samesong.runtime.outlines.scan_kernels import compare_outlines  # noqa: PLC0415

        compiled: Kernel = compare_outlines
        return compiled
    return compare_slowly


def compare_slowly(  # noqa: PLR0917 - called as the compiled one, which takes no keywords
    query: NDArray[np.int16],
    raw: NDArray[np.int8],
    places: NDArray[np.int64],
    extent: tuple[int, int],
    gains: tuple[float, float],
    found: Array,
) -> None:
    """Do in NumPy what `samesong.runtime.outlines.scan_kernels.compare_outlines` does.

    Parameters
    ----------
    query : ndarray
        (query_steps, dim) int16.
    raw : ndarray
        (n_records, bytes) int8.
    places : ndarray
        (n,) int64: which records.
    extent : tuple of int
        Byte of a record at which its codes begin, and how many steps they have.
    gains : tuple of float
        ``cell_threshold`` and ``skip_share`` of the model's alignments.
    found : ndarray
        (2, n, LANES) float32, to be filled.
    """
    offset, steps = extent
    size = steps * query.shape[1] * LANES
    codes = raw[places, offset : offset + size].reshape(len(places), steps, -1, LANES)
    beside = np.concatenate(list(codes), axis=-1).astype(np.float32)
    cosines = np.matmul(query.astype(np.float32) / np.float32(LARGEST), beside)
    late = late_interaction(cosines.transpose(2, 0, 1))
    found[:] = np.stack([path_gains(cosines, *gains), late]).reshape(found.shape)


def scan(
    level: Array,
    outlines: Outlines,
    records: NDArray[np.int64],
    compare: Kernel,
    *,
    fitted: Fitted,
    pool: Executor,
) -> Array:
    """Compare a window of a query with coarse outlines of a file.

    Parameters
    ----------
    level : ndarray
        (steps, dim) float32: the coarsest level of the query's window.
    outlines : Outlines
        The file.
    records : ndarray
        (n,) int64: which of its records.
    compare : callable
        As `kernel` returns it.
    fitted : Fitted
        Gains of alignments, and the weight of late interaction beside them.
    pool : Executor
        Threads to work on.

    Returns
    -------
    ndarray
        (n, LANES) float32: scores as of
        `samesong.runtime.matching.alignment_score.alignment_scores`, with late interaction; of
        empty lanes, anything.
    """
    kind = outlines.records.dtype
    _, width, _ = kind["codes"].shape
    query = _query(coarse_outline(level), width)
    _, offset, *_ = (kind.fields or {})["codes"]
    scores = np.empty((len(records), LANES), np.float32)

    def run(places: list[int]) -> None:
        some = records[places]
        steps = int(outlines.steps[some[0]])
        found = np.empty((2, len(some), LANES), np.float32)
        compare(query, outlines.raw, some, (offset, steps), _gains(fitted), found)
        scores[places] = _scores(found, len(query), steps, fitted)

    for _ in pool.map(run, batches(outlines.steps[records].tolist(), _BATCH)):
        pass
    return scores


def outline_scores(
    level: Array, block: LevelBlock, compare: Kernel, *, fitted: Fitted, pool: Executor
) -> Array:
    """Compare a window of a query with the outlines of some windows.

    Parameters
    ----------
    level : ndarray
        (steps, dim) float32: the coarsest level of the query's window.
    block : LevelBlock
        The windows.
    compare : callable
        As `kernel` returns it.
    fitted : Fitted
        As for `scan`.
    pool : Executor
        Threads to work on.

    Returns
    -------
    ndarray
        (n_windows,) float32: scores as of `scan`.
    """
    width = -(-level.shape[1] // FACTORS) * FACTORS
    query = _query(outline(level), width)
    scores = np.empty(len(block.keys), np.float32)

    def run(batch: tuple[NDArray[np.int64], NDArray[np.int8]]) -> None:
        places, levels = batch
        rows = codes_of(outline(rows_of(levels)))
        count, steps, dim = rows.shape
        codes = np.zeros((steps, width, LANES), np.int8)
        codes[:, :dim, :count] = rows.transpose(1, 2, 0)
        found = np.empty((2, 1, LANES), np.float32)
        place = np.zeros(1, np.int64)
        compare(query, codes.reshape(1, -1), place, (0, steps), _gains(fitted), found)
        scores[places] = _scores(found[:, 0, :count], len(query), steps, fitted)

    for _ in pool.map(run, block.batches(LANES)):
        pass
    return scores


def _query(rows: Array, width: int) -> NDArray[np.int16]:
    """Return an outline (steps, dim) as large as 16 bits of products allow, padded to a width."""
    steps, dim = rows.shape
    rounding = np.sqrt(dim) / 2
    longest = 1 / step_of(dim) + rounding  # of a window's steps, by Cauchy and Schwarz
    query = np.zeros((steps, width), np.int16)
    query[:, :dim] = np.rint((LARGEST / longest - rounding) * rows)
    return query


def _gains(fitted: Fitted) -> tuple[float, float]:
    return fitted.alignment.cell_threshold, fitted.alignment.skip_share


def _scores(found: Array, asked: int, steps: int, fitted: Fitted) -> Array:
    """Return the scores of gains and late interaction, of outlines of so many steps each."""
    gains, late = found
    chance = fitted.alignment.deep_chance.at(min(asked, steps))
    weight = np.float32(fitted.outlines.late_interaction)
    return np.asarray(np.sqrt(gains) - np.float32(chance) + weight * late)
