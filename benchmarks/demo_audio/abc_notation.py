"""Reads tunes in a subset of ABC notation (https://abcnotation.com/wiki/abc:standard:v2.1).

Supports the fields T, C, M, L, K and P (a named section); notes with accidentals, octave marks
and lengths; rests; ties; broken rhythm (``>`` and ``<``); bar lines; chord symbols in quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNATURES = {
    key: count
    for count, keys in zip(
        range(-4, 5),
        ("Ab Fm", "Eb Cm", "Bb Gm", "F Dm", "C Am", "G Em", "D Bm", "A F#m", "E C#m"),
        strict=True,
    )
    for key in keys.split()
}
_TOKEN = re.compile(
    r'"(?P<chord>[^"]+)"|(?P<bar>\|\]|\|\||\|)|(?P<broken>[<>])|(?P<tie>-)|(?P<space>\s+)'
    r"|(?P<accidental>[\^_=]?)(?P<note>[A-Ga-gz])(?P<octave>[,']*)(?P<length>\d*/?\d*)"
)


@dataclass
class Section:
    """A part of a tune; times are in quarter notes from its first full bar.

    Attributes
    ----------
    melody : list of (start, length, pitch)
        MIDI pitch numbers; an upbeat starts before 0.
    chords : list of (start, symbol)
        Each lasts until the next one.
    length : float
        A whole number of bars.
    """

    melody: list[tuple[float, float, int]] = field(default_factory=list)
    chords: list[tuple[float, str]] = field(default_factory=list)
    length: float = 0.0


@dataclass
class Tune:
    """A tune: title, origin, pitch classes of its scale, quarter notes a bar, sections by name."""

    title: str
    origin: str
    scale: set[int]
    bar: float
    sections: dict[str, Section]


def read_tune(text: str) -> Tune:
    """Parse a tune; every bar but an upbeat and its counterpart must be full.

    Parameters
    ----------
    text : str
        The tune in ABC notation.

    Returns
    -------
    Tune
        The tune.
    """
    fields: dict[str, str] = {}
    bodies: dict[str, str] = {}
    for line in text.strip().splitlines():
        if line[1:2] == ":":
            fields[line[0]] = line[2:].strip()
        else:
            bodies[fields["P"]] = bodies.get(fields["P"], "") + line + "\n"
    meter, unit = Fraction(fields["M"]), Fraction(fields["L"])
    bar = float(meter * 4)
    signature = _signature(fields["K"])
    scale = {(step + signature.get(name, 0)) % 12 for name, step in STEPS.items()}
    sections = {
        name: _read_section(body, float(unit * 4), bar, signature) for name, body in bodies.items()
    }
    return Tune(fields["T"], fields["C"], scale, bar, sections)


def _read_section(body: str, unit: float, bar: float, signature: dict[str, int]) -> Section:
    bars = [part for part in re.split(r"\|\]|\|\||\|", body) if part.strip()]
    upbeat = sum(length for _, length, _ in _notes(bars[0], unit, signature))
    section = Section()
    time = -upbeat if upbeat < bar else 0.0
    tied = False
    for index, text in enumerate(bars):
        start = time
        for pitch, length, what in _notes(text, unit, signature):
            if what.startswith("chord:"):
                section.chords.append((time, what.removeprefix("chord:")))
            elif what == "tie":
                tied = True
            else:
                if tied:
                    begun, so_far, same = section.melody.pop()
                    section.melody.append((begun, so_far + length, same))
                    tied = False
                elif pitch is not None:
                    section.melody.append((time, length, pitch))
                time += length
        partial = index == 0 or index == len(bars) - 1
        if not partial and abs(time - start - bar) > 1e-6:
            raise ValueError(f"bar {text.strip()!r} lasts {time - start} quarters, not {bar}")
    section.length = bar * -(-time // bar)
    return section


def _notes(
    text: str, unit: float, signature: dict[str, int]
) -> Iterator[tuple[int | None, float, str]]:
    """Yield (pitch or None, quarters, "note", "tie" or "chord:X") of one bar."""
    altered = dict(signature)
    events: list[tuple[int | None, float, str]] = []
    broken = 0.0
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"cannot read {text[position:]!r}")
        position = token.end()
        if token["chord"]:
            events.append((None, 0.0, f"chord:{token['chord']}"))
        elif token["tie"]:
            events.append((None, 0.0, "tie"))
        elif token["broken"]:
            broken = 0.5 if token["broken"] == ">" else -0.5
            before = max(i for i, event in enumerate(events) if event[2] == "note")
            pitch, length, what = events[before]
            events[before] = (pitch, length * (1 + broken), what)
        elif token["note"]:
            length = unit * _length(token["length"]) * (1 - broken)
            broken = 0.0
            events.append((_pitch(token, altered), length, "note"))
    yield from events


def _pitch(token: re.Match[str], altered: dict[str, int]) -> int | None:
    """MIDI pitch of a note; an accidental holds until the end of the bar."""
    name = token["note"].upper()
    if name == "Z":
        return None
    if token["accidental"]:
        altered[name] = {"^": 1, "_": -1, "=": 0}[token["accidental"]]
    octave = token["octave"].count("'") - token["octave"].count(",") + token["note"].islower()
    return 60 + STEPS[name] + altered.get(name, 0) + 12 * octave


def _length(text: str) -> float:
    """Return the factor written after a note: "2", "/", "3/2" ..."""
    above, slash, below = text.partition("/")
    return int(above or 1) / int(below or (2 if slash else 1))


def _signature(key: str) -> dict[str, int]:
    """Return the semitones by which a key signature alters each note."""
    count = _SIGNATURES[key]
    if count < 0:
        return dict.fromkeys("BEADGCF"[:-count], -1)
    return dict.fromkeys("FCGDAEB"[:count], 1)
