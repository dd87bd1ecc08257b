"""How far a recording is from concert pitch, and front ends that hear it at its own tuning.

Tapes that ran fast, old bands and detuned guitars lie between the bins of a transform whose lowest
bin is C1 at A4 = 440 Hz; half a semitone off, a note is spread over two of them. The deviation is
the circular mean of those of the spectrum's peaks from the nearest semitone, weighted by their
magnitudes, as in D. Ellis and G. Poliner, "Identifying 'cover songs' with chroma features and
dynamic programming beat tracking", ICASSP 2007. A peak between bins is that of the parabola through
three logarithms.
"""

from dataclasses import replace
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from samesong.features.frontend import FrontEnd
from samesong.features.spec import FeatureSpec

A4 = 440.0
"""Concert pitch in Hz."""
LOWEST, HIGHEST = 110.0, 1760.0
"""Range of the peaks in Hz: semitones are too close below, partials often sharp above."""
FRAME = 8192
"""Samples of a spectrum: .37 s at 22,050 Hz."""
FRAMES = 100
"""Spectra to take, spread over the recording: more change the mean by less than .02 semitones."""
QUIETEST = 3.0
"""Peaks more than this many nepers (26 dB) below the highest of their spectrum are left out."""
SURE = 0.12
"""Resultant length, 0 to 1, of the peaks' deviations from which they agree on a tuning."""
STEP = 0.1
"""Tunings are told in steps of this many semitones: small ones stay 0, and few grids are built."""
_FLOOR = 1e-9  # keeps logarithms finite in silence
_AT_ONCE = 8  # spectra: few enough to stay in cache


@runtime_checkable
class TunableFrontEnd(FrontEnd, Protocol):
    """A front end that can take its bins elsewhere than at concert pitch; optional."""

    def tuned(self, tuning: float) -> Self:
        """Return the same front end for recordings of another tuning.

        Parameters
        ----------
        tuning : float
            Semitones above concert pitch, in [-0.5, 0.5].

        Returns
        -------
        FrontEnd
            One whose bins all lie `tuning` semitones higher; its `spec` is the same.
        """


class Tuned:
    """What the built-in front ends share: the tuning that they take their bins at.

    Parameters
    ----------
    tuning : float, optional
        Semitones above concert pitch, in [-0.5, 0.5].
    """

    def __init__(self, tuning: float = 0.0) -> None:
        self._ratio = 2 ** (tuning / 12)

    def tuned(self, tuning: float) -> Self:
        """Return the same front end for recordings of another tuning; see `TunableFrontEnd`.

        Parameters
        ----------
        tuning : float
            Semitones above concert pitch, in [-0.5, 0.5].

        Returns
        -------
        FrontEnd
            One whose bins all lie `tuning` semitones higher; its `spec` is the same.
        """
        return type(self)(tuning)

    def _grid(self, spec: FeatureSpec) -> FeatureSpec:
        """Return the bins of a transform at this tuning."""
        return spec if self._ratio == 1 else replace(spec, fmin=spec.fmin * self._ratio)


def estimate_tuning(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Estimate how far a recording is from concert pitch.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,), float32
        Mono audio; its loudness does not matter.
    sample_rate : int
        Samples a second.

    Returns
    -------
    float
        Semitones above the nearest semitone, a multiple of `STEP` in [-0.5, 0.5]; 0 if the peaks
        agree on none, or there are less than `FRAME` samples.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(22_050, dtype=np.float32) / 22_050
    >>> chord = sum(np.sin(2 * np.pi * 432 * 2 ** (k / 12) * time) for k in (0, 4, 7))
    >>> estimate_tuning(chord, 22_050)  # A4 = 432 Hz is 0.32 semitones low
    -0.3
    """
    if len(samples) < FRAME:
        return 0.0
    hop = max(FRAME // 2, (len(samples) - FRAME) // FRAMES)
    frames = sliding_window_view(samples, FRAME)[::hop]
    low, high = (int(edge * FRAME / sample_rate) for edge in (LOWEST, HIGHEST))
    window = np.hanning(FRAME).astype(np.float32)
    magnitudes = [
        abs(np.fft.rfft(frames[first : first + _AT_ONCE] * window)[:, low - 1 : high + 1])
        for first in range(0, len(frames), _AT_ONCE)
    ]
    levels = np.log(np.concatenate(magnitudes) + _FLOOR)
    below, here, above = levels[:, :-2], levels[:, 1:-1], levels[:, 2:]
    tops = here.max(axis=1, keepdims=True)
    is_peak = (
        (here > below) & (here >= above) & (here > tops - QUIETEST) & (here > np.log(2 * _FLOOR))
    )
    _, bins = np.nonzero(is_peak)
    left, middle, right = below[is_peak], here[is_peak], above[is_peak]
    vertex = 0.5 * (left - right) / (left - 2 * middle + right)
    pitches = 12 * np.log2((low + bins + vertex) * sample_rate / (FRAME * A4))
    weights = np.exp((here - tops)[is_peak])
    mean = np.sum(weights * np.exp(2j * np.pi * pitches)) / max(float(weights.sum()), _FLOOR)
    if abs(mean) < SURE:
        return 0.0
    return round(round(float(np.angle(mean)) / (2 * np.pi * STEP)) * STEP, 6) + 0.0
