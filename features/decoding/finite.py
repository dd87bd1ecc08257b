"""Samples that are no numbers, or none that sound has, silenced and remembered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LARGEST = 2.0**32
"""Of a sample, full scale at 1: twice that of files that leave 32-bit integers as they were. What
is larger is damage; its square soon is no number any more."""


@dataclass
class Silencer:
    """Silences samples that are NaN, infinite or beyond `LARGEST`.

    Attributes
    ----------
    count : int
        Samples of any channel that were silenced so far.
    first, last : float
        Seconds of the recording of the first and the last of them.
    """

    count: int = 0
    first: float = 0.0
    last: float = 0.0

    def __call__(self, planes: Sequence[Array], time: float, rate: int) -> Sequence[Array]:
        """Silence what is no number.

        Parameters
        ----------
        planes : sequence of ndarray, shape (n_samples,), float32
            The samples of each channel.
        time : float
            Seconds of the recording at which they begin.
        rate : int
            Samples a second.

        Returns
        -------
        sequence of ndarray, shape (n_samples,), float32
            Samples of at most `LARGEST`.
        """
        bad = ~(np.abs(np.stack(planes)) <= LARGEST)  # NaN is not either
        places = np.flatnonzero(bad.any(axis=0))
        if not len(places):
            return planes
        if not self.count:
            self.first = time + float(places[0]) / rate
        self.last = time + float(places[-1]) / rate
        self.count += int(bad.sum())
        return list(np.where(bad, np.float32(0), np.stack(planes)))
