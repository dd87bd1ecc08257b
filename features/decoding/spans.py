"""Cutting a span out of decoded samples, at the rate that is wanted."""

import math
from collections.abc import Generator, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from samesong.features.decoding.decoder import Mono
from samesong.features.resampling import Resampler

PREROLL = 0.1
"""Seconds resampled ahead of a span, so that the resampler's filter is full where it begins."""

Array = NDArray[np.float32]


def check_span(start: float, duration: float | None) -> None:
    """Refuse a span that cannot be one.

    Parameters
    ----------
    start : float
        Where it begins, in seconds.
    duration : float or None
        Its length in seconds; None for all.

    Raises
    ------
    ValueError
        If `start` is below 0, or `duration` is not above 0.
    """
    if not start >= 0 or (duration is not None and not duration > 0):
        raise ValueError(f"start={start} must be 0 or above, duration={duration} above 0")


def cut_span(
    pieces: Iterable[Mono], sample_rate: int, first: int, last: int | None
) -> Generator[Array]:
    """Yield the samples of a span.

    Parameters
    ----------
    pieces : iterable of Mono
        Decoded samples, one following the other, from before the span or the beginning.
    sample_rate : int
        Samples a second to yield.
    first : int
        The first sample of the span, counted at that rate.
    last : int or None
        The sample after its end; None for all.

    Yields
    ------
    ndarray, shape (n_samples,), float32
        Consecutive samples.
    """
    position: int | None = None
    for begin, piece in _resampled(pieces, sample_rate, first / sample_rate):
        if position is None:
            position = begin
            if position > first:  # what is before it cannot be decoded
                yield np.zeros(min(position, last or position) - first, np.float32)
        end = len(piece) if last is None else max(last - position, 0)
        kept = piece[max(first - position, 0) : end]
        if len(kept):
            yield kept
        position += len(piece)
        if last is not None and position >= last:
            return


def _resampled(
    pieces: Iterable[Mono], sample_rate: int, start: float
) -> Iterator[tuple[int, Array]]:
    """Yield samples at a rate; the first one's number is true, and they follow each other."""
    resampler: Resampler | None = None
    rate, begin = 0, 0
    for piece in pieces:
        samples = piece.samples
        if piece.rate != rate:
            if resampler is not None:
                yield begin, resampler.finish()
                begin = round(piece.time * sample_rate)
            else:
                dropped, begin = _instant(piece, sample_rate, start)
                if dropped is None:
                    continue
                samples = samples[dropped:]
            rate, resampler = piece.rate, Resampler(piece.rate, sample_rate)
        assert resampler is not None
        yield begin, resampler.push(samples)
    if resampler is not None:
        yield begin, resampler.finish()


def _instant(piece: Mono, sample_rate: int, start: float) -> tuple[int | None, int]:
    """Return where to begin: a sample of the file that falls on one of the result, ahead of it.

    A span is then the same as that slice of the whole. None if it comes after this piece.
    """
    common = math.gcd(piece.rate, sample_rate)
    step, target_step = piece.rate // common, sample_rate // common
    at = round(piece.time * piece.rate)  # its first sample
    wanted = math.floor((start - PREROLL) * common)
    instant = max(wanted, -(-at // step))
    dropped = instant * step - at
    return (None if dropped >= len(piece.samples) else dropped), instant * target_step
