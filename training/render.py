"""The energy that notes have on a front end's bins and frames, without making sound."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samesong.features.cqt import bin_frequencies
from samesong.features.renderable import RenderableFrontEnd
from samesong.features.spec import C1, FeatureSpec
from samesong.training._render_kernels import HARMONICS, add_notes
from samesong.training.parts import lead
from samesong.training.symbolic import Notes

Rng = np.random.Generator
Array = NDArray[np.float32]

#: MIDI note number of C1.
C1_NOTE = 24

#: Kinds of instruments: (probability, slope of partials, decay 1/s, release s, detune, spread).
INSTRUMENTS = {
    "plucked": (0.30, (0.8, 2.6), (0.5, 4.0), (0.1, 0.6), 0.03, (0.0, 0.05)),
    "sustained": (0.25, (0.6, 2.0), (0.01, 0.3), (0.1, 0.8), 0.05, (0.0, 0.25)),
    "organ": (0.10, (0.0, 1.0), (0.01, 0.05), (0.05, 0.3), 0.02, (0.0, 0.1)),
    "distorted": (0.15, (0.0, 0.7), (0.05, 0.8), (0.05, 0.4), 0.06, (0.0, 0.2)),
    "voice": (0.20, (0.5, 1.3), (0.01, 0.2), (0.05, 0.3), 0.25, (0.1, 0.7)),
}

#: Share of the versions whose leading part is a voice, whatever the score says.
SUNG = 0.4

#: Vowel formants in Hz: first and second resonance between which a voice moves.
FORMANT_RANGES = ((300.0, 850.0), (850.0, 2200.0))


class Grid(NamedTuple):
    """Where the bins and frames of a front end lie.

    Attributes
    ----------
    bins : ndarray, shape (n_bins,), float32
        Semitones above C1; negative below it.
    period : float
        Seconds from frame to frame.
    """

    bins: Array
    period: float

    @classmethod
    def of(cls, spec: FeatureSpec) -> "Grid":
        """Return the grid of a front end.

        Parameters
        ----------
        spec : FeatureSpec
            The front end's.

        Returns
        -------
        Grid
            Bin 0 of the bundled front ends is at 0.
        """
        bins = np.asarray(12 * np.log2(bin_frequencies(spec) / C1), np.float32)
        return cls(bins, spec.frame_period)


def render_energy(
    notes: Notes, front_end: RenderableFrontEnd, start: float, n_frames: int, rng: Rng
) -> Array:
    """Render the energy of a span of a version: pitched sound alone, in no room.

    Parameters
    ----------
    notes : Notes
        The version.
    front_end : RenderableFrontEnd
        The bins, frames and averaging over time to imitate.
    start : float
        Start of the span in seconds.
    n_frames : int
        Length of the span in frames.
    rng : numpy.random.Generator
        Draws the instruments: partials, envelopes, formants, detuning, loudness.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Energy, 0 or above, in no particular unit.
    """
    spec = front_end.spec
    bins = Grid.of(spec).bins
    per_semitone = np.float32(spec.bins_per_octave / 12)
    end = start + n_frames * spec.frame_period
    # Ten seconds back, so that what still sounds at the start of the span is there.
    inside = (notes.onset < end) & (notes.onset > start - 10.0) & ~notes.is_drum
    sounding = notes.select(inside)
    n_parts = int(notes.part.max()) + 1
    names = list(INSTRUMENTS)
    probabilities = np.array([INSTRUMENTS[name][0] for name in names])
    kinds = rng.choice(len(names), n_parts, p=probabilities)
    if rng.random() < SUNG:
        kinds[lead(notes)] = names.index("voice")
    profiles = np.empty((n_parts, len(HARMONICS)), np.float32)
    formants = np.ones((n_parts, spec.n_bins), np.float32)
    decay, release, detune, spread = (np.empty(n_parts, np.float32) for _ in range(4))
    for part, kind in enumerate(kinds):
        _, slope, decays, releases, off_key, spreads = INSTRUMENTS[names[kind]]
        profiles[part] = partials(rng, rng.uniform(*slope))
        decay[part] = np.exp(rng.uniform(*np.log(decays)))
        release[part] = rng.uniform(*releases)
        detune[part] = off_key * rng.uniform(0.2, 1.5)
        spread[part] = rng.uniform(*spreads)
        if names[kind] == "voice":
            formants[part] = vowel(bins, rng)
    loudness = np.exp(rng.normal(0, 0.7, n_parts)).astype(np.float32)
    # Basses carry most of the energy of a modern mix, far more than their velocities say.
    loudness[notes.part[notes.is_bass]] *= np.float32(np.exp(rng.uniform(0, 1.5)))
    count = len(sounding)
    wander = rng.normal(0, 1, count).astype(np.float32) * detune[sounding.part]
    energy = np.zeros((spec.n_bins, n_frames), np.float32)
    add_notes(
        energy,
        (sounding.onset - start).astype(np.float32),
        (sounding.onset + sounding.duration - start).astype(np.float32),
        decay[sounding.part],
        release[sounding.part],
        (sounding.pitch - C1_NOTE + wander - bins[0]) * per_semitone,
        sounding.velocity * loudness[sounding.part],
        spread[sounding.part] * per_semitone,
        sounding.part,
        profiles,
        HARMONICS * per_semitone,
        formants,
        spec.frame_period,
        front_end.aperture,
    )
    return energy


def partials(rng: Rng, slope: float) -> Array:
    """Draw the amplitudes of 16 partials that fall as a power of their number.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the departures from that law.
    slope : float
        The power; 0 makes all alike on average.

    Returns
    -------
    ndarray, shape (16,), float32
        Amplitudes above 0 whose squares add up to 1.
    """
    number = np.arange(1, len(HARMONICS) + 1)
    level = number**-slope * np.exp(rng.normal(0, 0.6, len(number)))
    if rng.random() < 0.15:  # clarinets and stopped pipes lack even partials
        level[1::2] *= rng.uniform(0.02, 0.4)
    if rng.random() < 0.15:  # in small speakers and old recordings the fundamental is faint
        level[0] *= rng.uniform(0.05, 0.5)
    return np.asarray(level / np.sqrt((level**2).sum()), np.float32)


def vowel(bins: Array, rng: Rng) -> Array:
    """Draw the two resonances of a vowel.

    Parameters
    ----------
    bins : ndarray, shape (n_bins,), float32
        Semitones above C1, as in `Grid`.
    rng : numpy.random.Generator
        Draws the resonances.

    Returns
    -------
    ndarray, shape (n_bins,), float32
        Gain in energy, 0.05 or above, at most about 2.
    """
    gain = np.full(len(bins), 0.05)
    for low, high in FORMANT_RANGES:
        centre = 12 * np.log2(rng.uniform(low, high) / C1)
        gain += np.exp(-0.5 * ((bins - centre) / rng.uniform(2, 5)) ** 2)
    return gain.astype(np.float32)
