"""Constant-Q transform magnitudes at any hop, from block FFTs and closed-form Hann filters.

A Hann-windowed complex exponential has a spectrum in closed form, so each bin's filter is written
down in the frequency domain, where it spans few coefficients of a block's FFT. Taking the filtered
band at every hop-th sample is the same as folding its spectrum at the hop rate before a short
inverse FFT (the aliasing is exactly that of taking every hop-th sample). One long FFT a block and
72 short ones thus give the transform at whatever hop is wanted, with no sparse kernels and no
compilation.

Sources: J. C. Brown and M. S. Puckette, "An efficient algorithm for the calculation of a constant
Q transform", JASA 92, 1992; scaling and relative bandwidth as in ``librosa.cqt`` 0.11.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from samesong.features.spec import FeatureSpec

_REACH = 24
"""Half-width of a filter in units of 1 / its duration; beyond it Hann leaks below -90 dB."""
_BLOCK = 2**17
"""Samples in a block, about: its FFT stays in a processor's cache."""
_GROUP = 8
"""Blocks worked on together; bounds the memory to about 20 MB."""


class _Filter(NamedTuple):
    """One bin's response over FFT coefficients first .. first + len(response) - 1."""

    first: int
    response: NDArray[np.float32]


class _Plan(NamedTuple):
    """How signals are cut: `points` a block, of which `margin` at either end are spoilt."""

    points: int
    margin: int
    filters: list[_Filter]


def bin_frequencies(spec: FeatureSpec) -> NDArray[np.float64]:
    """Return the centre frequencies in Hz, shape (n_bins,)."""
    steps = np.arange(spec.n_bins) / spec.bins_per_octave
    return np.asarray(spec.fmin * 2.0**steps)


def quality(spec: FeatureSpec) -> float:
    """Return Q, a filter's duration in periods of its centre frequency, as in ``librosa.cqt``."""
    ratio = 2 ** (2 / spec.bins_per_octave)
    return float((ratio + 1) / (ratio - 1))


def filter_lengths(spec: FeatureSpec) -> NDArray[np.float64]:
    """Return the filters' durations in (whole) samples, shape (n_bins,)."""
    return np.ceil(quality(spec) * spec.sample_rate / bin_frequencies(spec))


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
    start, stop : int
        Range of points, at most 1 + n_samples // hop, which is the default for `stop`. Only
        the samples these need are touched.

    Returns
    -------
    ndarray, shape (n_bins, stop - start), float32
        Magnitudes, 0 or above.
    """
    stop = 1 + len(samples) // spec.hop if stop is None else stop
    plan = _plan(spec)
    fresh = plan.points - 2 * plan.margin
    magnitude = np.empty((spec.n_bins, stop - start), dtype=np.float32)
    for begin in range(start, stop, _GROUP * fresh):
        end = min(begin + _GROUP * fresh, stop)
        firsts = [point - plan.margin for point in range(begin, end, fresh)]
        spectra = scipy.fft.rfft(_blocks(samples, spec.hop, plan.points, firsts), axis=1)
        for row, band in zip(magnitude, plan.filters, strict=True):
            taken = _take(spectra, band, plan.points)[:, plan.margin : plan.margin + fresh]
            row[begin - start : end - start] = np.abs(taken).reshape(-1)[: end - begin]
    return magnitude


def _blocks(
    samples: NDArray[np.float32], hop: int, points: int, firsts: list[int]
) -> NDArray[np.float32]:
    """Cut blocks that begin at grid points `firsts`, zero outside the signal."""
    blocks = np.zeros((len(firsts), points * hop), dtype=np.float32)
    for block, first in zip(blocks, firsts, strict=True):
        offset = first * hop
        inside = samples[max(offset, 0) : max(offset + len(block), 0)]
        block[max(-offset, 0) :][: len(inside)] = inside
    return blocks


def _take(spectra: NDArray[np.complex64], band: _Filter, points: int) -> NDArray[np.complex64]:
    """Filter every block and return the band at the grid points, shape (n_blocks, points).

    The band is shifted down to begin at frequency zero, which leaves magnitudes alone.
    """
    width = len(band.response)
    folded = np.zeros((len(spectra), -(-width // points), points), dtype=np.complex64)
    flat = folded.reshape(len(spectra), -1)
    np.multiply(spectra[:, band.first : band.first + width], band.response, out=flat[:, :width])
    return np.asarray(scipy.fft.ifft(folded.sum(axis=1), axis=1))


@lru_cache(maxsize=8)
def _plan(spec: FeatureSpec) -> _Plan:
    lengths = filter_lengths(spec)
    margin = -(-int(lengths[0]) // (2 * spec.hop))
    # However short the hop, at least half of a block must be fresh.
    points = scipy.fft.next_fast_len(max(round(_BLOCK / spec.hop), 4 * margin))
    block = points * spec.hop
    filters = []
    for frequency, length in zip(bin_frequencies(spec), lengths, strict=True):
        reach = _REACH * spec.sample_rate / length
        first = max(0, int((frequency - reach) * block / spec.sample_rate))
        last = min(block // 2, int((frequency + reach) * block / spec.sample_rate) + 1)
        offsets = np.arange(first, last + 1) * spec.sample_rate / block - frequency
        # The inverse FFT divides by `points`, whereas the filter's definition divides by `block`.
        gain = np.sqrt(length) * points / block
        response = gain * _hann_spectrum(offsets * length / spec.sample_rate)
        filters.append(_Filter(first, response.astype(np.float32)))
    return _Plan(points, margin, filters)


def _hann_spectrum(cycles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spectrum of a Hann window of unit area, by frequency in units of 1 / its duration."""
    neighbours = np.sinc(cycles - 1) + np.sinc(cycles + 1)
    return np.asarray(np.sinc(cycles) + neighbours / 2)
