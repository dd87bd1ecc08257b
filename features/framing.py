"""From the fine grid of a constant-Q transform to frames: the mean of the points in each frame."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samesong.features.spec import FeatureSpec

_CHUNK = 512
"""Frames made at a time (154 s), so that memory does not grow with the recording's fine grid."""

FinePoints = Callable[[int, int], NDArray[np.float32]]
"""Gives points start to stop - 1 of the fine grid, shape (n_bins, stop - start)."""


def frame_starts(spec: FeatureSpec, n_samples: int) -> NDArray[np.int64]:
    """Return the fine point each frame begins at and, last, the one after the last frame's end.

    Fine point j lies in the frame whose centre is nearest: frame k if
    (k - 1/2) * frame_length <= j * hop < (k + 1/2) * frame_length.

    Parameters
    ----------
    spec : FeatureSpec
        Its hop is the fine grid's.
    n_samples : int
        Length of the recording.

    Returns
    -------
    ndarray, shape (n_frames + 1,), int64
        Frame k holds points ``result[k]`` to ``result[k + 1] - 1``; all lie within the recording.
    """
    edges = (2 * np.arange(spec.n_frames(n_samples) + 1) - 1) * spec.frame_length
    points = -(-edges // (2 * spec.hop))
    return np.asarray(np.clip(points, 0, 1 + n_samples // spec.hop))


def frame_means(
    fine: FinePoints,
    spec: FeatureSpec,
    n_samples: int,
    first: int = 0,
    last: int | None = None,
    *,
    chunk: int = _CHUNK,
) -> NDArray[np.float32]:
    """Average a fine grid over frames `first` to `last` - 1.

    Parameters
    ----------
    fine : callable
        Gives any range of the fine grid; called for some frames at a time.
    spec : FeatureSpec
        Its hop is the fine grid's.
    n_samples : int
        Length of the recording.
    first, last : int, optional
        Frames `first` to `last` - 1; all by default.
    chunk : int, optional
        Frames made at a time.

    Returns
    -------
    ndarray, shape (n_bins, last - first), float32
        Mean over the points of each frame.
    """
    last = spec.n_frames(n_samples) if last is None else last
    starts = frame_starts(spec, n_samples)[first : last + 1]
    means = np.empty((spec.n_bins, last - first), dtype=np.float32)
    for begin in range(0, last - first, chunk):
        edges = starts[begin : begin + chunk + 1]
        sums = np.add.reduceat(fine(edges[0], edges[-1]), edges[:-1] - edges[0], axis=1)
        means[:, begin : begin + chunk] = sums / np.diff(edges)
    return means
