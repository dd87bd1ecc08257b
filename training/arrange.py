"""Another version of a song, made on its notes: key, tempo, structure, parts and playing change."""

from collections.abc import Callable

import numpy as np

from samesong.training.form import change_tempo, restructure
from samesong.training.parts import add_bass, double_melody, drop_parts, thin_to_melody_and_bass
from samesong.training.pitch_range import fold
from samesong.training.playing import change_lengths, change_octaves, play_loosely, restrike
from samesong.training.symbolic import Notes

Rng = np.random.Generator


def rearrange(notes: Notes, strength: float, rng: Rng) -> Notes:
    """Draw another version of a song.

    Parameters
    ----------
    notes : Notes
        The score; onsets count from 0.
    strength : float
        From 0, which stays close to the score as a studio version does, to 1, which is free.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    version : Notes
        Sorted by onset, its pitches between `samesong.training.pitch_range.LOWEST` and `HIGHEST`.
    """
    steps: list[tuple[float, Callable[[Notes, Rng], Notes]]] = [
        (0.9 * strength, drop_parts),
        (0.35 * strength, thin_to_melody_and_bass),
        (0.5 * strength, change_octaves),
        (0.6 * strength, restrike),
        (0.5, change_lengths),
        (0.3 + 0.3 * strength, add_bass),
        (0.35 * strength, double_melody),
        (0.6 * strength, restructure),
        (1.0, play_loosely),
    ]
    for probability, step in steps:
        if rng.random() < probability:
            notes = step(notes, rng)
    notes = transpose(notes, rng)
    return change_tempo(notes, rng)


def transpose(notes: Notes, rng: Rng) -> Notes:
    """Move every pitched part by up to a tritone, and the tuning by up to half a semitone.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        Transposed alike, but for octaves that keep notes in range.
    """
    shift = float(rng.integers(-6, 7)) + float(rng.normal(0, 0.15)) * (rng.random() < 0.5)
    pitch = np.where(notes.is_drum, notes.pitch, notes.pitch + np.float32(shift))
    return notes.having(pitch=fold(pitch, notes.is_drum))
