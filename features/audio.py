"""Reading recordings: any format, channel count and rate to mono float32 at one rate."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from samesong.features._source import Source, open_source
from samesong.features.errors import DecodeError, InvalidSamplesError, ShortAudioError

SAMPLE_RATE = 22_050
"""Samples a second that all built-in front ends take."""

_SETTLE = 0.1
"""Seconds decoded ahead of a span, so that the resampler is as settled as amid a whole file."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a file says about itself.

    Parameters
    ----------
    duration : float
        Length in seconds.
    sample_rate : int
        Samples a second in the file.
    channels : int
        Channels in the file.
    format : str
        Container and codec, such as ``FLAC/PCM_16``.
    """

    duration: float
    sample_rate: int
    channels: int
    format: str


def probe(path: str | os.PathLike[str]) -> AudioInfo:
    """Read what a file says about itself, without decoding it.

    Raises
    ------
    DecodeError
        If the file is missing, unreadable, empty or not audio.
    MissingExtraError
        If it needs PyAV, which is not installed.
    """
    with open_source(path) as source:
        return AudioInfo(source.duration, source.sample_rate, source.channels, source.format)


def load(
    path: str | os.PathLike[str],
    *,
    sample_rate: int = SAMPLE_RATE,
    start: float = 0.0,
    duration: float | None = None,
) -> NDArray[np.float32]:
    """Load a recording, or a span of it, as mono samples.

    Channels are averaged. Only the span is decoded. What can be decoded of a truncated or
    damaged file is returned, and the damage is logged.

    Parameters
    ----------
    path : str or path
        A wav, flac, mp3, ogg or opus file; with the extra ``media`` also m4a, mp4, mov, webm.
    sample_rate : int
        Samples a second to return.
    start : float
        Where the span begins, in seconds, 0 or above.
    duration : float, optional
        Length of the span in seconds, above 0; by default, and at most, to the end.

    Returns
    -------
    ndarray, shape (n_samples,), float32
        Full scale is 1; sample i is at ``start + i / sample_rate`` seconds.

    Raises
    ------
    DecodeError
        If the file is missing, unreadable, empty or not audio, or nothing in it can be decoded.
    ShortAudioError
        If the recording ends before `start`.
    InvalidSamplesError
        If samples are NaN or infinite.
    MissingExtraError
        If the file needs PyAV, which is not installed.
    ValueError
        If `start` or `duration` is out of range.
    """
    if not start >= 0 or (duration is not None and not duration > 0):
        raise ValueError(f"start={start} must be 0 or above, duration={duration} above 0")
    first = round(start * sample_rate)
    last = None if duration is None else first + round(duration * sample_rate)
    with open_source(path) as source:
        pieces = list(_resampled(path, source, sample_rate, first, last))
        if not any(map(len, pieces)):
            raise _nothing(path, source, start)
    return np.concatenate(pieces)


def blocks(
    path: str | os.PathLike[str],
    *,
    sample_rate: int = SAMPLE_RATE,
    seconds: float,
    overlap: float = 0.0,
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Load a recording of any length block by block, in constant memory.

    Parameters
    ----------
    path, sample_rate
        As for `load`.
    seconds : float
        Length of a block; the last may be shorter.
    overlap : float
        Seconds that a block shares with the one before it; below `seconds`.

    Yields
    ------
    start : float
        Where the block begins, in seconds.
    samples : ndarray, shape (n_samples,), float32
        The block; never only what the block before it held already.

    Raises
    ------
    DecodeError, InvalidSamplesError, MissingExtraError
        As for `load`.
    ValueError
        If `seconds` or `overlap` is out of range.
    """
    if not 0 <= overlap < seconds:
        raise ValueError(f"overlap={overlap} must be 0 or above and below seconds={seconds}")
    length, step = round(seconds * sample_rate), round((seconds - overlap) * sample_rate)
    begin = held = 0  # the block begins there; so many samples of it are in `pieces`
    pieces: list[NDArray[np.float32]] = []
    with open_source(path) as source:
        for piece in _resampled(path, source, sample_rate, 0, None):
            pieces.append(piece)
            held += len(piece)
            if held >= length:
                joined = np.concatenate(pieces)
                while held >= length:
                    block = joined[:length]
                    yield begin / sample_rate, block.copy() if overlap else block
                    joined = joined[step:]
                    begin, held = begin + step, held - step
                pieces = [joined]
        if not begin and not held:
            raise _nothing(path, source, 0.0)
    if not begin or held > length - step:
        yield begin / sample_rate, np.concatenate(pieces)


def resample(
    samples: NDArray[np.float32], sample_rate: int, target_rate: int = SAMPLE_RATE
) -> NDArray[np.float32]:
    """Return audio that is in memory at another rate, as `load` returns a file's.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,)
        Mono floating-point audio, full scale at 1.
    sample_rate, target_rate : int
        Samples a second of `samples`, and of what is returned.

    Returns
    -------
    ndarray, shape (n_samples * target_rate / sample_rate,), float32

    Raises
    ------
    InvalidSamplesError
        If the samples are not one row of floating-point numbers, or hold NaN or infinity.
    ValueError
        If a rate is not above 0.
    """
    if not (sample_rate > 0 and target_rate > 0):
        raise ValueError(f"sample_rate={sample_rate} and target_rate={target_rate} must be above 0")
    if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
        raise InvalidSamplesError(
            f"samples of shape {samples.shape} and type {samples.dtype} cannot be used; "
            "give one row (mono) of float32 with full scale at 1"
        )
    if not np.isfinite(samples).all():
        raise InvalidSamplesError("the samples hold NaN or infinity; record them again")
    same = np.asarray(samples, dtype=np.float32)
    if sample_rate == target_rate:
        return same
    return np.asarray(soxr.resample(same, sample_rate, target_rate))


def _resampled(
    path: str | os.PathLike[str], source: Source, sample_rate: int, first: int, last: int | None
) -> Iterator[NDArray[np.float32]]:
    """Yield samples `first` to `last` - 1 at `sample_rate`, in pieces."""
    common = math.gcd(source.sample_rate, sample_rate)
    # Decoding begins where a sample of the file and one of the result fall on the same instant.
    settle = math.ceil(_SETTLE * common)
    instant = max(first // (sample_rate // common) - settle, 0)
    position = instant * (sample_rate // common)
    for piece in _converted(path, source, sample_rate, instant * (source.sample_rate // common)):
        end = len(piece) if last is None else max(last - position, 0)
        yield piece[max(first - position, 0) : end]
        position += len(piece)
        if last is not None and position >= last:
            return


def _converted(
    path: str | os.PathLike[str], source: Source, sample_rate: int, start: int
) -> Iterator[NDArray[np.float32]]:
    """Yield all from the file's sample `start` on, at `sample_rate`, checked for NaN."""
    stream = soxr.ResampleStream(source.sample_rate, sample_rate, 1, dtype="float32")
    for chunk in source.chunks(start):
        if not np.isfinite(chunk).all():
            raise InvalidSamplesError(
                f"{os.fspath(path)!r} holds samples that are NaN or infinite; export it again"
            )
        yield chunk if source.sample_rate == sample_rate else stream.resample_chunk(chunk)
    if source.sample_rate != sample_rate:
        yield stream.resample_chunk(np.empty(0, dtype=np.float32), last=True)


def _nothing(path: str | os.PathLike[str], source: Source, start: float) -> Exception:
    if start and start >= source.duration:
        return ShortAudioError(
            f"{os.fspath(path)!r} lasts {source.duration:.2f} s, so nothing is left from "
            f"{start:.2f} s on; start earlier"
        )
    return DecodeError(
        f"nothing can be decoded from {os.fspath(path)!r}; it is truncated or damaged: "
        "copy or download it again"
    )
