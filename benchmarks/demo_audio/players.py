"""Plays bars of a tune on each kind of instrument."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from abc_notation import STEPS, Section, Tune
from arrangement import Comp, Drums, Lead

_QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "6": (0, 4, 7, 9),
    "9": (0, 4, 10, 14),
    "m6": (0, 3, 7, 9),
    "sus4": (0, 5, 7),
    "dim7": (0, 3, 6, 9),
}
_DRUMS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "hat": 42, "open": 46, "low_tom": 45,
    "high_tom": 50, "crash": 49, "ride": 51, "tambourine": 54, "conga": 64, "shaker": 70,
}  # fmt: skip


@dataclass(frozen=True)
class Bars:
    """Bars of a section in the key they are played in; times count from the first of them."""

    tune: Tune
    section: Section
    first: int
    last: int
    shift: int
    respelled: dict[str, str]

    @property
    def bar(self) -> float:
        """Length of a bar in quarter notes."""
        return self.tune.bar

    def chord(self, time: float) -> tuple[int, tuple[int, ...]]:
        """Return the chord that sounds at a time.

        Parameters
        ----------
        time : float
            Time in quarter notes from the first bar.

        Returns
        -------
        root : int
            Pitch class of the root.
        intervals : tuple of int
            Semitones above the root.
        """
        at = (time + self.first * self.bar) % self.section.length
        symbol = [symbol for start, symbol in self.section.chords if start <= at + 1e-6][-1]
        symbol = self.respelled.get(symbol, symbol)
        root = STEPS[symbol[0]] + (symbol[1:2] == "#") - (symbol[1:2] == "b")
        quality = symbol[1:].lstrip("#b")
        return (root + self.shift) % 12, _QUALITIES[quality]

    def melody(self) -> list[tuple[float, float, int]]:
        """Return (start, length, pitch) of the melody; an upbeat to the section starts before 0."""
        begin = self.first * self.bar if self.first else -self.bar
        return [
            (start - self.first * self.bar, length, pitch + self.shift)
            for start, length, pitch in self.section.melody
            if begin <= start < self.last * self.bar
        ]

    def neighbour(self, pitch: int, direction: int) -> int:
        """Return the next pitch of the scale.

        Parameters
        ----------
        pitch : int
            MIDI pitch to start from.
        direction : int
            1 for the pitch above, -1 for the pitch below.

        Returns
        -------
        int
            MIDI pitch.
        """
        pitch += direction
        while (pitch - self.shift) % 12 not in self.tune.scale:
            pitch += direction
        return pitch


_Played = tuple[float, float, int, float]  # start and length in quarters, pitch, loudness


def play_bars(player: Comp | Lead | Drums, bars: Bars, rng: random.Random) -> Iterator[_Played]:
    """Play every bar.

    Parameters
    ----------
    player : Comp, Lead or Drums
        The player.
    bars : Bars
        The bars to play.
    rng : random.Random
        Draws ornaments and solos.

    Returns
    -------
    iterator of tuple
        Start and length in quarter notes, MIDI pitch and loudness of each note.
    """
    if isinstance(player, Comp):
        return _comp(player, bars)
    if isinstance(player, Drums):
        return _drums(player, bars)
    return {"melody": _melody, "harmony": _harmony, "solo": _solo}[player.role](player, bars, rng)


def _comp(part: Comp, bars: Bars) -> Iterator[_Played]:
    voicing: list[int] = []
    for index in range(bars.last - bars.first):
        pattern = part.patterns[index % len(part.patterns)].replace(" ", "")
        step = bars.bar / len(pattern)
        for position, what in enumerate(pattern):
            if what in ".-":
                continue
            start = index * bars.bar + position * step
            held = len(pattern[position + 1 :]) - len(pattern[position + 1 :].lstrip("-"))
            root, intervals = bars.chord(start)
            voicing = _voice(root, intervals, part.low, voicing)
            pitches = _pitches(what, start, voicing, part.low, bars)
            loudness = 84 if position % (len(pattern) // 2) == 0 else 70
            for order, pitch in enumerate(pitches):
                delay = part.strum * order
                yield start + delay, (held + 1) * step - delay, pitch, loudness


def _pitches(what: str, start: float, voicing: list[int], low: int, bars: Bars) -> list[int]:
    """Return the pitches of one character of a pattern, played at `start`."""
    root, intervals = bars.chord(start)
    base = low + (root - low) % 12
    if what == "v":
        following, _ = bars.chord((start // bars.bar + 1) * bars.bar)
        target = low + (following - low) % 12
        return [target + (1 if target - 2 < low else -1)]
    if what in "1358":
        return [base + {"1": 0, "3": intervals[1] % 12, "5": intervals[2] % 12, "8": 12}[what]]
    if what in "abcd":
        return [voicing["abcd".index(what)]]
    return {"C": voicing, "T": voicing[1:], "P": [base, base + 7, base + 12]}[what]


def _voice(root: int, intervals: tuple[int, ...], low: int, before: list[int]) -> list[int]:
    """Return four notes of the chord within a tenth above `low`, closest to those `before`."""
    tones = {(root + interval) % 12 for interval in intervals}
    pool = [pitch for pitch in range(low, low + 19) if pitch % 12 in tones]
    choices = [pool[i : i + 4] for i in range(len(pool) - 3)]
    return min(choices, key=lambda c: sum(abs(x - y) for x, y in zip(c, before or c, strict=True)))


def _melody(lead: Lead, bars: Bars, rng: random.Random) -> Iterator[_Played]:
    for begin, whole, written in bars.melody():
        start, length, pitch = begin, whole, written + 12 * lead.octave
        loudness = 96 if start % bars.bar == 0 else 88
        if length >= 1 and rng.random() < lead.freedom:
            ornament = rng.choice(["turn", "late", "grace", "twice"])
            if ornament == "turn":
                upper = bars.neighbour(pitch, 1)
                yield start, length / 2, pitch, loudness
                yield start + length / 2, length / 4, upper, loudness - 8
                start, length = start + 3 * length / 4, length / 4
            elif ornament == "late":
                start, length = start + 0.25, length - 0.25
            elif ornament == "grace":
                yield start - 0.12, 0.12, bars.neighbour(pitch, -1), loudness - 14
            else:
                yield start, length / 2, pitch, loudness
                start, length = start + length / 2, length / 2
        yield start, length, pitch, loudness


def _harmony(lead: Lead, bars: Bars, rng: random.Random) -> Iterator[_Played]:
    """Follow the melody with the nearest note of the chord at least a third below."""
    del rng
    for start, length, pitch in bars.melody():
        root, intervals = bars.chord(max(start, 0))
        below = pitch - 3
        while (below - root) % 12 not in {interval % 12 for interval in intervals}:
            below -= 1
        yield start, length, below + 12 * lead.octave, 78


def _solo(lead: Lead, bars: Bars, rng: random.Random) -> Iterator[_Played]:
    """Improvise: walk along the scale, mostly in eighths, landing on notes of the chord."""
    pitch = 72
    for index in range(bars.last - bars.first):
        time = 0.0
        while time < bars.bar:
            length = min(rng.choice([0.5, 0.5, 0.5, 1.0, 1.0, 1.5]), bars.bar - time)
            direction = rng.choice([-1, 1]) if abs(pitch - 72) < 7 else (1 if pitch < 72 else -1)
            for _ in range(rng.choice([1, 1, 2])):
                pitch = bars.neighbour(pitch, direction)
            root, intervals = bars.chord(index * bars.bar + time)
            if time % 1 == 0:
                while (pitch - root) % 12 not in {interval % 12 for interval in intervals}:
                    pitch += direction
            if rng.random() < 0.88:
                yield (
                    index * bars.bar + time,
                    length,
                    pitch + 12 * lead.octave,
                    rng.uniform(80, 100),
                )
            time += length


def _drums(kit: Drums, bars: Bars) -> Iterator[_Played]:
    count = bars.last - bars.first
    yield 0.0, 1.0, _DRUMS["crash"], 70
    for index in range(count):
        lines = kit.bars[index % len(kit.bars)]
        if index == count - 1 and kit.fill:
            lines = kit.fill
        for drum, spaced in lines.items():
            pattern = spaced.replace(" ", "")
            step = bars.bar / len(pattern)
            for position, what in enumerate(pattern):
                if what in "xXo":
                    loudness = {"X": 110, "x": 88, "o": 55}[what]
                    yield index * bars.bar + position * step, 0.25, _DRUMS[drum], loudness


def play_last_chord(player: Comp | Lead | Drums, bars: Bars) -> Iterator[_Played]:
    """Play the final chord, which rings on.

    Parameters
    ----------
    player : Comp, Lead or Drums
        The player.
    bars : Bars
        The bars to play.

    Yields
    ------
    tuple
        Start and length in quarter notes, MIDI pitch and loudness of each note.
    """
    if isinstance(player, Drums):
        yield 0.0, 1.0, _DRUMS["crash"], 80
        yield 0.0, 1.0, _DRUMS["kick"], 90
    elif isinstance(player, Comp):
        root, intervals = bars.chord((bars.last - bars.first) * bars.bar - 0.01)
        voicing = _voice(root, intervals, player.low, [])
        is_bass = not set("".join(player.patterns)) & set("abcdCT")
        pitches = [player.low + (root - player.low) % 12] if is_bass else voicing
        for order, pitch in enumerate(pitches):
            yield player.strum * order, bars.bar, pitch, 76
