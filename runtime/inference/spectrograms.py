"""From the blocks of a recording to the CQ-spectrograms of its windows, in constant memory."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from samesong.features import FrontEnd
from samesong.features.audio import join_blocks
from samesong.features.errors import AudioError, SilentAudioError
from samesong.features.overlap import WindowTransform
from samesong.features.progress import OnProgress, Progress
from samesong.features.recording import Recording, open_recording
from samesong.features.samples import MIN_SECONDS
from samesong.features.tuning import estimate_tuning
from samesong.runtime.inference.prefetch import read_ahead
from samesong.runtime.inference.segmentation import MIN_REST, cut_audio

_BLOCK_SECONDS = 15.0


def read(
    recording: Recording, sample_rate: int, progress: OnProgress | None = None
) -> Iterator[NDArray[np.float32]]:
    """Yield a recording in blocks.

    Parameters
    ----------
    recording : Recording
        The recording; one that is open stays open.
    sample_rate : int
        Samples a second to yield.
    progress : callable, optional
        Called after each block.

    Yields
    ------
    ndarray, shape (n_samples,), float32
        Consecutive mono samples, full scale at 1.

    Raises
    ------
    AudioError
        If it cannot be used; the message names it.
    """
    with open_recording(recording) as sound:
        pieces = sound.samples(sample_rate)
        for start, samples in join_blocks(pieces, sample_rate=sample_rate, seconds=_BLOCK_SECONDS):
            if progress is not None:
                read_so_far = start + len(samples) / sample_rate
                progress(Progress("read", 0, 1, read_so_far, sound.info.duration))
            yield samples


def spectrograms(
    blocks: Iterable[NDArray[np.float32]],
    front_ends: Sequence[FrontEnd],
    window_seconds: float,
    hop_seconds: float,
    *,
    origin: str = "",
) -> Iterator[tuple[float, list[NDArray[np.float32]]]]:
    """Yield the windows of a recording that are not silent; blocks are taken in another thread.

    Parameters
    ----------
    blocks : iterable of ndarray, shape (n_samples,), float32
        Consecutive mono samples at the front ends' rate.
    front_ends : sequence of FrontEnd
        Each transforms them; at least one, all of one sample rate and frame period.
    window_seconds : float
        Length of a window, 0.6 or above.
    hop_seconds : float
        From window to window, above 0 and at most `window_seconds`.
    origin : str, optional
        Beginning of the messages of errors.

    Yields
    ------
    start : float
        Where the window begins, in seconds.
    cqts : list of ndarray, shape (n_bins, n_frames), float32
        The window's CQ-spectrogram by each front end at the window's own tuning, standardised.

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
    spec = front_ends[0].spec
    rate = spec.sample_rate
    size, step, rest = (round(s * rate) for s in (window_seconds, hop_seconds, MIN_REST))
    transforms = [WindowTransform(front_end) for front_end in front_ends]
    for begin, samples in read_ahead(cut_audio(blocks, size, step, rest, spec.frame_length)):
        try:
            tuning = estimate_tuning(samples, rate)
            cqts = [transform(begin, samples, rate, tuning) for transform in transforms]
            yield begin / rate, cqts
        except SilentAudioError:
            continue
        except AudioError as error:
            raise type(error)(f"{origin}{error}") from error
