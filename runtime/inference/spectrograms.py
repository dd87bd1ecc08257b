"""From the blocks of a recording to the CQ-spectrograms of its windows, in constant memory."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import FrontEnd, audio
from samesong.features.errors import AudioError, SilentAudioError
from samesong.features.overlap import WindowTransform
from samesong.features.samples import MIN_SECONDS
from samesong.runtime.inference.prefetch import read_ahead
from samesong.runtime.inference.segmentation import MIN_REST, cut_audio

_BLOCK_SECONDS = 15.0

Progress = Callable[[float], None]
"""Called with how many seconds of a recording have been read so far."""


def read(
    path: str | Path, sample_rate: int, progress: Progress | None = None
) -> Iterator[NDArray[np.float32]]:
    """Yield an audio file in blocks of samples (n,), and say after each how far it is.

    Raises
    ------
    AudioError
        If the file cannot be used; its message begins with the path.
    """
    for start, samples in audio.blocks(path, sample_rate=sample_rate, seconds=_BLOCK_SECONDS):
        if progress is not None:
            progress(start + len(samples) / sample_rate)
        yield samples


def spectrograms(
    blocks: Iterable[NDArray[np.float32]],
    front_end: FrontEnd,
    window_seconds: float,
    hop_seconds: float,
    *,
    origin: str = "",
) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Yield the windows of a recording that are not silent; blocks are taken in another thread.

    Parameters
    ----------
    blocks
        Consecutive samples, each (n,), at the front end's rate.
    front_end
        What transforms them.
    window_seconds
        Length of a window, 0.6 or above.
    hop_seconds
        From window to window, above 0 and at most `window_seconds`.
    origin
        What the messages of errors begin with.

    Yields
    ------
    start : float
        Where the window begins, in seconds.
    cqt : (72, n_frames) float32

    Raises
    ------
    AudioError
        If a window cannot be used, or no block can be had.
    ValueError
        If `window_seconds` or `hop_seconds` is out of range.
    """
    if not (window_seconds >= MIN_SECONDS and 0 < hop_seconds <= window_seconds):
        raise ValueError(
            f"window_seconds={window_seconds} must be {MIN_SECONDS} or above, and "
            f"hop_seconds={hop_seconds} above 0 and at most window_seconds"
        )
    spec = front_end.spec
    rate = spec.sample_rate
    size, step, rest = (round(s * rate) for s in (window_seconds, hop_seconds, MIN_REST))
    transform = WindowTransform(front_end)
    for begin, samples in read_ahead(cut_audio(blocks, size, step, rest, spec.frame_length)):
        try:
            yield begin / rate, transform(begin, samples, rate)
        except SilentAudioError:
            continue
        except AudioError as error:
            raise type(error)(f"{origin}{error}") from error
