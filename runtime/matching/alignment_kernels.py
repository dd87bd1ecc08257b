"""The loops that align two recordings in a CSM: Smith-Waterman, compiled by Numba.

All columns of a row depend on earlier rows alone, so LLVM makes vector instructions of them, in a
tenth of the time that NumPy takes.
"""

import numpy as np
from numba import njit

from samesong.runtime.matching.constants import LEAST_VARIANCE

# Numba's cache looks at this file alone: after a change to a constant from elsewhere, touch it.
_ZERO = np.float32(0)
_HALF = np.float32(0.5)
_LEAST = np.float32(LEAST_VARIANCE)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def path_gains(csms, cell_threshold, skip_share, best):  # type: ignore[no-untyped-def]
    """Compute `matching.alignment_score.path_gains` of CSMs, without Python's lock.

    Parameters
    ----------
    csms : ndarray
        (n, rows, columns) float32, contiguous.
    cell_threshold, skip_share : float
        float32: as of `samesong.runtime.inference.fitted.AlignmentParameters`.
    best : ndarray
        (n,) float32, to be filled.
    """
    count, rows, columns = csms.shape
    sums, squares = np.empty(columns, np.float32), np.empty(columns, np.float32)
    weight, mean = np.empty(columns, np.float32), np.empty(columns, np.float32)
    gain, highest = np.empty(columns, np.float32), np.empty(columns, np.float32)
    skip, skipped_row = np.empty(columns, np.float32), np.empty(columns, np.float32)
    # Two columns of zeros in front, and two rows: a path may begin anywhere.
    before, last = np.empty(columns + 2, np.float32), np.empty(columns + 2, np.float32)
    here = np.empty(columns + 2, np.float32)
    for number in range(count):
        csm = csms[number]
        sums[:] = 0
        squares[:] = 0
        for row in range(rows):
            for column in range(columns):
                value = csm[row, column]
                sums[column] += value
                squares[column] += value * value
        for column in range(columns):
            weight[column], mean[column] = _scale(sums[column], squares[column], rows)
        before[:] = 0
        last[:] = 0
        here[:] = 0
        skipped_row[:] = 0
        highest[:] = 0
        for row in range(rows):
            cells = csm[row]
            total, square = _ZERO, _ZERO
            for column in range(columns):
                total += cells[column]
                square += cells[column] * cells[column]
            row_weight, row_mean = _scale(total, square, columns)
            for column in range(columns):
                # Differences first: weights may be large, and what they meet nearly 0.
                by_row = row_weight * (cells[column] - row_mean)
                by_column = weight[column] * (cells[column] - mean[column])
                gain[column] = by_row + by_column - cell_threshold
                skip[column] = skip_share * min(gain[column], _ZERO)
            here[2] = max(gain[0], _ZERO)
            for column in range(1, columns):
                over_row = before[column + 1] + skipped_row[column]
                over_column = last[column] + skip[column - 1]
                path = max(max(over_row, last[column + 1]), over_column)  # noqa: PLW3301
                here[column + 2] = max(path + gain[column], _ZERO)
            for column in range(columns):
                highest[column] = max(highest[column], here[column + 2])
            before, last, here = last, here, before
            skipped_row, skip = skip, skipped_row
        best[number] = highest.max()


@njit(cache=True, nogil=True, fastmath=True)
def add_up(gains, skip, total):  # type: ignore[no-untyped-def]
    """Fill in what the best path to each cell gains, as `samesong.runtime.matching.alignment` does.

    Parameters
    ----------
    gains : ndarray
        (rows, columns) float32, contiguous.
    skip : float
        What a move over a cell costs.
    total : ndarray
        (rows + 2, columns + 2) float32; the first two rows and columns are 0.
    """
    rows, columns = gains.shape
    for row in range(rows):
        gain, before, last, here = gains[row], total[row], total[row + 1], total[row + 2]
        for column in range(columns):
            over = max(last[column], before[column + 1]) - skip
            here[column + 2] = max(max(over, last[column + 1]), _ZERO) + gain[column]  # noqa: PLW3301


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _scale(total, square, count):  # type: ignore[no-untyped-def]
    """Return weight and mean of a row or a column, from its sum and its sum of squares."""
    mean = total / np.float32(count)
    variance = square / np.float32(count) - mean * mean
    weight = _HALF / np.sqrt(max(variance, _LEAST))
    return weight, mean
