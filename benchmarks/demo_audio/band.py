"""Plays an arrangement of a tune from beginning to end, with human timing."""

import random
from dataclasses import dataclass

from abc_notation import Tune
from arrangement import Arrangement
from players import Bars, play_bars, play_last_chord


@dataclass(frozen=True)
class Note:
    """Start and length in seconds, MIDI pitch and velocity."""

    start: float
    length: float
    pitch: int
    velocity: int


def play_arrangement(arrangement: Arrangement, tune: Tune, seed: int) -> dict[str, list[Note]]:
    """Play an arrangement.

    Parameters
    ----------
    arrangement : Arrangement
        Players and order of the parts.
    tune : Tune
        The tune.
    seed : int
        Seed of timing, ornaments and solos.

    Returns
    -------
    dict of str to list of Note
        Notes by player; the same seed gives the same notes.
    """
    rng = random.Random(seed)
    a = arrangement
    notes: dict[str, list[Note]] = {name: [] for name in a.players}
    now = 0.0
    for play in a.plan:
        section = tune.sections[play.section]
        first, last = play.bars[0], play.bars[1] or round(section.length / tune.bar)
        bars = Bars(tune, section, first, last, a.transpose + play.shift, a.chords)
        for name in play.players.split():
            for start, length, pitch, loudness in play_bars(a.players[name], bars, rng):
                velocity = loudness * play.level + rng.gauss(0, 4)
                begin = _swing(now + start, a.swing) * 60 / a.bpm + rng.gauss(0, 0.006)
                sounding = length * 60 / a.bpm * rng.uniform(0.88, 0.98)
                notes[name].append(
                    Note(max(0.0, begin), sounding, pitch, max(1, min(127, round(velocity))))
                )
        now += (last - first) * tune.bar
    # The last chord rings for a bar.
    for name in a.plan[-1].players.split():
        for start, length, pitch, loudness in play_last_chord(a.players[name], bars):
            begin = (now + start) * 60 / a.bpm
            notes[name].append(Note(begin, length * 60 / a.bpm, pitch, round(loudness)))
    return notes


def _swing(beat: float, amount: float) -> float:
    """Delay off-beat notes; with amount 1 an eighth sounds as the last of a triplet."""
    whole, part = divmod(beat, 1)
    late = 0.5 + amount / 6
    return whole + (part * late / 0.5 if part < 0.5 else late + (part - 0.5) * (1 - late) / 0.5)
