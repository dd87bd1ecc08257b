"""The loop that computes cosines of many centroids with a query's, compiled by Numba."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def cosines(codes, axes, offset, length, found):  # type: ignore[no-untyped-def]
    """Compute what `outlines.centroid.CentroidCosines` does, without Python's lock.

    Parameters
    ----------
    codes : ndarray
        (n, dim) int8, contiguous: centroids.
    axes : ndarray
        (2, dim) float32: the query's direction from the centre, and the centre, for codes.
    offset, length : float
        Of the centre along the direction, and 1 more than its square.
    found : ndarray
        (n,) float32, to be filled.
    """
    count, dim = codes.shape
    for i in range(count):
        along, common = np.float32(0), np.float32(0)
        for j in range(dim):
            value = np.float32(codes[i, j])
            along += value * axes[0, j]
            common += value * axes[1, j]
        distance = np.sqrt(max(length - np.float32(2) * common, np.float32(1e-6)))
        found[i] = (along - offset) / distance
