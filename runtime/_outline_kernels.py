"""The loops that align a query's outline with many others: Smith-Waterman, compiled by Numba.

What is computed is `samesong.runtime.alignment_score.path_gains` of all products, which is the slow
version that tests compare with. Windows lie side by side, `LANES` of them, so that each
inner loop does the same to all of them, and what it touches stays in a core's cache.

LLVM makes vector instructions of such a loop only when it can tell which pieces of memory are
apart. So what belongs to a column of the CSM is one piece, and what a loop reads of it lies at
distances that are known when it is compiled.
"""

import numpy as np
from numba import njit

from samesong.runtime.alignment_score import SKIPPED, THRESHOLD
from samesong.runtime.outline_file import FACTORS, LANES

_HALF = np.float32(0.5)
_ZERO = np.float32(0)
_SKIPPED = np.float32(SKIPPED)
_THRESHOLD = np.float32(THRESHOLD)
_LEAST = np.float32(1e-6)

# What is kept of a column, one behind the other, LANES of each: the best path's sum in the last row
# and in the one before, the gain in this row, what skipping the one in the last row costs, weight
# and origin of the gains (see `alignment_score`), and the best of all rows.
_LAST, _BEFORE, _GAIN, _SKIP, _WEIGHT, _ORIGIN, _BEST = (LANES * i for i in range(7))
_COLUMN = 7 * LANES
_NEXT, _AFTER = _COLUMN, 2 * _COLUMN


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def align_outlines(query, codes, best):  # type: ignore[no-untyped-def]
    """Compute the sum of gains of the best path for each window, without Python's lock.

    Parameters
    ----------
    query
        (query_steps, dim) float32; dim is a multiple of `FACTORS`.
    codes
        (n, steps, dim, LANES) int8, contiguous.
    best
        (n, LANES) float32, to be filled.
    """
    n_records, steps, dim, _ = codes.shape
    asked = len(query)
    flat = codes.reshape(n_records, steps, dim * LANES)
    factors = np.empty((dim // FACTORS, FACTORS * LANES), np.float32)
    cells = np.empty((steps, asked, LANES), np.float32)
    rows = np.empty((steps, 2 * LANES), np.float32)
    # Two columns of zeros in front: a path may begin anywhere.
    columns = np.empty((asked + 2) * _COLUMN, np.float32)
    for record in range(n_records):
        columns[:] = 0
        rows[:] = 0
        for step in range(steps):
            _multiply(query, flat[record, step], factors, cells[step])
            _add_up(cells[step], rows[step], columns)
        _to_scales(rows, columns, steps, asked)
        for step in range(steps):
            _advance(cells[step], rows[step], columns)
        found = best[record]
        found[:] = 0
        for column in range(asked):
            kept = columns[(column + 2) * _COLUMN : (column + 3) * _COLUMN]
            for lane in range(LANES):
                found[lane] = max(found[lane], kept[lane + _BEST])


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _multiply(query, codes, factors, cells):  # type: ignore[no-untyped-def]
    """Fill the cells (query_steps, LANES) of one step of all windows."""
    values = factors.ravel()
    for i in range(len(codes)):
        values[i] = np.float32(codes[i])
    for row in range(len(query)):
        cell = cells[row]
        cell[:] = 0
        for block in range(len(factors)):
            factor = factors[block]
            ours = query[row, block * FACTORS : (block + 1) * FACTORS]
            q0, q1, q2, q3 = ours[0], ours[1], ours[2], ours[3]
            q4, q5, q6, q7 = ours[4], ours[5], ours[6], ours[7]
            for lane in range(LANES):
                cell[lane] += (
                    q0 * factor[lane]
                    + q1 * factor[lane + LANES]
                    + q2 * factor[lane + 2 * LANES]
                    + q3 * factor[lane + 3 * LANES]
                    + q4 * factor[lane + 4 * LANES]
                    + q5 * factor[lane + 5 * LANES]
                    + q6 * factor[lane + 6 * LANES]
                    + q7 * factor[lane + 7 * LANES]
                )


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _add_up(cells, row, columns):  # type: ignore[no-untyped-def]
    """Add cells and their squares to the sums of their row and their columns."""
    for column in range(len(cells)):
        cell = cells[column]
        kept = columns[(column + 2) * _COLUMN : (column + 3) * _COLUMN]
        for lane in range(LANES):
            value = cell[lane]
            kept[lane + _WEIGHT] += value * value
            kept[lane + _ORIGIN] += value
            row[lane] += value * value
            row[lane + LANES] += value


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _to_scales(rows, columns, steps, asked):  # type: ignore[no-untyped-def]
    """Turn sums into weights and origins; the threshold counts in the columns' origins."""
    for step in range(steps):
        row = rows[step]
        for lane in range(LANES):
            mean = row[lane + LANES] / np.float32(asked)
            variance = row[lane] / np.float32(asked) - mean * mean
            weight = _HALF / np.sqrt(max(variance, _LEAST))
            row[lane] = weight
            row[lane + LANES] = weight * mean
    for column in range(asked):
        kept = columns[(column + 2) * _COLUMN : (column + 3) * _COLUMN]
        for lane in range(LANES):
            mean = kept[lane + _ORIGIN] / np.float32(steps)
            variance = kept[lane + _WEIGHT] / np.float32(steps) - mean * mean
            weight = _HALF / np.sqrt(max(variance, _LEAST))
            kept[lane + _WEIGHT] = weight
            kept[lane + _ORIGIN] = weight * mean + _THRESHOLD


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _advance(cells, row, columns):  # type: ignore[no-untyped-def]
    """Go on by one row: each column's best path that ends there."""
    asked = len(cells)
    for column in range(asked):
        cell = cells[column]
        kept = columns[(column + 2) * _COLUMN : (column + 3) * _COLUMN]
        for lane in range(LANES):
            kept[lane + _SKIP] = _SKIPPED * min(kept[lane + _GAIN], _ZERO)
            kept[lane + _GAIN] = (
                (row[lane] + kept[lane + _WEIGHT]) * cell[lane]
                - row[lane + LANES]
                - kept[lane + _ORIGIN]
            )
    for behind in range(asked):
        # From the last column to the first: each needs those to its left as they were.
        column = asked - 1 - behind
        kept = columns[column * _COLUMN : (column + 3) * _COLUMN]
        for lane in range(LANES):
            diagonal = kept[lane + _NEXT + _LAST]
            over_row = kept[lane + _NEXT + _BEFORE] + kept[lane + _AFTER + _SKIP]
            over_column = kept[lane + _LAST] + _SKIPPED * min(kept[lane + _NEXT + _GAIN], _ZERO)
            gain = kept[lane + _AFTER + _GAIN]
            total = max(max(diagonal, over_row, over_column) + gain, _ZERO)
            kept[lane + _AFTER + _BEFORE] = kept[lane + _AFTER + _LAST]
            kept[lane + _AFTER + _LAST] = total
            kept[lane + _AFTER + _BEST] = max(kept[lane + _AFTER + _BEST], total)
