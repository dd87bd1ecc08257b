"""Chroma of a window, and the key shift between two windows along an alignment."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

PITCH_CLASSES = 12
SHIFTS = range(-5, 7)
"""All the key shifts there are up to octaves, in semitones."""


def fold(cqt: Array, stride: int, bins_per_octave: int = PITCH_CLASSES) -> Array:
    """Fold a CQ-spectrogram into chroma at the step rate of a deep sequence.

    Parameters
    ----------
    cqt : ndarray, shape (n_bins, n_frames), float32
        Standardised CQ-spectrogram; any number of bins.
    stride : int
        Frames a step.
    bins_per_octave : int, optional
        Bins in an octave; each bin counts for the semitone nearest to it.

    Returns
    -------
    ndarray, shape (ceil(n_frames / stride), 12), float32
        Mean over octaves and over a step's frames. Rows have mean 0 and length 1, so the product
        of two is their correlation; a row without any contrast is all 0.
    """
    n_bins, n_frames = cqt.shape
    steps = -(-n_frames // stride)
    if bins_per_octave == PITCH_CLASSES and n_bins % PITCH_CLASSES == 0:
        chroma = cqt.reshape(-1, PITCH_CLASSES, n_frames).mean(axis=0)
    else:
        chroma = _class_means(n_bins, bins_per_octave) @ cqt
    padded = np.pad(chroma, ((0, 0), (0, steps * stride - n_frames)), mode="edge")
    rows = padded.reshape(PITCH_CLASSES, steps, stride).mean(axis=2).T
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-6))


@lru_cache(maxsize=8)
def _class_means(n_bins: int, bins_per_octave: int) -> Array:
    """Return the weights (12, n_bins) that average the bins of each pitch class.

    A class without bins, as with less than an octave, gets the mean of the others.
    """
    semitones = np.rint(np.arange(n_bins) * PITCH_CLASSES / bins_per_octave).astype(np.int64)
    weights = np.zeros((PITCH_CLASSES, n_bins))
    weights[semitones % PITCH_CLASSES, np.arange(n_bins)] = 1
    counts = weights.sum(axis=1, keepdims=True)
    weights /= np.maximum(counts, 1)
    weights[counts[:, 0] == 0] = weights[counts[:, 0] > 0].mean(axis=0)
    return weights.astype(np.float32)


def key_shift(query: Array, reference: Array, path: NDArray[np.int64]) -> int:
    """Return the semitones by which the query lies above the reference.

    Parameters
    ----------
    query, reference : ndarray
        (steps, 12) float32: chroma as of `fold`.
    path : ndarray
        (n, 2) int64: aligned steps of query and reference.

    Returns
    -------
    int
        -5 to 6: the rotation of the reference that correlates best with the query along the
        path, so +2 means that the query is played 2 semitones higher.
    """
    along_query, along_reference = query[path[:, 0]], reference[path[:, 1]]
    agreement = [np.vdot(along_query, np.roll(along_reference, n, axis=1)) for n in SHIFTS]
    return SHIFTS[int(np.argmax(agreement))]
