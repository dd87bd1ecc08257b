"""Constant-Q transform magnitudes at any hop: the defining sum, as a few matrix products.

Each bin's value at a point is the inner product of the samples around it with a Hann-windowed
complex exponential that lasts Q periods. Side by side for many points these are a matrix product of
overlapping rows of samples with the filters; cut into short segments, so that the short filters of
high bins need not be padded to the length of the low bins'. The low bins, whose long filters would
cost most, are taken from a low-passed signal at a lower rate. Unlike transforms by FFT this leaks
nothing beyond a filter's duration: silence next to music stays silence.

Sources: J. C. Brown, "Calculation of a constant Q spectral transform", JASA 89, 1991; octaves at a
lower rate after C. Schörkhuber and A. Klapuri, "Constant-Q transform toolbox for music processing",
SMC 2010; relative bandwidth and scale as in ``librosa.cqt`` 0.11.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from samesong.features.spec import FeatureSpec

_CHUNK = 2**19
"""Samples worked on together; bounds the memory to about 20 MB."""
_SEGMENT = 256
"""Samples of the filters in one matrix product."""

_DECIMATION = 8
"""Largest factor by which the signal for low bins is slower; the factor divides the hop."""
_LOW = 1 / 88
"""Bins below this share of the sample rate (250 Hz) are low: the low-pass leaves them alone."""
_TAPS = 65
"""Length of the low-pass filter in samples, with `_KAISER` for a stop band at -100 dB."""
_KAISER = 10.06

_ROW = 16
"""Samples of a slower signal that are one row of a matrix product, at least."""

_ALL = slice(None)


class _Segment(NamedTuple):
    """Filters' samples from `offset` on: (length, 2 * n_bins), real and imaginary parts in turn."""

    offset: int
    filters: NDArray[np.float32]


class _Band(NamedTuple):
    """Bins taken from a signal `factor` times slower; their filters lie within `width` samples."""

    bins: slice
    factor: int
    width: int
    segments: list[_Segment]


def bin_frequencies(spec: FeatureSpec) -> NDArray[np.float64]:
    """Return the centre frequencies of all bins.

    Parameters
    ----------
    spec : FeatureSpec
        Bins and their lowest frequency.

    Returns
    -------
    ndarray, shape (n_bins,), float64
        In Hz, rising.
    """
    return np.asarray(spec.fmin * 2.0 ** (np.arange(spec.n_bins) / spec.bins_per_octave))


def quality(spec: FeatureSpec) -> float:
    """Return Q, a filter's duration in periods of its centre frequency, as in ``librosa.cqt``.

    Parameters
    ----------
    spec : FeatureSpec
        Bins in an octave.

    Returns
    -------
    float
        The same for all bins.
    """
    ratio = 2 ** (2 / spec.bins_per_octave)
    return float((ratio + 1) / (ratio - 1))


def filter_lengths(spec: FeatureSpec) -> NDArray[np.float64]:
    """Return the filters' durations.

    Parameters
    ----------
    spec : FeatureSpec
        Bins and sample rate.

    Returns
    -------
    ndarray, shape (n_bins,), float64
        In samples, whole numbers, falling.
    """
    return np.ceil(quality(spec) * spec.sample_rate / bin_frequencies(spec))


def filters(
    spec: FeatureSpec, width: int, factor: int = 1, bins: slice = _ALL
) -> NDArray[np.complex128]:
    """Return the filters: Hann-windowed complex exponentials whose windows add up to 1.

    Parameters
    ----------
    spec : FeatureSpec
        Bins and sample rate.
    width : int
        Samples to return, centred on sample `width` // 2.
    factor : int, optional
        Return them as sampled `factor` times slower.
    bins : slice, optional
        The bins to return filters of.

    Returns
    -------
    ndarray, shape (n_bins, width), complex128
        One filter a row.
    """
    offsets = factor * (np.arange(width) - width // 2)
    lengths, frequencies = filter_lengths(spec)[bins, None], bin_frequencies(spec)[bins, None]
    windows = np.where(2 * abs(offsets) < lengths, 1 + np.cos(2 * np.pi * offsets / lengths), 0)
    windows /= windows.sum(axis=1, keepdims=True)
    return np.asarray(windows * np.exp(2j * np.pi * frequencies * offsets / spec.sample_rate))


def cqt(
    samples: NDArray[np.float32], spec: FeatureSpec, start: int = 0, stop: int | None = None
) -> NDArray[np.float32]:
    """Compute constant-Q magnitudes at points `start` to `stop` - 1 of a hop-spaced grid.

    Point j is centred on sample j * spec.hop; the signal counts as zero outside its ends. A
    sinusoid of amplitude a at the centre of a bin whose filter lasts L samples has magnitude
    a * sqrt(L) / 2 there.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,)
        Mono audio at spec.sample_rate.
    spec : FeatureSpec
        Bins, sample rate and hop.
    start, stop : int, optional
        Range of points, at most 1 + n_samples // hop, which is the default for `stop`. Only
        the samples these need are touched.

    Returns
    -------
    ndarray, shape (n_bins, stop - start), float32
        Magnitudes, 0 or above.
    """
    stop = 1 + len(samples) // spec.hop if stop is None else stop
    magnitude = np.empty((spec.n_bins, stop - start), dtype=np.float32)
    n_points = max(_CHUNK // spec.hop, 1)
    for begin in range(start, stop, n_points):
        end = min(begin + n_points, stop)
        for band in _bands(spec):
            responses = _responses(samples, band, spec.hop, begin, end)
            magnitude[band.bins, begin - start : end - start] = np.abs(responses).T
    return magnitude


def _responses(
    samples: NDArray[np.float32], band: _Band, hop: int, begin: int, end: int
) -> NDArray[np.complex64]:
    """Inner products with a band's filters at points `begin` to `end` - 1: (n_points, n_bins)."""
    step, n_points = hop // band.factor, end - begin
    first = begin * step - band.width // 2
    signal = _slower(samples, band.factor, first, (n_points - 1) * step + band.width)
    responses = np.zeros((n_points, 2 * (band.bins.stop - band.bins.start)), dtype=np.float32)
    for offset, matrix in band.segments:
        rows = sliding_window_view(signal[offset:], len(matrix))[::step][:n_points]
        responses[:, : matrix.shape[1]] += rows @ matrix
    return responses.view(np.complex64)


def _slower(
    samples: NDArray[np.float32], factor: int, first: int, length: int
) -> NDArray[np.float32]:
    """Return `length` samples from `first` on at a rate `factor` times slower, low-passed."""
    if factor == 1:
        return _cut(samples, first, length)
    head, tail = _low_pass(factor)
    size, made = head.shape
    skipped = first % made  # rows begin at the same samples whatever the first, so round alike
    n_rows = -(-(skipped + length) // made)
    begin = (first - skipped) * factor - _TAPS // 2
    fast = _cut(samples, begin, (n_rows + 1) * size).reshape(-1, size)
    slow = (fast[:-1] @ head + fast[1:, : len(tail)] @ tail).ravel()
    return np.asarray(slow[skipped : skipped + length])


def _cut(samples: NDArray[np.float32], first: int, length: int) -> NDArray[np.float32]:
    """Return `length` samples from `first` on, zero outside the signal."""
    cut = np.zeros(length, dtype=np.float32)
    inside = samples[max(first, 0) : max(first + length, 0)]
    cut[max(-first, 0) :][: len(inside)] = inside
    return cut


@lru_cache(maxsize=8)
def _low_pass(factor: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a linear-phase low-pass for decimation, as two matrices.

    The samples from the first that a row of the result depends on, times the first, and those that
    follow them, times the second, add up to that row.
    """
    offsets = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(offsets / factor) * np.kaiser(_TAPS, _KAISER)
    made = max(-(-_TAPS // factor), _ROW)
    shifted = np.zeros((factor * made + _TAPS - 1, made), dtype=np.float32)
    for column in range(made):
        shifted[factor * column : factor * column + _TAPS, column] = taps / taps.sum()
    return shifted[: factor * made].copy(), shifted[factor * made :].copy()


@lru_cache(maxsize=32)
def _bands(spec: FeatureSpec) -> list[_Band]:
    n_low = int(np.count_nonzero(bin_frequencies(spec) < _LOW * spec.sample_rate))
    factor = max(k for k in range(1, _DECIMATION + 1) if spec.hop % k == 0)
    cuts = [(slice(0, n_low), factor), (slice(n_low, spec.n_bins), 1)]
    return [_band(spec, bins, factor) for bins, factor in cuts if bins.start < bins.stop]


def _band(spec: FeatureSpec, bins: slice, factor: int) -> _Band:
    lengths = filter_lengths(spec)[bins]
    width = math.ceil((lengths[0] / factor + 1) / _SEGMENT) * _SEGMENT
    scaled = filters(spec, width, factor, bins) * np.sqrt(lengths)[:, None]
    segments = []
    for offset in range(0, width, _SEGMENT):
        segment = scaled[:, offset : offset + _SEGMENT]
        # Filters get shorter from bin to bin, so those that reach a segment come first.
        n_reaching = np.count_nonzero(segment.any(axis=1))
        matrix = np.ascontiguousarray(segment[:n_reaching].T, dtype=np.complex64)
        segments.append(_Segment(offset, matrix.view(np.float32)))
    return _Band(bins, factor, width, segments)
