"""Where two windows match: a local alignment of their steps, at the tempo that they have."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import PathParameters
from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.matching.step_gains import step_gains
from samesong.runtime.matching.tempo import stretched_steps, tempo_ratio
from samesong.runtime.representation.chroma import key_shift
from samesong.runtime.representation.window import Window

# Steps (query, reference) to a cell from its predecessors. As in Qmax (Serra, Serra, Andrzejak,
# "Cross recurrence quantification for cover song identification", 2009), they allow half
# to double the tempo of the diagonal and no standstill. The diagonal comes first: it wins ties.
MOVES = ((1, 1), (1, 2), (2, 1))

_SAVED = 2e-8
"""Seconds a cell that the compiled loop saves."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Alignment:
    """The best local alignment of two windows.

    Attributes
    ----------
    path
        (n, 2) int64, n >= 1: aligned steps of query and reference, both strictly rising.
    key_shift
        Semitones by which the query lies above the reference, -5 to 6.
    query_span, reference_span
        The aligned part in seconds of its recording: (start, end).
    tempo_ratio
        Tempo of the query divided by that of the reference: 1.1 is a query 10 % faster. The two
        spans differ in length by it, but for what a performance drifts or leaves out.
    """

    path: NDArray[np.int64]
    key_shift: int
    query_span: tuple[float, float]
    reference_span: tuple[float, float]
    tempo_ratio: float


def align(
    query: Window, reference: Window, step_seconds: float, parameters: PathParameters
) -> Alignment:
    """Align two windows.

    Parameters
    ----------
    query, reference : Window
        Windows made by one model.
    step_seconds : float
        Seconds a step of the first level.
    parameters : PathParameters
        Gains and costs of that model.

    Returns
    -------
    Alignment
        Where the two match best.
    """
    gains = step_gains(query, reference)
    ratio = tempo_ratio(gains)
    steps = stretched_steps(gains.shape, ratio)
    stretched = local_path(gains[np.ix_(*steps)] - parameters.cell_threshold, parameters.skip)
    path = _rising(
        np.stack([of_side[at] for of_side, at in zip(steps, stretched.T, strict=True)], 1)
    )
    return Alignment(
        path=path,
        key_shift=key_shift(query.chroma, reference.chroma, path),
        query_span=_span(query, path[:, 0], step_seconds),
        reference_span=_span(reference, path[:, 1], step_seconds),
        tempo_ratio=ratio,
    )


def local_path(gains: Array, skip: float) -> NDArray[np.int64]:
    """Return the path through a matrix with the largest gain less skips (Smith-Waterman).

    A row depends on the two before it alone, so rows are computed whole; which move led to a cell
    is looked up for the cells of the path alone.

    Parameters
    ----------
    gains : ndarray
        (query_steps, reference_steps) float32: positive where the two are alike.
    skip : float
        Cost of a move off the diagonal.

    Returns
    -------
    ndarray
        (n, 2) int64: cells from first to last, n >= 1, each one of `MOVES` from the one before.
    """
    rows, columns = gains.shape
    # Two rows and columns of zeros in front: a path may begin anywhere.
    total = np.zeros((rows + 2, columns + 2), np.float32)
    if PROCESS.enough(gains.size * _SAVED):
        from samesong.runtime.matching.alignment_kernels import add_up  # noqa: PLC0415

        add_up(np.ascontiguousarray(gains, np.float32), np.float32(skip), total)
    else:
        _add_up(gains, np.float32(skip), total)
    i, j = (int(k) for k in np.unravel_index(np.argmax(total[2:, 2:]), gains.shape))
    costs = np.array([0, skip, skip], np.float32)
    path = [(i, j)]
    while total[i + 2, j + 2] > gains[i, j]:  # something came before
        earlier = [total[i + 2 - down, j + 2 - right] for down, right in MOVES]
        down, right = MOVES[int(np.argmax(earlier - costs))]
        i, j = i - down, j - right
        path.append((i, j))
    return np.array(path[::-1], np.int64)


def _add_up(gains: Array, skip: np.float32, total: Array) -> None:
    """Fill in what the best path to each cell gains; `total` has two rows and columns in front."""
    rows, columns = gains.shape
    best = np.empty(columns, np.float32)
    for i in range(rows):
        np.maximum(total[i + 1, :-2], total[i, 1:-1], out=best)  # the moves that cost a skip
        best -= skip
        np.maximum(best, total[i + 1, 1:-1], out=best)
        np.maximum(best, 0, out=best)
        np.add(best, gains[i], out=total[i + 2, 2:])


def _rising(path: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out cells that repeat a step: stretching a side repeats some."""
    kept = [path[0]]
    for cell in path[1:]:
        if (cell > kept[-1]).all():
            kept.append(cell)
    return np.array(kept)


def _span(window: Window, steps: NDArray[np.int64], seconds: float) -> tuple[float, float]:
    start = window.start + float(steps[0]) * seconds
    end = min(window.start + float(steps[-1] + 1) * seconds, window.end)
    return round(start, 2), round(end, 2)  # a step is longer by far
