"""The loudness of a recording over its time, small enough to be drawn by a page."""

from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

SECONDS = 0.25
"""Each peak is of so many seconds: a concert of three hours has 43,200 of one byte."""
_LOUDEST = 255


class Waveform:
    """The peaks of a recording, collected while it is read for something else.

    Examples
    --------
    >>> waveform = Waveform()
    >>> waveform.hear(np.array([0.0, 1.0, 0.0, -0.5, 0.1], np.float32), 8)
    >>> waveform.peaks().tolist()
    [255, 128, 26]
    """

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._peaks: list[NDArray[np.float32]] = []

    def hear(self, samples: NDArray[np.float32], sample_rate: int) -> None:
        """Take the next samples.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), float32
            Mono, full scale at 1.
        sample_rate : int
            Samples a second, the same each time.
        """
        size = round(SECONDS * sample_rate)
        heard = np.concatenate([self._rest, np.abs(samples)])
        whole = len(heard) // size * size
        if whole:
            self._peaks.append(heard[:whole].reshape(-1, size).max(axis=1))
        self._rest = heard[whole:]

    def peaks(self) -> NDArray[np.uint8]:
        """Return the peaks so far.

        Returns
        -------
        ndarray, shape (n_peaks,), uint8
            Each the largest magnitude in `SECONDS`; 255 is full scale.
        """
        last = [self._rest.max(keepdims=True)] if len(self._rest) else []
        every = np.concatenate([np.zeros(0, np.float32), *self._peaks, *last])
        peaks: NDArray[np.uint8] = np.round(np.clip(every, 0, 1) * _LOUDEST).astype(np.uint8)
        return peaks

    def to_dict(self) -> dict[str, Any]:
        """Return the peaks as JSON.

        Returns
        -------
        dict
            Content of `samesong.runtime.server.setlists.schemas.WaveformModel`.
        """
        return {"seconds": SECONDS, "peaks": b64encode(self.peaks().tobytes()).decode("ascii")}
