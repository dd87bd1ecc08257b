"""The grids that the student hears on and answers on, and how both are packed into bytes."""

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

N_NOTES = 72
"""Semitones that are named: C1 to B6."""

LOWEST_NOTE = 24
"""MIDI note number of C1."""

LOUDEST = 0.85
"""Activation that the teacher hardly ever exceeds."""

STEP_DB = 0.375
"""Decibels between two packed levels."""
_TINY = 1e-9

LEVELS = np.concatenate([[0.0], 10 ** ((np.arange(1, 256) - 255) * STEP_DB / 20)]).astype("f4")
"""Magnitude that each byte of a packed transform stands for; the recording's loudest point is 1."""


def pack_magnitude(magnitude: NDArray[np.float32]) -> Bytes:
    """Pack magnitudes into steps of 0.375 dB below their maximum, 95 dB deep.

    Parameters
    ----------
    magnitude : ndarray, float32
        Magnitudes of any shape, 0 or above.

    Returns
    -------
    ndarray, uint8
        Of the same shape; 255 is the maximum, and `LEVELS` gives the magnitude of each value.
    """
    relative = np.maximum(magnitude / max(float(magnitude.max()), _TINY), _TINY)
    steps = np.round(20 * np.log10(relative) / STEP_DB) + 255
    return np.asarray(np.clip(steps, 0, 255), np.uint8)


def pack_activation(activation: NDArray[np.floating]) -> Bytes:
    """Pack activations into bytes.

    Parameters
    ----------
    activation : ndarray, floating-point
        Activations of any shape, clipped to [0, 1].

    Returns
    -------
    ndarray, uint8
        Of the same shape, in steps of 1/255.
    """
    return np.asarray(np.round(np.clip(activation, 0, 1) * 255), np.uint8)


def unpack_activation(packed: Bytes) -> NDArray[np.float32]:
    """Return what `pack_activation` packed, to within 0.002.

    Parameters
    ----------
    packed : ndarray, uint8
        Packed activations of any shape.

    Returns
    -------
    ndarray, float32
        Activations of the same shape, in [0, 1].
    """
    return packed.astype(np.float32) / np.float32(255)
