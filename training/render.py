"""A CQ-spectrogram straight from notes: what a front end would see, without making sound."""

import numpy as np
from numpy.typing import NDArray

from samesong.training._render_kernels import HARMONICS, add_notes
from samesong.training.symbolic import Notes

Rng = np.random.Generator
Array = NDArray[np.float32]

N_BINS = 72

#: MIDI note number of the lowest bin, C1.
LOWEST_NOTE = 24

#: Seconds between frames.
FRAME_PERIOD = 0.3

#: Seconds over which a front end averages around each frame.
APERTURES = {"direct": 0.12, "pooled": 0.3, "harmonic": 0.3}

#: How a sound is made: (chance, slope of partials, decay 1/s, release s, detune, spread).
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


def render(notes: Notes, front_end: str, start: float, n_frames: int, rng: Rng) -> Array:
    """Render the energy of a span of a version, as pitched sound in no room.

    Parameters
    ----------
    notes
        The version.
    front_end
        Whose averaging over time to imitate.
    start
        Where the span begins, in seconds.
    n_frames
        Its length in frames of 0.3 s.
    rng
        Draws the instruments: partials, envelopes, formants, detuning, loudness.

    Returns
    -------
    ndarray, shape (72, n_frames), float32
        Energy, 0 or above, in no particular unit.
    """
    end = start + n_frames * FRAME_PERIOD
    # Ten seconds back, so that what still sounds at the start of the span is there.
    inside = (notes.onset < end) & (notes.onset > start - 10.0) & ~notes.is_drum
    sounding = notes.select(inside)
    n_parts = int(notes.part.max()) + 1
    names = list(INSTRUMENTS)
    chances = np.array([INSTRUMENTS[name][0] for name in names])
    kinds = rng.choice(len(names), n_parts, p=chances)
    if rng.random() < SUNG:
        kinds[lead(notes, n_parts)] = names.index("voice")
    profiles = np.empty((n_parts, len(HARMONICS)), np.float32)
    formants = np.ones((n_parts, N_BINS), np.float32)
    decay, release, detune, spread = (np.empty(n_parts, np.float32) for _ in range(4))
    for part, kind in enumerate(kinds):
        _, slope, decays, releases, off_key, spreads = INSTRUMENTS[names[kind]]
        profiles[part] = partials(rng, rng.uniform(*slope))
        decay[part] = np.exp(rng.uniform(*np.log(decays)))
        release[part] = rng.uniform(*releases)
        detune[part] = off_key * rng.uniform(0.2, 1.5)
        spread[part] = rng.uniform(*spreads)
        if names[kind] == "voice":
            formants[part] = vowel(rng)
    loudness = np.exp(rng.normal(0, 0.7, n_parts)).astype(np.float32)
    # Basses carry most of the energy of a modern mix, far more than their velocities say.
    loudness[notes.part[notes.is_bass]] *= np.float32(np.exp(rng.uniform(0, 1.5)))
    count = len(sounding)
    wander = rng.normal(0, 1, count).astype(np.float32) * detune[sounding.part]
    energy = np.zeros((N_BINS, n_frames), np.float32)
    add_notes(
        energy,
        (sounding.onset - start).astype(np.float32),
        (sounding.onset + sounding.duration - start).astype(np.float32),
        decay[sounding.part],
        release[sounding.part],
        sounding.pitch - LOWEST_NOTE + wander,
        sounding.velocity * loudness[sounding.part],
        spread[sounding.part],
        sounding.part,
        profiles,
        HARMONICS,
        formants,
        FRAME_PERIOD,
        APERTURES[front_end],
    )
    return energy


def lead(notes: Notes, n_parts: int) -> int:
    """Find the part that most likely carries the tune: the highest on average."""
    pitched = notes.select(~notes.is_drum & ~notes.is_bass)
    count = np.bincount(pitched.part, minlength=n_parts)
    total = np.bincount(pitched.part, pitched.pitch, minlength=n_parts)
    return int(np.argmax(np.where(count > 0, total / np.maximum(count, 1), 0)))


def partials(rng: Rng, slope: float) -> Array:
    """Draw the amplitudes of 16 partials that fall as a power of their number."""
    number = np.arange(1, len(HARMONICS) + 1)
    level = number**-slope * np.exp(rng.normal(0, 0.6, len(number)))
    if rng.random() < 0.15:  # clarinets and stopped pipes lack even partials
        level[1::2] *= rng.uniform(0.02, 0.4)
    if rng.random() < 0.15:  # in small speakers and old recordings the fundamental is faint
        level[0] *= rng.uniform(0.05, 0.5)
    return np.asarray(level / np.sqrt((level**2).sum()), np.float32)


def vowel(rng: Rng) -> Array:
    """Draw the gain in energy of two resonances over the bins; 1 far from both is never reached."""
    bins = np.arange(N_BINS)
    gain = np.full(N_BINS, 0.05)
    for low, high in FORMANT_RANGES:
        centre = 12 * np.log2(rng.uniform(low, high) / 32.703)
        gain += np.exp(-0.5 * ((bins - centre) / rng.uniform(2, 5)) ** 2)
    return gain.astype(np.float32)
