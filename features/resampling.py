"""From one sample rate to another: audio in memory, or a stream of it in constant memory."""

from collections.abc import Iterable, Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

from samesong.features.samples import check_mono, finite_peak

SAMPLE_RATE = 22_050
"""Samples a second that all built-in front ends take."""


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
    return np.asarray(soxr.resample(same, sample_rate, target_rate))


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
    if sample_rate == target_rate:
        yield from pieces
        return
    stream = soxr.ResampleStream(sample_rate, target_rate, 1, dtype="float32")
    for piece in pieces:
        yield stream.resample_chunk(piece)
    yield stream.resample_chunk(np.empty(0, dtype=np.float32), last=True)
