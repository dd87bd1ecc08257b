"""Batches for the student: crops of lessons, transposed, detuned and coloured at every draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import TrainingError
from samesong.features.notes import BINS_PER_NOTE, UNHEARD
from samesong.training.corpus import is_held_out
from samesong.training.pitch.examples import Example
from samesong.training.pitch.grid import LEVELS, LOUDEST, STEP_DB, unpack_activation
from samesong.training.pitch.pack import SUFFIX, load

Array = NDArray[np.float32]
Rng = np.random.Generator

TRANSPOSED = 16
"""Most bins of a third of a semitone that a crop is moved by, either way."""

COLOURED_DB = 6.0
"""Most that the equaliser lifts or lowers by at each of its ripples."""


@dataclass(frozen=True)
class Lesson:
    """A lesson in memory, still packed."""

    name: str
    example: Example

    @property
    def is_recording(self) -> bool:
        """Whether its notes are the teacher's, not exact ones."""
        return self.name.startswith("recording")


class Lessons:
    """All lessons in a folder, split by source; those that are added later can be taken in.

    Parameters
    ----------
    folder : Path
        As `samesong.training.pitch.pack` makes it.
    held_out : float
        Share of the sources that is never trained on, 0 to 1.
    """

    def __init__(self, folder: Path, held_out: float) -> None:
        self.folder = folder
        self.share = held_out
        self.training: list[Lesson] = []
        self.held_out: list[Lesson] = []
        self._known: set[str] = set()

    def refresh(self) -> None:
        """Read what is new in the folder.

        Raises
        ------
        TrainingError
            If there is nothing to train on.
        """
        for path in sorted(self.folder.glob(f"*[0-9]{SUFFIX}")):
            if path.stem in self._known:
                continue
            self._known.add(path.stem)
            lesson = Lesson(path.stem, load(path))
            source = path.stem.rsplit("-", 1)[0]
            (self.held_out if is_held_out(source, self.share) else self.training).append(lesson)
        if not self.training:
            raise TrainingError(
                f"{self.folder} holds no lessons; make some with "
                "'python -m samesong.training.pitch.pack'"
            )


def draw_batch(
    lessons: Sequence[Lesson],
    *,
    size: int,
    n_frames: int,
    recordings: float,
    clean: float,
    rng: Rng,
) -> tuple[Array, Array]:
    """Draw a batch.

    Parameters
    ----------
    lessons : sequence of Lesson
        Lessons to draw from, at least one.
    size : int
        Crops in the batch.
    n_frames : int
        Length of each crop in frames of `FINE`, 0.1 s.
    recordings : float
        Share of the crops that come from recordings if there are lessons of both kinds, 0 to 1.
    clean : float
        Share of the crops that are heard clean, 0 to 1.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    magnitude : ndarray, shape (size, 288, n_frames), float32
        Fine transforms, in [0, 1].
    notes : ndarray, shape (size, 72, n_frames), float32
        Activations that the student should give, in [0, 1].
    """
    kinds = [
        [lesson for lesson in lessons if lesson.is_recording is kind] for kind in (True, False)
    ]
    crops = []
    for _ in range(size):
        chosen = kinds[rng.random() >= recordings] or lessons
        crops.append(draw_crop(chosen[int(rng.integers(len(chosen)))], n_frames, clean, rng))
    magnitude, notes = zip(*crops, strict=True)
    return np.stack(magnitude), np.stack(notes)


def draw_crop(lesson: Lesson, n_frames: int, clean: float, rng: Rng) -> tuple[Array, Array]:
    """Draw a crop of a lesson; a lesson shorter than the crop repeats.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    n_frames : int
        Length of the crop in frames of `FINE`, 0.1 s.
    clean : float
        Probability of drawing from the clean version, 0 to 1.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    magnitude : ndarray, shape (288, n_frames), float32
        Fine transform, in [0, 1].
    notes : ndarray, shape (72, n_frames), float32
        Activations that the student should give, in [0, 1].
    """
    heard, notes = lesson.example.heard, lesson.example.notes
    version = 0 if rng.random() < clean else int(rng.integers(1, len(heard)))
    start = int(rng.integers(max(1, notes.shape[1] - n_frames + 1)))
    frames = (start + np.arange(n_frames)) % notes.shape[1]
    bins = int(rng.integers(-TRANSPOSED, TRANSPOSED + 1))
    coloured = (
        heard[version][:, frames].astype(np.float32) + _equaliser(len(heard[0]), rng)[:, None]
    )
    levels = np.where(heard[version][:, frames] > 0, np.clip(np.round(coloured), 0, 255), 0)
    return (
        moved(LEVELS[levels.astype(np.uint8)], bins),
        moved(target(lesson, frames), round(bins / BINS_PER_NOTE)),
    )


def target(lesson: Lesson, frames: NDArray[np.int64]) -> Array:
    """Return what the student should answer at some frames.

    Exact notes are put on the teacher's scale, so that the student need not tell who taught it.

    Parameters
    ----------
    lesson : Lesson
        The lesson.
    frames : ndarray, shape (n,), int64
        Indices of its frames.

    Returns
    -------
    ndarray, shape (72, n), float32
        Activations in [0, 1].
    """
    notes = unpack_activation(lesson.example.notes[:, frames])
    if not lesson.is_recording:
        notes = UNHEARD + (LOUDEST - UNHEARD) * notes
    return notes.astype(np.float32)


def moved(rows: Array, count: int) -> Array:
    """Move rows to higher indices, or to lower ones if the count is negative; zeros come in.

    Parameters
    ----------
    rows : ndarray, shape (n_rows, n_frames), float32
        Bins or notes, the lowest first.
    count : int
        Rows to move by, from -n_rows to n_rows.

    Returns
    -------
    ndarray, shape (n_rows, n_frames), float32
        The moved rows.
    """
    result = np.zeros_like(rows)
    kept = len(rows) - abs(count)
    if count >= 0:
        result[count:] = rows[:kept]
    else:
        result[:kept] = rows[-count:]
    return result


def _equaliser(n_bins: int, rng: Rng) -> Array:
    """Draw a smooth curve over the bins, in steps of the packed levels."""
    place = np.arange(n_bins) / n_bins
    curve = sum(
        rng.uniform(-COLOURED_DB, COLOURED_DB) * np.cos(np.pi * ripples * (place + rng.random()))
        for ripples in (1, 2, 5)
    )
    return np.asarray(curve / STEP_DB, np.float32)
