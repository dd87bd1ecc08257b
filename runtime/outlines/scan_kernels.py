"""The loops that compare a query's outline with many others, compiled by Numba.

What is computed is `samesong.runtime.matching.alignment_score.path_gains` of all products
(Smith-Waterman), in 16 bits instead of floating point: that takes half the time, and scores are off
by 0.006 (standard deviation over noise, whose scores have 0.26). And late interaction: the best
product of each step. Windows lie side by side, `LANES` of them, so that each inner loop does the
same to all of them, and what it touches stays in a core's cache.

LLVM makes vector instructions of such a loop only when it can tell which pieces of memory are
apart. So what belongs to a column of the CSM is one piece, and what a loop reads of it lies at
distances that are known when it is compiled. Sums may wrap around on their way: they come out right
when the result fits.
"""

import numpy as np
from numba import njit

from samesong.runtime.outlines.layout import FACTORS, HALVED, LANES, LARGEST

_FINEST = 128.0
"""Integer for a gain of 1, unless the sum of many would become too large."""

_LEAST = (2 * _FINEST + 1) ** 2
"""Smallest variance of cells for which weights still fit: that of cosines is then 0.008 squared."""

_HALF = np.float32(0.5)
_ZERO = np.int16(0)
assert HALVED == _HALF  # a shift to the right

# What is kept of a column, one behind the other, LANES of each: the best path's sum in the last row
# and in the one before, the gain in this row, what skipping the one in the last row costs, weight
# and origin of the gains (see `alignment_score`), and the best of all rows.
_LAST, _BEFORE, _GAIN, _SKIP, _WEIGHT, _ORIGIN, _BEST = (LANES * i for i in range(7))
_COLUMN = 7 * LANES
_NEXT, _AFTER = _COLUMN, 2 * _COLUMN


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def compare_outlines(query, raw, places, extent, gains, found):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Compare with each window, without Python's lock.

    Parameters
    ----------
    query : ndarray
        (query_steps, dim) int16, so long that no product with a window's step exceeds `LARGEST`;
        dim is a multiple of `FACTORS`.
    raw : ndarray
        (n_records, bytes) int8, contiguous: records that hold codes (steps, dim, LANES).
    places : ndarray
        (n,): which records.
    extent : tuple of int
        Byte of a record at which its codes begin, and how many steps they have.
    gains : tuple of float
        Standard deviations above the means from which a cell adds, and the share of a bad cell's
        loss that a move over it costs: `HALVED`.
    found : ndarray
        (2, n, LANES) float32, to be filled: the sum of gains of the best path, and the best cosine
        of a step, averaged over those of the query, plus the same over those of the window.
    """
    asked, dim = query.shape
    offset, steps = extent
    cell_threshold, _ = gains
    # No path has more cells than the shorter side has steps, and no cell stands out more than one
    # that differs from all others of its row and its column.
    most = min(asked, steps) * 0.5 * (np.sqrt(asked) + np.sqrt(steps))
    unit = np.float32(min(_FINEST, LARGEST / most))
    size = dim * LANES
    factors = np.empty((dim // FACTORS, FACTORS * LANES), np.int16)
    cells = np.empty((steps, asked, LANES), np.int16)
    row_sums = np.empty((steps, 2 * LANES), np.float32)
    column_sums = np.empty((asked, 2 * LANES), np.float32)
    row_bests = np.empty((steps, LANES), np.int16)
    column_bests = np.empty((asked, LANES), np.int16)
    rows = np.empty((steps, 2 * LANES), np.int16)
    # Two columns of zeros in front: a path may begin anywhere.
    columns = np.empty((asked + 2, _COLUMN), np.int16)
    for place in range(len(places)):
        record = raw[places[place]]
        columns[:] = 0
        row_sums[:] = 0
        column_sums[:] = 0
        row_bests[:] = -LARGEST
        column_bests[:] = -LARGEST
        for step in range(steps):
            begin = offset + step * size
            _multiply(query, record[begin : begin + size], factors, cells[step])
            _add_up(cells[step], row_sums[step], column_sums)
            _keep_best(cells[step], row_bests[step], column_bests)
        for step in range(steps):
            _to_scale(row_sums[step], asked, unit, _ZERO, rows[step])
        threshold = np.int16(cell_threshold * unit)
        for column in range(asked):
            scale = columns[column + 2, _WEIGHT : _WEIGHT + 2 * LANES]
            _to_scale(column_sums[column], steps, unit, threshold, scale)
        for step in range(steps):
            _advance(cells[step], rows[step], columns.ravel())
        gains, late = found[0, place], found[1, place]
        gains[:] = 0
        for column in range(asked):
            kept = columns[column + 2]
            for lane in range(LANES):
                gains[lane] = max(gains[lane], np.float32(kept[lane + _BEST]) / unit)
        late[:] = 0
        _add_average(row_bests, late)
        _add_average(column_bests, late)


@njit(cache=True, nogil=True)
def _multiply(query, codes, factors, cells):  # type: ignore[no-untyped-def]
    """Fill the cells (query_steps, LANES) of one step of all windows."""
    values = factors.ravel()
    for i in range(len(codes)):
        values[i] = codes[i]
    for row in range(len(query)):
        cell = cells[row]
        cell[:] = 0
        for block in range(len(factors)):
            factor = factors[block]
            ours = query[row, block * FACTORS : (block + 1) * FACTORS]
            q0, q1, q2, q3 = ours[0], ours[1], ours[2], ours[3]
            q4, q5, q6, q7 = ours[4], ours[5], ours[6], ours[7]
            for lane in range(LANES):
                cell[lane] = np.int16(
                    cell[lane]
                    + q0 * factor[lane]
                    + q1 * factor[lane + LANES]
                    + q2 * factor[lane + 2 * LANES]
                    + q3 * factor[lane + 3 * LANES]
                    + q4 * factor[lane + 4 * LANES]
                    + q5 * factor[lane + 5 * LANES]
                    + q6 * factor[lane + 6 * LANES]
                    + q7 * factor[lane + 7 * LANES]
                )


@njit(cache=True, nogil=True, fastmath=True)
def _add_up(cells, row, columns):  # type: ignore[no-untyped-def]
    """Add cells and their squares to the sums of their row and their columns."""
    for place in range(len(cells)):
        cell = cells[place]
        column = columns[place]
        for lane in range(LANES):
            value = np.float32(cell[lane])
            column[lane] += value * value
            column[lane + LANES] += value
            row[lane] += value * value
            row[lane + LANES] += value


@njit(cache=True, nogil=True)
def _keep_best(cells, row, columns):  # type: ignore[no-untyped-def]
    """Keep the largest cells of a row and of its columns."""
    for place in range(len(cells)):
        cell = cells[place]
        column = columns[place]
        for lane in range(LANES):
            column[lane] = max(column[lane], cell[lane])
            row[lane] = max(row[lane], cell[lane])


@njit(cache=True, nogil=True, fastmath=True)
def _add_average(bests, total):  # type: ignore[no-untyped-def]
    """Add the average of some rows of largest products, as cosines."""
    share = np.float32(1 / (LARGEST * len(bests)))
    for best in bests:
        for lane in range(LANES):
            total[lane] += share * np.float32(best[lane])


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _to_scale(sums, count, unit, threshold, scale):  # type: ignore[no-untyped-def]
    """Turn sums into weights, in units of which the product loses 16 bits again, and origins."""
    for lane in range(LANES):
        mean = sums[lane + LANES] / np.float32(count)
        variance = sums[lane] / np.float32(count) - mean * mean
        weight = _HALF / np.sqrt(max(variance, np.float32(_LEAST))) * unit
        scale[lane] = np.int16(weight * np.float32(65_536))
        scale[lane + LANES] = np.int16(weight * mean) + threshold


@njit(cache=True, nogil=True)
def _advance(cells, row, columns):  # type: ignore[no-untyped-def]
    """Go on by one row: each column's best path that ends there."""
    asked = len(cells)
    for column in range(asked):
        cell = cells[column]
        kept = columns[(column + 2) * _COLUMN : (column + 3) * _COLUMN]
        for lane in range(LANES):
            kept[lane + _SKIP] = np.int16(min(kept[lane + _GAIN], _ZERO) >> 1)
            weight = np.int16(row[lane] + kept[lane + _WEIGHT])
            value = np.int16(np.int32(np.int32(weight) * np.int32(cell[lane])) >> 16)
            kept[lane + _GAIN] = np.int16(value - row[lane + LANES] - kept[lane + _ORIGIN])
    for behind in range(asked):
        # From the last column to the first: each needs those to its left as they were.
        column = asked - 1 - behind
        kept = columns[column * _COLUMN : (column + 3) * _COLUMN]
        for lane in range(LANES):
            diagonal = kept[lane + _NEXT + _LAST]
            over_row = np.int16(kept[lane + _NEXT + _BEFORE] + kept[lane + _AFTER + _SKIP])
            skip = np.int16(min(kept[lane + _NEXT + _GAIN], _ZERO) >> 1)
            over_column = np.int16(kept[lane + _LAST] + skip)
            before = max(max(diagonal, over_row), over_column)  # noqa: PLW3301 - vectorised so
            total = max(np.int16(before + kept[lane + _AFTER + _GAIN]), _ZERO)
            kept[lane + _AFTER + _BEFORE] = kept[lane + _AFTER + _LAST]
            kept[lane + _AFTER + _LAST] = total
            kept[lane + _AFTER + _BEST] = max(kept[lane + _AFTER + _BEST], total)
