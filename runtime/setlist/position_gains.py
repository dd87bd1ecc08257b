"""Gain of each step of a stretch from being at each position of a track."""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.matching.alignment import contrast
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.representation.window import Window

Array = NDArray[np.float32]


def position_gains(query: Window, reference: Window, path_middle: float) -> Array:
    """Compare a stretch with a track, on all levels.

    The contrast of each level's CSM is added over the levels, the coarser ones spread to the steps
    of the first. All levels together tell the right track from others better than the finest ones
    alone, which an alignment takes.

    Parameters
    ----------
    query : Window
        The stretch.
    reference : Window
        The whole track.
    path_middle : float
        Gain half way between a step on the right path and one on the best path through another
        track, in standard deviations.

    Returns
    -------
    ndarray
        (query_steps, reference_steps) float32: standard deviations above `path_middle`.
    """
    matrices = [matrix[0] for matrix in csms(query.sequences, [reference.sequences])]
    total = np.zeros_like(matrices[0])
    for matrix in matrices:
        total += _spread(contrast(matrix, 0.0), total.shape)
    deviation = total.std()
    return np.asarray(total / (deviation if deviation > 0 else 1) - path_middle, np.float32)


def _spread(matrix: Array, shape: tuple[int, ...]) -> Array:
    """Repeat rows and columns so that the matrix covers `shape`."""
    rows, columns = (
        np.minimum(np.arange(size) * have // size if have < size else np.arange(size), have - 1)
        for have, size in zip(matrix.shape, shape, strict=True)
    )
    return np.asarray(matrix[rows][:, columns])
