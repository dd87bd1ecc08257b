"""Alignment scores: how long and how closely two recordings run side by side, from a CSM alone.

The scorer's CNN sees a CSM in patches; what it misses is that one diagonal goes on and on. This is
the Smith-Waterman score of a coarse CSM, as Qmax is that of binary chroma recurrence plots
(Serra, Serra and Andrzejak, "Cross recurrence quantification for cover song identification", 2009).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import AlignmentParameters, ChanceCurve
from samesong.runtime.matching.constants import LEAST_VARIANCE
from samesong.runtime.matching.numba_policy import PROCESS

_SAVED = 2e-8
"""Seconds a cell that the compiled loop saves."""

Array = NDArray[np.float32]


class _Scale(NamedTuple):
    """Weights and origins of the cells of each row, or of each column."""

    weight: Array
    origin: Array


def alignment_scores(csms: Array, parameters: AlignmentParameters, chance: ChanceCurve) -> Array:
    """Return the score of the best local alignment in each CSM.

    A path takes the moves (1, 1), (2, 1) and (1, 2), so that tempo ratios from 0.5 to 2 fit. Rows
    depend on earlier rows alone and are computed whole, for all CSMs at once: a batch of 64 takes
    a fifth of the time a CSM that one of 4 does.

    A cell adds its distance from the mean in standard deviations, counted once in its row and once
    in its column and averaged, less ``cell_threshold``. A step that is like all others of the
    other recording (a hub) so says nothing about where it belongs.

    Parameters
    ----------
    csms : ndarray
        (batch, query_steps, reference_steps) float32 cosines.
    parameters : AlignmentParameters
        Gains of cells and costs of moves.
    chance : ChanceCurve
        ``parameters.deep_chance`` or ``parameters.chroma_chance``, by what the CSMs are made of.

    Returns
    -------
    ndarray
        (batch,) float32: square root of the best path's sum of gains, above what chance reaches:
        around 0 for different songs, up to 10 for a song that matches for 120 s.
    """
    if PROCESS.enough(csms.size * _SAVED):
        from samesong.runtime.matching import alignment_kernels  # noqa: PLC0415  (loads Numba)

        best = np.empty(len(csms), np.float32)
        alignment_kernels.path_gains(
            np.ascontiguousarray(csms, np.float32),
            np.float32(parameters.cell_threshold),
            np.float32(parameters.skip_share),
            best,
        )
    else:
        cells = np.ascontiguousarray(csms.transpose(1, 2, 0))
        best = path_gains(cells, parameters.cell_threshold, parameters.skip_share)
    return above_chance(best, csms.shape[1:], chance)


def above_chance(gains: Array, shape: tuple[int, ...], chance: ChanceCurve) -> Array:
    """Return the scores of the best paths through CSMs, from their sums of gains.

    Parameters
    ----------
    gains : ndarray
        (batch,) float32, 0 or above.
    shape : tuple of int
        Steps of the query and of the references.
    chance : ChanceCurve
        As for `alignment_scores`.

    Returns
    -------
    ndarray
        (batch,) float32: as of `alignment_scores`.
    """
    return np.asarray(np.sqrt(gains) - chance.at(min(shape)), np.float32)


def path_gains(cells: Array, cell_threshold: float, skip_share: float) -> Array:
    """Return the sum of gains of the best path, 0 or above, in each of some CSMs.

    Parameters
    ----------
    cells : ndarray
        (rows, columns, batch) float32: the batch last, so that a row of all CSMs is one piece of
        memory. Which side is the query does not matter.
    cell_threshold, skip_share : float
        As of `samesong.runtime.inference.fitted.AlignmentParameters`.

    Returns
    -------
    ndarray
        (batch,) float32.
    """
    rows, columns, batch = cells.shape
    by_row, by_column = _scales(cells)
    floor = by_column.origin + np.float32(cell_threshold)
    # Two columns of zeros in front, and two rows: a path may begin anywhere.
    before, last, here = np.zeros((3, columns + 2, batch), np.float32)
    skipped_row, skip = np.zeros((2, columns, batch), np.float32)
    best, gain, along = np.zeros((3, columns, batch), np.float32)
    for row in range(rows):
        np.add(by_row.weight[row], by_column.weight, out=gain)
        gain *= cells[row]
        gain -= floor
        gain -= by_row.origin[row]
        np.minimum(gain, 0, out=skip)
        skip *= np.float32(skip_share)
        total = here[2:]
        np.add(before[1:-1], skipped_row, out=total)
        np.maximum(total, last[1:-1], out=total)
        np.add(last[1:-2], skip[:-1], out=along[1:])
        np.maximum(total[1:], along[1:], out=total[1:])
        total += gain
        np.maximum(total, 0, out=total)
        np.maximum(best, total, out=best)
        before, last, here = last, here, before
        skipped_row, skip = skip, skipped_row
    return np.asarray(best.max(axis=0))


def _scales(cells: Array) -> tuple[_Scale, _Scale]:
    """Return the scales of the rows and of the columns of cells (rows, columns, batch)."""
    squares = cells * cells

    def scale(axis: int) -> _Scale:
        mean = cells.mean(axis=axis)
        variance = squares.mean(axis=axis) - mean * mean
        weight = np.float32(0.5) / np.sqrt(np.maximum(variance, np.float32(LEAST_VARIANCE)))
        return _Scale(weight, weight * mean)

    return scale(1), scale(0)
