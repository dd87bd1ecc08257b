"""Change of tempo of a CQ-spectrogram."""

import numpy as np
from numpy.typing import NDArray


def change_tempo(cqt: NDArray[np.float32], n_frames: int) -> NDArray[np.float32]:
    """Stretch or squeeze a CQ-spectrogram in time, by linear interpolation.

    Parameters
    ----------
    cqt : ndarray, shape (n_bins, any), float32
        The recording.
    n_frames : int
        Length to reach.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Its first and last frames are those of `cqt`.

    Examples
    --------
    >>> change_tempo(np.array([[0, 2, 4]], np.float32), 5).tolist()
    [[0.0, 1.0, 2.0, 3.0, 4.0]]
    """
    places = np.linspace(0, cqt.shape[1] - 1, n_frames)
    before = np.minimum(places.astype(np.int64), max(0, cqt.shape[1] - 2))
    after = np.minimum(before + 1, cqt.shape[1] - 1)
    share = (places - before).astype(np.float32)
    return np.asarray(cqt[:, before] * (1 - share) + cqt[:, after] * share)
