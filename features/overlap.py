"""Windows of one recording that overlap: each frame is made once, not once a window."""

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from samesong.features.frontend import FrontEnd
from samesong.features.plug_in import checked, transform, tuned
from samesong.features.samples import check_samples
from samesong.features.standardise import standardise
from samesong.features.tuning import TunableFrontEnd


@runtime_checkable
class LocalFrontEnd(FrontEnd, Protocol):
    """A front end whose frames, until they are standardised, depend only on the sound near them.

    ``transform(samples, rate)`` equals ``standardise(magnitude(samples, 0, n_frames))``, and
    `spec.hop` divides `spec.frame_length`, so that a window's points are the recording's.
    """

    @property
    def reach(self) -> int:
        """Frames at either end of a window that would differ if sound went on beyond it."""

    def magnitude(self, samples: NDArray[np.float32], first: int, last: int) -> NDArray[np.float32]:
        """Return some frames alone, before they are standardised.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), float32
            Mono audio that was checked, full scale at 1.
        first, last : int
            Frames `first` to `last` - 1.

        Returns
        -------
        ndarray, shape (spec.n_bins, last - first), float32
            Magnitudes, 0 or above.
        """


class WindowTransform:
    """Transforms windows of one recording, in order, each as the front end would alone.

    Frames that two windows share are made once, if the front end is a `LocalFrontEnd` and one
    window begins whole frames after the other.

    Parameters
    ----------
    front_end : FrontEnd
        Transforms them.
    """

    def __init__(self, front_end: FrontEnd) -> None:
        self._at_concert_pitch = front_end
        self._hear(front_end, 0.0)

    def __call__(
        self, begin: int, samples: NDArray[np.float32], sample_rate: int, tuning: float = 0.0
    ) -> NDArray[np.float32]:
        """Transform a window; errors are those of `samesong.features.FrontEnd.transform`.

        Parameters
        ----------
        begin : int
            Sample of the recording at which it begins.
        samples : ndarray, shape (n_samples,), float32
            Mono audio, full scale at 1.
        sample_rate : int
            Samples a second.
        tuning : float, optional
            Semitones above concert pitch, in [-0.5, 0.5]; ignored by front ends that cannot follow.

        Returns
        -------
        ndarray, shape (n_bins, n_frames), float32
            CQ-spectrogram, standardised.
        """
        untuned = self._at_concert_pitch
        if tuning != self._tuning and isinstance(untuned, TunableFrontEnd):
            self._hear(tuned(untuned, tuning) if tuning else untuned, tuning)
        if self._local is None:
            return transform(self._front_end, samples, sample_rate)
        check_samples(samples, sample_rate, self._local.spec)
        magnitude = self._magnitude(self._local, begin, samples)
        self._begin, self._before = begin, magnitude
        return standardise(magnitude)

    def _hear(self, front_end: FrontEnd, tuning: float) -> None:
        """Go on with a front end, which knows no frame yet."""
        self._front_end, self._tuning = front_end, tuning
        self._local = front_end if isinstance(front_end, LocalFrontEnd) else None
        self._begin = 0
        self._before = np.empty((front_end.spec.n_bins, 0), np.float32)

    def _magnitude(
        self, front_end: LocalFrontEnd, begin: int, samples: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        n_frames = front_end.spec.n_frames(len(samples))
        shift, odd = divmod(begin - self._begin, front_end.spec.frame_length)
        first = front_end.reach
        last = min(self._before.shape[1] - shift, n_frames) - front_end.reach

        def made(begin: int, end: int) -> NDArray[np.float32]:
            return checked(front_end, end - begin, lambda: front_end.magnitude(samples, begin, end))

        if odd or shift < 0 or first >= last:
            return made(0, n_frames)
        head, tail = made(0, first), made(last, n_frames)
        return np.hstack([head, self._before[:, first + shift : last + shift], tail])
