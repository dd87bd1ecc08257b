"""Arrangements of a tune: instruments, rhythm patterns, and the order of its parts.

A pattern is one bar, divided evenly into as many steps as it has characters (ignoring spaces):

====  =====================================================================
.     silence
-     the step before goes on
1358  root, third, fifth, octave of the chord, from the lowest pitch of the part
v     a step below or above the next bar's root, as a walking bass leads over
abcd  notes of the chord's voicing, from the lowest up
C     the whole voicing;  T  all but its lowest note;  P  root, fifth and octave
xXo   a drum: normal, loud, soft
====  =====================================================================
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Comp:
    """An accompanying instrument: General MIDI program, lowest pitch, a pattern for each bar.

    Its level is in dB; the notes of a chord sound `strum` quarters apart.
    """

    program: int
    low: int
    patterns: tuple[str, ...]
    strum: float = 0.0
    level: float = -8.0


@dataclass(frozen=True)
class Lead:
    """A melody instrument; its role is ``melody``, ``harmony`` (below it) or ``solo``."""

    program: int
    octave: int = 0
    role: str = "melody"
    freedom: float = 0.1
    level: float = 3.0


@dataclass(frozen=True)
class Drums:
    """A drum kit: bars, cycled, and the bar that ends a section, as {drum: pattern}."""

    bars: tuple[dict[str, str], ...]
    fill: dict[str, str] = field(default_factory=dict)
    level: float = -9.0
    program: int = 0


@dataclass(frozen=True)
class Play:
    """Some bars of a section, who plays them, how loud, and how far above the key."""

    section: str
    players: str
    bars: tuple[int, int | None] = (0, None)
    level: float = 1.0
    shift: int = 0


@dataclass(frozen=True)
class Arrangement:
    """A performance: key, tempo, feel, players and the order of the parts."""

    tune: str
    artist: str
    transpose: int
    bpm: float
    players: dict[str, Comp | Lead | Drums]
    plan: tuple[Play, ...]
    swing: float = 0.0
    chords: dict[str, str] = field(default_factory=dict)
