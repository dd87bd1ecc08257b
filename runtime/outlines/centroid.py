"""Centroids: the mean step of a window's coarsest level, whatever the order of the steps.

An alignment standardises rows and columns of a CSM, and so ignores what all steps of a window have
in common. Centroids compare just that, at a 32nd of a microsecond a window; both together find more
songs than either (benchmarks/candidate_stages.py measures it).
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.matching.numba_policy import PROCESS
from samesong.runtime.representation.deep_sequences import codes_of, step_of, unit

Array = NDArray[np.float32]
T = TypeVar("T", bound=np.generic)

_BATCH = 64
"""Records of windows that are worked on at a time: more fall out of a core's cache."""

_SPLIT_BY = 2048
"""Centroids of a group by which the direction is found in which it is widest."""

_SPREAD_BY = 65_536
"""Centroids by which the spread of all of them is estimated."""

_PROJECTED = 65_536
"""Centroids that are turned, or projected on a direction, at a time."""

_SAVED = 1e-7
"""Seconds a centroid that the compiled loop saves."""

_ROUNDING = 1 / 12
"""Variance that is left of codes when nothing varies: that of what rounding takes away."""


def centroid(level: Array) -> Array:
    """Return the mean step of a level.

    Parameters
    ----------
    level : ndarray
        (..., steps, dim) float32.

    Returns
    -------
    ndarray
        (..., dim) float32 of length 1 (or 0).
    """
    return unit(level.mean(axis=-2))


def centre_of(parts: Sequence[NDArray[np.int8]]) -> Array:
    """Return the mean of the centroids in some parts of a catalog.

    Parameters
    ----------
    parts : sequence of ndarray
        (..., dim) int8 codes, as of `samesong.runtime.representation.deep_sequences.codes_of`;
        rows of 0 stand for no window.

    Returns
    -------
    ndarray
        (dim,) float32.
    """
    return mean_centroid(*centroid_sum(parts))


def centroid_sum(parts: Sequence[NDArray[np.int8]]) -> tuple[NDArray[np.int64], int]:
    """Return the sum of the centroids in some parts of a catalog.

    Parameters
    ----------
    parts : sequence of ndarray
        As of `centre_of`.

    Returns
    -------
    total : ndarray
        (dim,) int64: the sum of their codes.
    count : int
        Centroids, rows of 0 left out.
    """
    total = np.zeros(parts[0].shape[-1] if parts else 0, np.int64)
    count = 0
    for batch in (batch for codes in parts for batch in _batches(codes)):
        rows = batch.reshape(-1, len(total))
        total += rows.sum(axis=0, dtype=np.int64)
        count += int(np.count_nonzero(rows.any(axis=1)))
    return total, count


def mean_centroid(total: NDArray[np.int64], count: int) -> Array:
    """Return the mean of so many centroids.

    Parameters
    ----------
    total : ndarray
        (dim,) int64: as of `centroid_sum`.
    count : int
        As of `centroid_sum`.

    Returns
    -------
    ndarray
        (dim,) float32.
    """
    return np.asarray(total * step_of(max(1, len(total))) / max(1, count), np.float32)


class CentroidCosines:
    """Cosines of centroids with that of a query, seen from the centre of them all.

    Seen from 0, all are alike: most of a centroid is common to every song.

    Parameters
    ----------
    level : ndarray
        The coarsest level of the query's window, (steps, dim).
    centre : ndarray
        As of `centre_of`.
    """

    def __init__(self, level: Array, centre: Array) -> None:
        ours = unit(centroid(level) - centre)
        # cos = (x - c) . u / |x - c|, with |x| = 1: one product with both u and c.
        self._axes = np.stack([ours, centre], axis=1)
        self._offset = np.float32(centre @ ours)
        self._length = np.float32(1 + centre @ centre)

    def __call__(self, centroids: Array) -> Array:
        """Return the cosines (...,) of centroids (..., dim)."""
        along, common = np.moveaxis(centroids @ self._axes, -1, 0)
        distance = np.sqrt(np.maximum(self._length - 2 * common, np.float32(1e-6)))
        return np.asarray((along - self._offset) / distance)

    def of_codes(self, codes: NDArray[np.int8]) -> Array:
        """Return the cosines of centroids in codes.

        Parameters
        ----------
        codes : ndarray
            (..., dim) int8.

        Returns
        -------
        ndarray
            (...,) float32.
        """
        dim = codes.shape[-1]
        step = step_of(dim)
        cosines = np.empty(codes.shape[:-1], np.float32)
        compiled = PROCESS.enough(codes.size // dim * _SAVED)
        for found, batch in zip(_batches(cosines), _batches(codes), strict=True):
            if compiled:
                from samesong.runtime.outlines.centroid_kernels import cosines as of_rows  # noqa: PLC0415

                rows = np.ascontiguousarray(batch).reshape(-1, dim)
                axes = np.ascontiguousarray(step * self._axes.T)
                of_rows(rows, axes, self._offset, self._length, found.reshape(-1))
            else:
                found[:] = self(batch * step)
        return cosines


def grouped(codes: NDArray[np.int8], size: int) -> NDArray[np.int64]:
    """Put centroids in an order in which those that are alike are near each other.

    A group is split across its widest direction into two of whole `size`s, and those again. Were
    it done as they are, a few wide directions would take all splits, and groups be long in the
    others. So each direction is divided by the fourth root of its variance first: the quarter of
    all groups of a million that is most like a live window holds the right one for 61 of 64 then,
    instead of 58.

    Parameters
    ----------
    codes : ndarray
        (n, dim) centroids.
    size : int
        Of a group in the end; only the last is smaller.

    Returns
    -------
    (n,) int64
        The places of all, group by group.
    """
    order = np.arange(len(codes))
    if len(codes) <= size:
        return order
    compact = _less_stretched(codes)
    waiting = [(0, len(codes))]
    while waiting:
        start, end = waiting.pop()
        if end - start <= size:
            continue
        members = order[start:end]
        some = _some(members, _SPLIT_BY)
        _, directions = np.linalg.eigh(np.cov(compact[some].astype(np.float32), rowvar=False))
        widest = directions[:, -1].astype(np.float32)
        along = np.concatenate([compact[piece] @ widest for piece in _pieces(members)])
        half = -(-len(members) // size) // 2 * size
        order[start:end] = members[np.argpartition(along, half)]
        waiting += [(start, start + half), (start + half, end)]
    return order


def _less_stretched(codes: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return centroids (n, dim) as they lie around their centre, less long in any direction."""
    some = _some(codes, _SPREAD_BY).astype(np.float32)
    centre = some.mean(axis=0)
    variances, directions = np.linalg.eigh(np.cov(some, rowvar=False))
    turn = (directions * np.maximum(variances, _ROUNDING) ** -0.25).astype(np.float32)
    return np.concatenate([codes_of(unit((piece - centre) @ turn)) for piece in _pieces(codes)])


def _some(rows: NDArray[T], count: int) -> NDArray[T]:
    """Return `count` rows or fewer, evenly spread."""
    return rows[:: -(-len(rows) // count)]


def _pieces(rows: NDArray[T]) -> list[NDArray[T]]:
    return np.split(rows, range(_PROJECTED, len(rows), _PROJECTED))


def _batches(rows: NDArray[T]) -> Iterator[NDArray[T]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
