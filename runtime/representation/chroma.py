"""Chroma of a window, and the key shift between two windows along an alignment."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

PITCH_CLASSES = 12
SHIFTS = range(-5, 7)
"""All the key shifts there are up to octaves, in semitones."""


def fold(cqt: Array, stride: int) -> Array:
    """Fold a CQ-spectrogram into chroma at the step rate of a deep sequence.

    Parameters
    ----------
    cqt : ndarray
        (octaves * 12, n_frames) float32, standardised.
    stride : int
        Frames a step.

    Returns
    -------
    ndarray
        (ceil(n_frames / stride), 12) float32: mean over octaves and over a step's frames. Rows have
        mean 0 and length 1, so the product of two is their correlation; a row without any contrast
        is all 0.
    """
    n_frames = cqt.shape[1]
    steps = -(-n_frames // stride)
    chroma = cqt.reshape(-1, PITCH_CLASSES, n_frames).mean(axis=0)
    padded = np.pad(chroma, ((0, 0), (0, steps * stride - n_frames)), mode="edge")
    rows = padded.reshape(PITCH_CLASSES, steps, stride).mean(axis=2).T
    rows = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-6))


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
