"""From one sample rate to another: audio in memory, or a stream of it in constant memory."""

import math
from collections.abc import Iterable, Iterator

import av
import numpy as np
from numpy.typing import NDArray

from samesong.features.samples import check_mono, finite_peak

SAMPLE_RATE = 22_050
"""Samples a second that all built-in front ends take."""

_PHASES = 1024
"""Phases of libswresample's filter; where rates need more, it is interpolated between them."""
_FILTER = {"filter_size": "20"}
"""Taps at the lower rate: half the time of the default 32, and spectrograms are the same."""
_BLOCK = 2**17
"""Samples given to libswresample at once."""


class Resampler:
    """Brings a stream of audio to another rate.

    Parameters
    ----------
    sample_rate : int
        Samples a second of what it is given.
    target_rate : int
        Samples a second of what it returns.
    """

    def __init__(self, sample_rate: int, target_rate: int) -> None:
        self._rate = sample_rate
        self._is_same = sample_rate == target_rate
        exact = target_rate // math.gcd(sample_rate, target_rate) <= _PHASES
        self._swr = av.AudioResampler(
            format="fltp",
            layout="mono",
            rate=target_rate,
            options=_FILTER if exact else {**_FILTER, "linear_interp": "1"},
        )

    def push(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Resample the next samples.

        Parameters
        ----------
        samples : ndarray, shape (n_samples,), float32
            Mono audio, finite.

        Returns
        -------
        ndarray, shape (n,), float32
            What is ready by now; the rest comes with the next.
        """
        if self._is_same or not len(samples):
            return samples
        plane = np.ascontiguousarray(samples[None], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(plane, format="fltp", layout="mono")
        frame.sample_rate = self._rate
        return _joined(self._swr.resample(frame))

    def finish(self) -> NDArray[np.float32]:
        """Return what is left when all samples were given.

        Returns
        -------
        ndarray, shape (n,), float32
            The end.
        """
        return np.empty(0, np.float32) if self._is_same else _joined(self._swr.resample(None))


def resample(
    samples: NDArray[np.float32], sample_rate: int, target_rate: int = SAMPLE_RATE
) -> NDArray[np.float32]:
    """Return audio that is in memory at another rate, as `samesong.features.load` returns a file's.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,), floating-point
        Mono audio, full scale at 1.
    sample_rate : int
        Samples a second of `samples`.
    target_rate : int, optional
        Samples a second of the result.

    Returns
    -------
    ndarray, shape (n_samples * target_rate / sample_rate,), float32
        The same audio.

    Raises
    ------
    InvalidSamplesError
        If the samples are not one row of floating-point numbers, or hold NaN or infinity.
    ValueError
        If a rate is not above 0.
    """
    if not (sample_rate > 0 and target_rate > 0):
        raise ValueError(f"sample_rate={sample_rate} and target_rate={target_rate} must be above 0")
    check_mono(samples)
    finite_peak(samples)
    same = np.asarray(samples, dtype=np.float32)
    if sample_rate == target_rate:
        return same
    pieces = (same[first : first + _BLOCK] for first in range(0, len(same), _BLOCK))
    done = list(resample_stream(pieces, sample_rate, target_rate))
    return np.concatenate(done)


def resample_stream(
    pieces: Iterable[NDArray[np.float32]], sample_rate: int, target_rate: int
) -> Iterator[NDArray[np.float32]]:
    """Yield consecutive pieces of audio at another rate.

    Parameters
    ----------
    pieces : iterable of ndarray, shape (n_samples,), float32
        Consecutive mono samples.
    sample_rate : int
        Samples a second of `pieces`.
    target_rate : int
        Samples a second of the result.

    Yields
    ------
    ndarray, shape (n_samples,), float32
        The same audio, in pieces of any lengths.
    """
    resampler = Resampler(sample_rate, target_rate)
    for piece in pieces:
        yield resampler.push(piece)
    yield resampler.finish()


def _joined(frames: list[av.AudioFrame]) -> NDArray[np.float32]:
    if not frames:
        return np.empty(0, np.float32)
    planes = [_view(frame) for frame in frames]
    return planes[0] if len(planes) == 1 else np.concatenate(planes)


def _view(frame: av.AudioFrame) -> NDArray[np.float32]:
    """Return the samples of a mono frame, which to_ndarray() would copy."""
    [plane] = frame.planes
    return np.frombuffer(plane, np.float32, frame.samples)  # type: ignore[call-overload,no-any-return]
