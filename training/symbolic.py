"""Notes: the content of a score whatever its format, and their reader for MIDI."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import symusic
from numpy.typing import NDArray

from samesong.features.errors import TrainingError

#: General MIDI programs 32 to 39 are basses.
BASS_PROGRAMS = range(32, 40)

#: A score with fewer notes is no song.
MIN_NOTES = 40


@dataclass(frozen=True)
class Notes:
    """The notes of one version of a work, sorted by onset.

    Attributes
    ----------
    onset, duration : ndarray, shape (n_notes,), float32
        In seconds.
    pitch : ndarray, shape (n_notes,), float32
        MIDI note number; a fraction is a deviation in semitones.
    velocity : ndarray, shape (n_notes,), float32
        In (0, 1].
    part : ndarray, shape (n_notes,), int16
        Index of the instrument that plays the note.
    is_drum, is_bass : ndarray, shape (n_notes,), bool
        True for notes of a drum kit, and of a bass.
    """

    onset: NDArray[np.float32]
    duration: NDArray[np.float32]
    pitch: NDArray[np.float32]
    velocity: NDArray[np.float32]
    part: NDArray[np.int16]
    is_drum: NDArray[np.bool_]
    is_bass: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def end(self) -> float:
        """Time in seconds at which the last note ends."""
        return float((self.onset + self.duration).max()) if len(self) else 0.0

    def select(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> "Notes":
        """Keep some notes.

        Parameters
        ----------
        mask : ndarray, bool or int
            A mask of all notes, or indices, whose order is kept.

        Returns
        -------
        selected : Notes
            May be empty.
        """
        return Notes(**{name: getattr(self, name)[mask] for name in self.__dataclass_fields__})

    def sorted(self) -> "Notes":
        """Put the notes back in order of onset."""
        return self.select(np.argsort(self.onset, kind="stable"))

    def having(self, **changes: NDArray[np.generic]) -> "Notes":
        """Replace whole columns.

        Parameters
        ----------
        **changes : ndarray, shape (n_notes,)
            The new columns by their names.

        Returns
        -------
        changed : Notes
            The other columns are shared.
        """
        return replace(self, **changes)  # type: ignore[arg-type]


def concatenate(pieces: list[Notes]) -> Notes:
    """Join several sets of notes into one.

    Parameters
    ----------
    pieces : list of Notes
        At least one.

    Returns
    -------
    joined : Notes
        Sorted by onset.
    """
    return Notes(
        **{
            name: np.concatenate([getattr(piece, name) for piece in pieces])
            for name in Notes.__dataclass_fields__
        }
    ).sorted()


def read_midi(path: Path) -> Notes:
    """Read the notes of a MIDI file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    notes : Notes
        Sorted by onset; the first begins at 0.

    Raises
    ------
    TrainingError
        If the file is not a MIDI file, or has fewer than 40 pitched notes.
    """
    try:
        score: Any = symusic.Score(str(path), ttype="second")
    except (RuntimeError, ValueError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: not a readable MIDI file ({error}).") from error
    columns: list[tuple[NDArray[np.float32], ...]] = []
    parts: list[tuple[int, bool, bool]] = []
    for track in score.tracks:
        notes = track.notes.numpy()
        if len(notes["pitch"]) == 0:
            continue
        columns.append(
            (notes["time"], notes["duration"], notes["pitch"], notes["velocity"] / 127.0)
        )
        parts.append((len(notes["pitch"]), track.is_drum, track.program in BASS_PROGRAMS))
    n_pitched = sum(length for length, is_drum, _ in parts if not is_drum)
    if n_pitched < MIN_NOTES:
        raise TrainingError(f"{path}: only {n_pitched} pitched notes, at least {MIN_NOTES} needed.")
    onset, duration, pitch, velocity = (
        np.concatenate(column).astype(np.float32) for column in zip(*columns, strict=True)
    )
    lengths = [length for length, _, _ in parts]
    return Notes(
        onset=onset - onset.min(),
        duration=np.maximum(duration, 0.02).astype(np.float32),
        pitch=pitch,
        velocity=np.maximum(velocity, 0.05).astype(np.float32),
        part=np.repeat(np.arange(len(parts), dtype=np.int16), lengths),
        is_drum=np.repeat([is_drum for _, is_drum, _ in parts], lengths),
        is_bass=np.repeat([is_bass for _, _, is_bass in parts], lengths),
    ).sorted()
