"""Music of the measured concerts: free recordings from Debian packages, and songs held back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from concerts_program import playable
from live_set import SAME_WORK

from samesong.features import audio

N_STRANGERS = 11
"""Recordings that are held back: songs that no catalog of these concerts holds."""

_STEMS = ("song.ogg", "guitar.ogg", "rhythm.ogg")  # of a song of Frets on Fire
_ORCHESTRA = "wesnoth"


@dataclass(frozen=True)
class Music:
    """Folders of links to recordings, one of each piece.

    Attributes
    ----------
    orchestra : Path
        Recordings of Wesnoth.
    others : Path
        All other recordings.
    strangers : Path
        Those held back.
    """

    orchestra: Path
    others: Path
    strangers: Path


def gather(packages: Sequence[Path], folder: Path) -> Music:
    """Collect the recordings of unpacked packages, each piece once.

    Parameters
    ----------
    packages : sequence of Path
        Unpacked packages, those that `live_set` names and songs of Frets on Fire, whose stems are
        mixed.
    folder : Path
        Where the three folders are created; they may be there already.

    Returns
    -------
    Music
        The folders. The same packages, in whatever order, give the same links.
    """
    music = Music(*(folder / name for name in (_ORCHESTRA, "others", "strangers")))
    for place in (music.orchestra, music.others, music.strangers):
        place.mkdir(parents=True, exist_ok=True)
    mixed = _mixed(packages, folder / "mixed")
    found = [path for path in playable(packages) if path.name not in _STEMS]
    again = tuple(second for _, second in SAME_WORK)
    tracks = [path for path in [*found, *mixed] if not path.as_posix().endswith(again)]
    tracks.sort(key=_name)
    held = np.random.default_rng(0).choice(len(tracks), min(N_STRANGERS, len(tracks)), False)
    for number, track in enumerate(tracks):
        home = music.orchestra if _ORCHESTRA in track.as_posix() else music.others
        link = (music.strangers if number in held else home) / _name(track)
        if not link.exists():
            link.symlink_to(track.absolute())
    return music


def _name(track: Path) -> str:
    return "_".join(track.parts[-3:])


def _mixed(packages: Sequence[Path], folder: Path) -> list[Path]:
    """Mix the stems of each song of Frets on Fire."""
    folder.mkdir(parents=True, exist_ok=True)
    mixes = []
    for package in packages:
        for first in sorted(package.rglob(_STEMS[0])):
            stems = [path for name in _STEMS if (path := first.with_name(name)).exists()]
            mix = folder / f"{first.parent.name}.flac"
            mixes.append(mix)
            if len(stems) < 2 or mix.exists():
                continue
            rate = audio.probe(first).sample_rate
            sounds = [audio.load(stem, sample_rate=rate) for stem in stems]
            total = np.zeros(max(map(len, sounds)), np.float32)
            for sound in sounds:
                total[: len(sound)] += sound
            soundfile.write(mix, total / max(1.0, float(np.abs(total).max())), rate)
    return [mix for mix in mixes if mix.exists()]
