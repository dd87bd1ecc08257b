"""The range of pitch that versions stay in."""

import numpy as np
from numpy.typing import NDArray

#: MIDI notes between which instruments play.
LOWEST, HIGHEST = 24.0, 104.0


def fold(pitch: NDArray[np.float32], is_drum: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Bring pitched notes back into range by octaves.

    Parameters
    ----------
    pitch : ndarray, shape (n_notes,), float32
        MIDI note numbers.
    is_drum : ndarray, shape (n_notes,), bool
        Notes without pitch, which are left alone.

    Returns
    -------
    ndarray, shape (n_notes,), float32
        Pitches between `LOWEST` and `HIGHEST`.
    """
    low = np.ceil(np.maximum(0, LOWEST - pitch) / 12)
    high = np.ceil(np.maximum(0, pitch - HIGHEST) / 12)
    return np.where(is_drum, pitch, pitch + 12 * (low - high)).astype(np.float32)
