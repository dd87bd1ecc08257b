"""The loops that build CSMs straight from stored codes, compiled by Numba.

A block of a reference's steps is unpacked into a scratch of a few KB, which stays in a core's
first cache while all steps of the query are multiplied with it; no decoded copy of a reference is
ever made. Steps of the reference lie side by side there, so LLVM makes vector instructions of the
innermost loop.
"""

import numpy as np
from numba import njit

from samesong.runtime.matching.alignment_kernels import path_gains
from samesong.runtime.matching.constants import FACTORS, QUERY_ROWS

_LANES = 104
"""Steps of a reference in a block: two blocks make the 201 steps of a window of 120 s."""

assert (QUERY_ROWS, FACTORS) == (3, 4)  # as `_multiply` is written out


# Numba's cache looks at this file alone: after a change to an imported loop, touch it.
@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def cross_similarities(query, codes, layout, csms):  # type: ignore[no-untyped-def]
    """Build the CSMs of one level of a query with references, without Python's lock.

    Parameters
    ----------
    query : ndarray
        (rows, width) float32, contiguous: the level, and zeros up to a multiple of `QUERY_ROWS`
        rows and of `FACTORS` dimensions.
    codes : ndarray
        (n, bytes) uint8, contiguous: one packed reference a row.
    layout : tuple of int
        Byte at which the level begins, its number of dimensions and its bits a component, 4 or 8.
    csms : ndarray
        (n, query_steps, reference_steps) float32, contiguous, to be filled with cosines.
    """
    factors = np.zeros((query.shape[1], _LANES), np.float32)
    scales = np.empty(_LANES, np.float32)
    for number in range(len(csms)):
        _build(query, codes[number], layout, factors, scales, csms[number])


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def aligned_similarities(query, codes, layout, gains, csms, best):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Build CSMs, and align each while it is in a core's cache.

    Parameters
    ----------
    query, codes : ndarray
        As of `cross_similarities`.
    layout : tuple of int
        As of `cross_similarities`.
    gains : tuple of float
        ``cell_threshold`` and ``skip_share``, float32, of `path_gains`.
    csms : ndarray
        As of `cross_similarities`.
    best : ndarray
        (n,) float32, to be filled with the sum of gains of the best path.
    """
    cell_threshold, skip_share = gains
    factors = np.zeros((query.shape[1], _LANES), np.float32)
    scales = np.empty(_LANES, np.float32)
    for number in range(len(csms)):
        _build(query, codes[number], layout, factors, scales, csms[number])
        one = slice(number, number + 1)
        path_gains(csms[one], cell_threshold, skip_share, best[one])


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _build(query, codes, layout, factors, scales, csm):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Fill one CSM, block by block of the reference's steps."""
    begin, dim, bits = layout
    steps = csm.shape[1]
    for first in range(0, steps, _LANES):
        count = min(_LANES, steps - first)
        some = codes[begin + first * dim * bits // 8 :]
        if bits == 8:
            _unpack_bytes(some, count, dim, factors, scales)
        elif dim % 2 == 0:
            _unpack_pairs(some, count, dim, factors, scales)
        else:
            _unpack_halves(some, count, dim, factors, scales)
        _multiply(query, factors, scales, first, count, csm)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _unpack_pairs(codes, count, dim, factors, scales):  # type: ignore[no-untyped-def]
    """Unpack steps of whole bytes, two components each, and keep what brings them to length 1."""
    for lane in range(count):
        step = codes[lane * dim // 2 : (lane + 1) * dim // 2]
        total = np.int32(0)
        for i in range(len(step)):
            pair = np.int32(step[i])
            low, high = (pair & 15) - np.int32(8), (pair >> 4) - np.int32(8)
            total += low * low + high * high
            factors[2 * i, lane] = np.float32(low)
            factors[2 * i + 1, lane] = np.float32(high)
        scales[lane] = _scale(total)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _unpack_halves(codes, count, dim, factors, scales):  # type: ignore[no-untyped-def]
    """Unpack steps that end within a byte; otherwise as `_unpack_pairs`."""
    for lane in range(count):
        total = np.int32(0)
        for i in range(dim):
            place = lane * dim + i
            code = np.int32((codes[place >> 1] >> ((place & 1) << 2)) & 15) - np.int32(8)
            total += code * code
            factors[i, lane] = np.float32(code)
        scales[lane] = _scale(total)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _unpack_bytes(codes, count, dim, factors, scales):  # type: ignore[no-untyped-def]
    """Unpack steps of 8 bits a component; otherwise as `_unpack_pairs`."""
    for lane in range(count):
        step = codes[lane * dim : (lane + 1) * dim]
        total = np.int32(0)
        for i in range(dim):
            code = np.int32(np.int8(step[i]))
            total += code * code
            factors[i, lane] = np.float32(code)
        scales[lane] = _scale(total)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _scale(total):  # type: ignore[no-untyped-def]
    """Return what brings a step of that sum of squares to length 1; 0 stays 0 by any."""
    return np.float32(1) / np.sqrt(np.float32(max(total, np.int32(1))))


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _multiply(query, factors, scales, first, count, csm):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Fill some columns of a CSM: three rows at a time, four dimensions at a time."""
    asked = len(csm)
    # Made here, so that LLVM knows that nothing else is in it.
    products = np.empty((QUERY_ROWS, _LANES), np.float32)
    out0, out1, out2 = products[0], products[1], products[2]
    for row in range(0, asked, QUERY_ROWS):
        products[:] = 0
        a, b, c = query[row], query[row + 1], query[row + 2]
        for i in range(0, query.shape[1], FACTORS):
            f0, f1, f2, f3 = factors[i], factors[i + 1], factors[i + 2], factors[i + 3]
            a0, a1, a2, a3 = a[i], a[i + 1], a[i + 2], a[i + 3]
            b0, b1, b2, b3 = b[i], b[i + 1], b[i + 2], b[i + 3]
            c0, c1, c2, c3 = c[i], c[i + 1], c[i + 2], c[i + 3]
            for lane in range(_LANES):
                out0[lane] += a0 * f0[lane] + a1 * f1[lane] + a2 * f2[lane] + a3 * f3[lane]
                out1[lane] += b0 * f0[lane] + b1 * f1[lane] + b2 * f2[lane] + b3 * f3[lane]
                out2[lane] += c0 * f0[lane] + c1 * f1[lane] + c2 * f2[lane] + c3 * f3[lane]
        for i in range(min(QUERY_ROWS, asked - row)):
            cells, filled = products[i], csm[row + i]
            for lane in range(count):
                filled[first + lane] = cells[lane] * scales[lane]
