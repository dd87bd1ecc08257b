"""Program of a simulated concert: whole songs, medleys, teases, and what is between them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from samesong.features import audio
from samesong.runtime.files.discovery import content_hash
from samesong.training.live import LiveSettings

SHORTEST = 75.0
"""Seconds that a recording must last to be played."""
LONGEST = 270.0
"""Seconds of a recording that are played, at most."""


@dataclass(frozen=True)
class Part:
    """One thing that happens at a concert.

    Attributes
    ----------
    kind : str
        ``song``, ``talk`` or ``applause``.
    seconds : float
        Its length; of a song, the length of the studio recording that is played.
    path : Path or None
        The studio recording; None for talk and applause.
    offset : float
        Start in the studio recording, in seconds.
    known : bool
        True if the recording is in the catalog.
    manner : str
        ``whole``, ``medley``, ``tease`` or ``restart`` (begun, broken off, begun again).
    performance : LiveSettings
        Changes that the musicians make.
    """

    kind: str
    seconds: float
    path: Path | None = None
    offset: float = 0.0
    known: bool = True
    manner: str = "whole"
    performance: LiveSettings = field(default_factory=LiveSettings)


def playable(folders: Sequence[Path]) -> list[Path]:
    """Return the recordings of some folders that are long enough to be played.

    Parameters
    ----------
    folders : sequence of Path
        Folders, which are searched with all that is in them.

    Returns
    -------
    list of Path
        Sorted within each folder; of copies only the first.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(Path(os.path.abspath(folder)).rglob("*")):
            if (
                path.suffix.lower() in {".ogg", ".opus", ".flac", ".mp3", ".wav"}
                and audio.probe(path).duration >= SHORTEST
            ):
                found.setdefault(content_hash(path), path)
    return list(found.values())


def plan(
    known: Sequence[Path],
    strangers: Sequence[Path],
    seconds: float,
    rng: np.random.Generator,
    *,
    whole: bool = False,
) -> list[Part]:
    """Plan a concert.

    Every 20 minutes hold a medley of three songs, a song begun twice and, in talk, a tease; one
    song in four is followed by the next one without a pause; one in four is missing its start.

    Parameters
    ----------
    known : sequence of Path
        Studio recordings of the catalog, each played at most once.
    strangers : sequence of Path
        Recordings that are not in the catalog; all are played, evenly spread.
    seconds : float
        Approximate length of the concert.
    rng : numpy.random.Generator
        Draws everything.
    whole : bool, optional
        No medleys, no teases, no songs begun twice.

    Returns
    -------
    list of Part
        In order, from applause to applause.
    """
    waiting = [known[i] for i in rng.permutation(len(known))]
    ahead = [strangers[i] for i in rng.permutation(len(strangers))]
    parts = [_applause(rng)]
    number = 0
    while _length(parts) < seconds and (len(waiting) >= 3 or ahead):
        share = _length(parts) / seconds
        due = bool(ahead) and (len(strangers) - len(ahead) + 0.5) / len(strangers) <= share + 0.1
        if due or not waiting:
            parts.append(_song(ahead.pop(), rng, known=False))
        elif number % 5 == 2 and len(waiting) >= 3 and not whole:
            parts += _medley([waiting.pop() for _ in range(3)], rng)
        elif number % 5 == 4 and not whole:
            parts.append(_song(waiting.pop(), rng, manner="restart"))
        else:
            parts.append(_song(waiting.pop(), rng))
        number += 1
        if rng.random() < 0.75:
            parts += _between(waiting, rng, tease=number % 5 == 1 and not whole)
    if parts[-1].kind == "song":
        parts.append(_applause(rng))
    return parts


def _between(waiting: list[Path], rng: np.random.Generator, *, tease: bool) -> Iterator[Part]:
    yield _applause(rng)
    if rng.random() < 0.6:
        yield Part("talk", rng.uniform(8, 45))
        if tease and waiting:
            yield _song(waiting.pop(), rng, manner="tease", seconds=rng.uniform(15, 25))
            yield Part("talk", rng.uniform(8, 20))


def _medley(paths: Sequence[Path], rng: np.random.Generator) -> Iterator[Part]:
    for path in paths:
        seconds = rng.uniform(45, 90)
        yield _song(path, rng, manner="medley", seconds=seconds)


def _song(
    path: Path,
    rng: np.random.Generator,
    *,
    known: bool = True,
    manner: str = "whole",
    seconds: float = LONGEST,
) -> Part:
    length = audio.probe(path).duration
    missing = rng.uniform(5, 30) if manner == "whole" and rng.random() < 0.25 else 0.0
    offset = missing if manner == "whole" else rng.uniform(0, max(0.0, length - seconds) / 2)
    performance = LiveSettings(
        tempo=rng.uniform(0.9, 1.12),
        tempo_drift=rng.uniform(0, 0.02),
        transpose=int(rng.integers(-3, 4)) + rng.uniform(-0.15, 0.15),
        edits=int(rng.integers(0, 2)) if manner == "whole" else 0,
    )
    return Part(
        "song",
        min(seconds, length - offset),
        path,
        offset,
        known,
        manner,
        performance,
    )


def _applause(rng: np.random.Generator) -> Part:
    return Part("applause", rng.uniform(5, 15))


def _length(parts: Sequence[Part]) -> float:
    return sum(part.seconds / part.performance.tempo for part in parts)
