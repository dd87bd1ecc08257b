"""Lessons for the student: a piece of music as it is and degraded, with the notes it holds."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.cqt import cqt
from samesong.features.errors import TrainingError
from samesong.features.notes import FINE, UNHEARD
from samesong.training.arrange import rearrange
from samesong.training.parts import tune
from samesong.training.pitch.degrade import degrade
from samesong.training.pitch.grid import LOUDEST, Bytes, pack_activation, pack_magnitude
from samesong.training.pitch.roll import piano_roll
from samesong.training.pitch.teacher import Teacher
from samesong.training.soundfonts import play
from samesong.training.symbolic import Notes, concatenate
from samesong.training.versions import repeat_to
from samesong.training.voice import HIGHEST, LOWEST, sing

Rng = np.random.Generator
Samples = NDArray[np.float32]

SECONDS = 90.0
"""Longest piece of one recording."""

DEGRADED = 2
"""Degraded versions of each piece."""

SUNG = 0.6
"""Share of the rendered works whose tune is sung."""

HEARD = 0.5
"""Share of the sung works in which what the teacher hears is the target, if there is a teacher.

Exact notes say how a voice ought to be sung. A student that is told nothing else forgets what its
teacher knows of vibrato and slides."""

RATE = FINE.sample_rate


@dataclass(frozen=True)
class Example:
    """One lesson.

    Attributes
    ----------
    heard : (versions, 288, n_frames) uint8
        Packed fine transforms, the clean version first.
    notes : (72, n_frames) uint8
        Packed activations of C1 to B6 in the clean version.
    """

    heard: Bytes
    notes: Bytes


@dataclass(frozen=True)
class Studio:
    """What lessons are made with.

    Attributes
    ----------
    teacher
        Basic Pitch's ``nmp.onnx``; needed for recordings, of use for sung works.
    soundfonts
        SF2 or SF3 files; needed for works in notes alone.
    noise
        Folder of recorded rooms, crowds and microphones for `degrade`.
    """

    teacher: Path | None = None
    soundfonts: tuple[Path, ...] = ()
    noise: Path | None = None


def from_recording(path: Path, studio: Studio, rng: Rng) -> Example:
    """Make a lesson of a recording; its notes are what the teacher hears in the clean version.

    Parameters
    ----------
    path : Path
        The recording; a piece of at most `SECONDS` is drawn from it.
    studio : Studio
        Teacher and noise.
    rng : numpy.random.Generator
        Draws the piece and how it is degraded.

    Returns
    -------
    Example
        The lesson.

    Raises
    ------
    AudioError
        If the recording cannot be used.
    TrainingError
        If there is no teacher.
    """
    if studio.teacher is None:
        raise TrainingError("recordings need a teacher: give nmp.onnx of basic-pitch 0.4.0")
    spare = max(0.0, audio.probe(path).duration - SECONDS)
    start = rng.uniform(0, spare)
    samples = audio.load(path, sample_rate=RATE, start=start, duration=SECONDS)
    return _example(samples, Teacher(studio.teacher)(samples), studio, rng)


def from_notes(notes: Notes, studio: Studio, rng: Rng) -> Example:
    """Make a lesson of a work in notes: another arrangement, played and often sung.

    Parameters
    ----------
    notes : Notes
        One version of the work.
    studio : Studio
        Soundfonts and noise, and the teacher, if there is one.
    rng : numpy.random.Generator
        Draws the arrangement, the instruments, the singing and how the result is degraded.

    Returns
    -------
    Example
        The lesson, `SECONDS` long.

    Raises
    ------
    MissingExtraError
        If FluidSynth is not installed.
    TrainingError
        If FluidSynth cannot use a soundfont.
    """
    version = rearrange(repeat_to(notes, SECONDS, rng), rng.uniform(0, 1), rng)
    music = play(version, SECONDS, RATE, studio.soundfonts, rng, tuning=0.0)
    held = version
    if rng.random() < SUNG:
        sung = version.select(tune(version))
        voice = sing(sung, SECONDS, RATE, rng)
        music = music / max(1e-6, 10 * float(music.std()))
        music = music + np.float32(10 ** (rng.uniform(-6, 9) / 20)) * voice
        held = concatenate([version, _as_sung(sung)])
        if studio.teacher is not None and rng.random() < HEARD:
            # On the scale of exact notes, as those of every work; `target` puts them back.
            heard = (Teacher(studio.teacher)(music) - UNHEARD) / (LOUDEST - UNHEARD)
            return _example(music, np.clip(heard, 0, 1), studio, rng)
    roll = piano_roll(held, FINE.n_frames(len(music)))
    return _example(np.asarray(music, np.float32), roll, studio, rng)


def _as_sung(melody: Notes) -> Notes:
    """Move a melody by octaves to where `sing` sings it."""
    if not len(melody):
        return melody
    octaves = np.round(((LOWEST + HIGHEST) / 2 - np.median(melody.pitch)) / 12)
    return melody.having(
        pitch=(melody.pitch + 12 * octaves).astype(np.float32),
        velocity=np.ones(len(melody), np.float32),
    )


def _example(
    samples: Samples, activation: NDArray[np.float32], studio: Studio, rng: Rng
) -> Example:
    versions = [samples]
    versions += [degrade(samples, RATE, rng, studio.noise) for _ in range(DEGRADED)]
    heard = np.stack([pack_magnitude(cqt(version, FINE)) for version in versions])
    return Example(heard, pack_activation(activation))
