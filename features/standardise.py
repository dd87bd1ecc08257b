"""The last step of every front end: loudness evened out, then mean 0 and standard deviation 1."""

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import FrontEndError, SilentAudioError

LEVEL_FLOOR = 0.25
"""Share of the recording's mean level added to each frame's, so that pauses stay quiet."""


def standardise(magnitude: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compress, level and standardise a magnitude spectrogram.

    The square root compresses peaks; dividing each frame by its own mean plus a quarter of the
    recording's takes out how loud a frame is without lifting its pauses; what remains is shifted
    and scaled to mean 0 and standard deviation 1, so the result does not depend on gain.

    Parameters
    ----------
    magnitude : ndarray, shape (n_bins, n_frames)
        Magnitudes, 0 or above, in any linear unit.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Standardised spectrogram.

    Raises
    ------
    SilentAudioError
        If every magnitude is the same.
    FrontEndError
        If magnitudes are NaN or infinite.
    """
    root = np.sqrt(magnitude, dtype=np.float32)
    level = root.mean(axis=0, dtype=np.float64)
    if not np.isfinite(level).all():
        raise FrontEndError(
            "the spectrogram holds NaN or infinity; the front end that made it is at fault"
        )
    root /= (level + max(LEVEL_FLOOR * level.mean(), np.finfo(np.float32).tiny)).astype(np.float32)
    root -= np.float32(root.mean(dtype=np.float64))
    deviation = root.std(dtype=np.float64)
    if deviation == 0:
        raise SilentAudioError(
            "the spectrogram is the same everywhere: the recording holds no music in the range "
            "of the front end; choose another part of it"
        )
    root /= np.float32(deviation)
    return root
