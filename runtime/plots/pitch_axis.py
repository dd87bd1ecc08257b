"""The pitch axis of a spectrogram: notes, or frequencies where bins are none."""

from math import log2

from samesong.features.spec import FeatureSpec

_A4 = 440.0
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_OUT_OF_TUNE = 0.1
"""Semitones from a note from which a bin is given its frequency."""


def pitch_marks(spec: FeatureSpec) -> dict[int, str]:
    """Return the bins to mark, one an octave, and their pitches.

    Parameters
    ----------
    spec : FeatureSpec
        The spectrogram's.

    Returns
    -------
    dict of int to str
        Bins from the lowest on, with notes such as C4 (A4 is 440 Hz), or frequencies where bins lie
        between notes.

    Examples
    --------
    >>> from samesong.features import get_front_end
    >>> pitch_marks(get_front_end("direct").spec)
    {0: 'C1', 12: 'C2', 24: 'C3', 36: 'C4', 48: 'C5', 60: 'C6'}
    """
    marked = range(0, spec.n_bins, spec.bins_per_octave)
    return {one: _pitch(spec.fmin * 2 ** (one / spec.bins_per_octave)) for one in marked}


def _pitch(frequency: float) -> str:
    semitones = 12 * log2(frequency / _A4) + 69
    nearest = round(semitones)
    if abs(semitones - nearest) > _OUT_OF_TUNE:
        return f"{frequency:.0f} Hz"
    return f"{_NAMES[nearest % 12]}{nearest // 12 - 1}"
