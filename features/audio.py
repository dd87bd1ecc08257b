"""Reading recordings: any format, channel count and rate to mono float32 at one rate."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from samesong.features.audio_file import AudioInfo
from samesong.features.recording import Recording, open_recording
from samesong.features.resampling import SAMPLE_RATE


def probe(recording: Recording) -> AudioInfo:
    """Return the properties of a recording without decoding it.

    Where the header cannot be right about the length, packets are counted.

    Parameters
    ----------
    recording : Recording
        As for `load`.

    Returns
    -------
    AudioInfo
        Duration, sample rate, channels and format.

    Raises
    ------
    DecodeError
        If the file is missing, unreadable, empty or not audio.
    """
    with open_recording(recording) as sound:
        return sound.info


def load(
    recording: Recording,
    *,
    sample_rate: int = SAMPLE_RATE,
    start: float = 0.0,
    duration: float | None = None,
) -> NDArray[np.float32]:
    """Load a recording, or a span of it, as mono samples.

    Channels are averaged, unless they cancel each other. Only the span is decoded. All that can be
    decoded is returned, whatever headers say; times are those of the recording, pauses of its clock
    included. Samples that are not numbers are silenced. What was chosen or mended is logged.

    Parameters
    ----------
    recording : Recording
        A path, an open file, bytes or `AudioSamples`; a file is of any of
        `samesong.features.decoding.formats.FORMATS`.
    sample_rate : int, optional
        Samples a second to return.
    start : float, optional
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
    ValueError
        If `start` or `duration` is out of range.
    """
    with open_recording(recording) as sound:
        return np.concatenate(list(sound.samples(sample_rate, start, duration)))


def blocks(
    recording: Recording,
    *,
    sample_rate: int = SAMPLE_RATE,
    seconds: float,
    overlap: float = 0.0,
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Load a recording of any length block by block, in constant memory.

    Parameters
    ----------
    recording : Recording
        As for `load`.
    sample_rate : int, optional
        Samples a second to yield.
    seconds : float
        Length of a block; the last may be shorter.
    overlap : float, optional
        Seconds that a block shares with the one before it; below `seconds`.

    Yields
    ------
    start : float
        Where the block begins, in seconds.
    samples : ndarray, shape (n_samples,), float32
        The block; never only what the block before it held already.

    Raises
    ------
    DecodeError
        As for `load`.
    ValueError
        If `seconds` or `overlap` is out of range.
    """
    with open_recording(recording) as sound:
        pieces = sound.samples(sample_rate)
        yield from join_blocks(pieces, sample_rate=sample_rate, seconds=seconds, overlap=overlap)


def join_blocks(
    pieces: Iterable[NDArray[np.float32]],
    *,
    sample_rate: int,
    seconds: float,
    overlap: float = 0.0,
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Join pieces of sound into blocks of equal length, in constant memory.

    Parameters
    ----------
    pieces : iterable of ndarray
        Each (n_samples,) float32, one following the other.
    sample_rate : int
        Samples a second.
    seconds : float
        Length of a block; the last may be shorter.
    overlap : float, optional
        Seconds that a block shares with the one before it; below `seconds`.

    Yields
    ------
    start : float
        Where the block begins, in seconds of the first piece.
    samples : ndarray, shape (n_samples,), float32
        The block; never only what the block before it held already.

    Raises
    ------
    ValueError
        If `seconds` or `overlap` is out of range.
    """
    if not 0 <= overlap < seconds:
        raise ValueError(f"overlap={overlap} must be 0 or above and below seconds={seconds}")
    length, step = round(seconds * sample_rate), round((seconds - overlap) * sample_rate)
    begin = held = 0  # the block begins there; so many samples of it are in `waiting`
    waiting: list[NDArray[np.float32]] = []
    for piece in pieces:
        waiting.append(piece)
        held += len(piece)
        if held >= length:
            joined = np.concatenate(waiting)
            while held >= length:
                block = joined[:length]
                yield begin / sample_rate, block.copy() if overlap else block
                joined = joined[step:]
                begin, held = begin + step, held - step
            waiting = [joined]
    if waiting and (not begin or held > length - step):
        yield begin / sample_rate, np.concatenate(waiting)
