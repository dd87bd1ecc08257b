"""Gain of each step of a window from each step of another: the CSMs of all levels, made one."""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.representation.window import Window

Array = NDArray[np.float32]


def step_gains(query: Window, reference: Window) -> Array:
    """Compare the steps of two windows, on all levels.

    The contrast of each level's CSM is added over the levels, the coarser ones spread to the steps
    of the first. All levels together tell the right position from others better than the finest
    ones alone.

    Parameters
    ----------
    query, reference : Window
        Windows made by one model.

    Returns
    -------
    ndarray
        (query_steps, reference_steps) float32: standard deviations above the mean; 0 throughout
        where all steps are alike.
    """
    matrices = [matrix[0] for matrix in csms(query.sequences, [reference.sequences])]
    total = np.zeros_like(matrices[0])
    for matrix in matrices:
        total += _spread(contrast(matrix), total.shape)
    deviation = total.std()
    return np.asarray(total / (deviation if deviation > 0 else 1), np.float32)


def contrast(csm: Array) -> Array:
    """Make cells comparable between CSMs: what stands out becomes positive, the rest negative.

    Means of rows and columns go first: a step that is like all others says nothing about where
    it belongs.

    Parameters
    ----------
    csm : ndarray
        (query_steps, reference_steps) float32 cosines.

    Returns
    -------
    ndarray
        (query_steps, reference_steps) float32: standard deviations above the mean.
    """
    centred = csm - csm.mean(axis=0) - csm.mean(axis=1, keepdims=True) + csm.mean()
    deviation = centred.std()
    return np.asarray(centred / (deviation if deviation > 0 else 1), np.float32)


def _spread(matrix: Array, shape: tuple[int, ...]) -> Array:
    """Repeat rows and columns so that the matrix covers `shape`."""
    rows, columns = (
        np.minimum(np.arange(size) * have // size if have < size else np.arange(size), have - 1)
        for have, size in zip(matrix.shape, shape, strict=True)
    )
    return np.asarray(matrix[rows][:, columns])
