"""Audio in memory, which is read as an audio file is."""

from collections.abc import Iterator
from contextlib import closing
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from samesong.features.audio_file import AudioInfo
from samesong.features.decoding.channels import Downmix, inner_products
from samesong.features.decoding.decoder import Mono
from samesong.features.decoding.notes import Note
from samesong.features.decoding.spans import PREROLL, check_span, cut_span
from samesong.features.errors import InvalidSamplesError, ShortAudioError, shown
from samesong.features.limits import LARGEST_RATE, LEAST_RATE, LONGEST, MOST_CHANNELS

_PIECE = 2**17
"""Samples handed on at once."""


class AudioSamples:
    """Audio in memory.

    Parameters
    ----------
    samples : array-like, shape (n_samples,) or (n_channels, n_samples), floating-point
        Mono audio or several channels, full scale at 1; not copied. Channels are mixed as those of
        a file are.
    sample_rate : int
        Samples a second, 4,000 to 768,000.
    name : str, optional
        Name in results and messages.

    Attributes
    ----------
    name : str
        As it was given.
    info : AudioInfo
        Length, rate and channels.
    notes : tuple of Note
        None: nothing is mended in them.

    Raises
    ------
    InvalidSamplesError
        If the samples are no such array, hold NaN or infinity, or the rate is none.
    ShortAudioError
        If there are no samples.

    Examples
    --------
    >>> import numpy as np
    >>> tone = AudioSamples(np.sin(np.arange(44_100) / 10), 44_100, name="tone")
    >>> tone.info.duration, tone.info.channels
    (1.0, 1)
    >>> AudioSamples(np.zeros(44_100, np.int16), 44_100)
    Traceback (most recent call last):
    ...
    samesong.features.errors.InvalidSamplesError: samples of type int16 cannot be used: give \
floating-point numbers with full scale at 1, such as samples.astype('float32') / 32768
    """

    def __init__(self, samples: ArrayLike, sample_rate: int, *, name: str = "samples") -> None:
        self.name = name
        self.notes: tuple[Note, ...] = ()
        rate = _checked_rate(sample_rate)
        self._planes = _checked_planes(samples)
        n_channels, n_samples = self._planes.shape
        self.info = AudioInfo(n_samples / rate, rate, n_channels, "SAMPLES")
        if self.info.duration > LONGEST:
            raise InvalidSamplesError(
                f"samples of {self.info.duration / 3600:.0f} hours are more than the "
                f"{LONGEST / 3600:.0f} of one recording: check sample_rate={rate}, or divide them"
            )

    def samples(
        self, sample_rate: int, start: float = 0.0, duration: float | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Yield mono samples of a span in pieces, as `AudioFile.samples` does.

        Parameters
        ----------
        sample_rate : int
            Samples a second to yield.
        start : float, optional
            Where the span begins, in seconds, 0 or above.
        duration : float, optional
            Length of the span in seconds, above 0; by default, and at most, to the end.

        Yields
        ------
        ndarray, shape (n_samples,), float32
            Consecutive samples, full scale at 1.

        Raises
        ------
        ShortAudioError
            If the recording ends before `start`.
        ValueError
            If `start` or `duration` is out of range.
        """
        check_span(start, duration)
        if start >= self.info.duration:
            raise ShortAudioError(
                f"{self.name!r} lasts {self.info.duration:.2f} s, so nothing is left from "
                f"{start:.2f} s on; start earlier"
            )
        first = round(start * sample_rate)
        last = None if duration is None else first + round(duration * sample_rate)
        mixed = self._mixed(max(0.0, start - PREROLL))
        with closing(cut_span(mixed, sample_rate, first, last)) as pieces:
            yield from pieces

    def _mixed(self, start: float) -> Iterator[Mono]:
        downmix, rate = Downmix(self.name), self.info.sample_rate
        for first in range(int(start * rate), self._planes.shape[1], _PIECE):
            planes = [*self._planes[:, first : first + _PIECE].astype(np.float32, copy=False)]
            yield Mono(first / rate, rate, downmix(planes, inner_products(planes)))


def _checked_rate(rate: Any) -> int:
    whole = isinstance(rate, Real) and float(rate).is_integer()
    if not whole or not LEAST_RATE <= rate <= LARGEST_RATE:
        raise InvalidSamplesError(
            f"sample_rate={shown(rate)} is not that of a recording: give the samples a second, "
            f"{LEAST_RATE:,} to {LARGEST_RATE:,}, such as 44100"
        )
    return int(rate)


def _checked_planes(samples: ArrayLike) -> NDArray[np.floating[Any]]:
    try:
        array = np.asarray(samples)
    except ValueError as error:  # rows of several lengths
        raise InvalidSamplesError(
            f"samples that are a {type(samples).__name__} of unequal rows cannot be used: give an "
            "array of shape (n_samples,) or (n_channels, n_samples)"
        ) from error
    if not np.issubdtype(array.dtype, np.floating):
        of_scale = 1 << (8 * array.dtype.itemsize - 1) if array.dtype.kind == "i" else None
        such = f", such as samples.astype('float32') / {of_scale}" if of_scale else ""
        raise InvalidSamplesError(
            f"samples of type {array.dtype} cannot be used: give floating-point numbers with full "
            f"scale at 1{such}"
        )
    if not array.size:
        raise ShortAudioError(
            f"samples of shape {array.shape} are empty: give at least 0.6 s of audio"
        )
    if array.ndim not in (1, 2) or (array.ndim == 2 and len(array) > MOST_CHANNELS):
        turned = array.ndim == 2 and array.shape[1] <= MOST_CHANNELS
        raise InvalidSamplesError(
            f"samples of shape {array.shape} cannot be used: give one row, or a row for each of up "
            f"to {MOST_CHANNELS} channels" + (", such as samples.T" if turned else "")
        )
    planes = array.reshape(-1, array.shape[-1])
    # The extremes carry NaN and infinity, and unlike isfinite() need no memory.
    low, high = float(planes.min()), float(planes.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        bad = ~np.isfinite(planes)
        first = int(bad.any(axis=0).argmax())
        raise InvalidSamplesError(
            f"samples of which {int(bad.sum()):,} are NaN or infinite, first number {first:,}, "
            "cannot be used: record again, or silence them with "
            "numpy.nan_to_num(samples, posinf=0, neginf=0)"
        )
    return planes
