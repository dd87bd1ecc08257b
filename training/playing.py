"""The way each part plays its notes: octave, length, repetition, errors."""

import numpy as np

from samesong.training.pitch_range import fold
from samesong.training.symbolic import Notes

Rng = np.random.Generator


def change_octaves(notes: Notes, rng: Rng) -> Notes:
    """Move whole instruments by an octave.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        Drums and basses stay where they are.
    """
    shifts = rng.choice([-12, 0, 0, 0, 12], notes.part.max() + 1).astype(np.float32)
    pitch = notes.pitch + np.where(notes.is_drum | notes.is_bass, 0, shifts[notes.part])
    return notes.having(pitch=fold(pitch.astype(np.float32), notes.is_drum))


def change_lengths(notes: Notes, rng: Rng) -> Notes:
    """Play each instrument more staccato or more sustained.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        Durations 0.4 to 2.5 times as long.
    """
    factors = np.exp(rng.uniform(np.log(0.4), np.log(2.5), notes.part.max() + 1))
    return notes.having(duration=(notes.duration * factors[notes.part]).astype(np.float32))


def restrike(notes: Notes, rng: Rng) -> Notes:
    """Turn some instruments' held notes into repeated or broken ones.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        As long as before; some notes an octave higher.
    """
    chosen = rng.random(notes.part.max() + 1) < 0.5
    period = float(rng.uniform(0.15, 0.6))
    repeats = np.where(
        chosen[notes.part] & ~notes.is_drum, np.ceil(notes.duration / period).clip(1, 12), 1
    ).astype(np.intp)
    again = notes.select(np.repeat(np.arange(len(notes)), repeats))
    number = np.arange(len(again)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    times = np.repeat(repeats, repeats)
    duration = (again.duration / times).astype(np.float32)
    octave = np.where((times > 1) & (rng.random(len(again)) < 0.2), 12, 0).astype(np.float32)
    return again.having(
        onset=(again.onset + number * duration).astype(np.float32),
        duration=duration,
        pitch=fold(again.pitch + octave, again.is_drum),
    ).sorted()


def play_loosely(notes: Notes, rng: Rng) -> Notes:
    """Miss some notes, play a few wrong, and be early or late by tens of milliseconds.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        At most 15 % of the notes are missing on average.
    """
    count = len(notes)
    kept = rng.random(count) > rng.uniform(0, 0.15)
    wrong = (rng.random(count) < rng.uniform(0, 0.03)) & ~notes.is_drum
    pitch = notes.pitch + np.where(wrong, rng.integers(-2, 3, count), 0).astype(np.float32)
    onset = notes.onset + rng.normal(0, rng.uniform(0, 0.05), count)
    played = notes.having(
        pitch=pitch,
        onset=np.maximum(onset, 0).astype(np.float32),
        velocity=(notes.velocity * rng.uniform(0.6, 1.0, count)).astype(np.float32),
    ).select(kept)
    return played.sorted()
