"""Synthetic tracks in deep sequences: windows of recordings cut up, mixed and rotated."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.deep_sequences import DeepSequences, unit
from samesong.runtime.representation.window import Window

Array = NDArray[np.float32]

_PIECE = 18.0
"""Mean length in seconds of the pieces that are reordered: some bars."""

_NOISE_PIECE = 1.0
"""Mean length of the pieces mixed into a live version: too short to be recognised."""

_TEMPO = 0.15
"""Largest relative change of the tempo of a piece."""

_MIXED = (0.2, 0.5)
"""Smallest and largest share of the second recording in a track."""

_LIVE_MIXED = 0.62
"""Share of noise in a live version, which puts it as far from its track as the demo's live ones."""

_ROTATION = 0.08
"""Standard deviation of the rotation of a track's vectors, which gives it its own timbre."""


class Parts(NamedTuple):
    """Pieces of a window in the order in which a synthetic track plays them.

    Attributes
    ----------
    begins : numpy.ndarray, shape (n_parts,)
        Start of each in the track, in seconds; the first is 0.
    sources : numpy.ndarray, shape (n_parts,)
        Start of each in the window, in seconds.
    tempos : numpy.ndarray, shape (n_parts,)
        Speed of each; 1 is that of the window.
    """

    begins: NDArray[np.float64]
    sources: NDArray[np.float64]
    tempos: NDArray[np.float64]


@dataclass(frozen=True)
class TrackSynthesiser:
    """Synthesises tracks, and live versions of them.

    Both are one long `Window` from 0 to any number of seconds; `cut` divides it into windows of the
    model's length.

    Attributes
    ----------
    pool : sequence of Window
        Windows of recordings, the material.
    step_seconds : tuple of float
        Duration of a step of each level, in seconds.
    """

    pool: Sequence[Window]
    step_seconds: tuple[float, ...]

    def track(self, seconds: float, rng: np.random.Generator) -> Window:
        """Return a track that resembles no other.

        It mixes two windows, their pieces reordered and played at other tempos. All its vectors are
        rotated alike, which keeps cosines within the track and changes those with others.

        Parameters
        ----------
        seconds : float
            Length of the track.
        rng : numpy.random.Generator
            Draws the windows, the pieces and the rotation.

        Returns
        -------
        Window
            The track, unit vectors at every level.
        """
        first, second = (self.pool[i] for i in rng.integers(len(self.pool), size=2))
        share = float(rng.uniform(*_MIXED))
        shuffled = [_shuffle(window, seconds, _PIECE, rng) for window in (first, second)]
        return self._mixed((first, second), shuffled, share, seconds, rng)

    def live(self, track: Window, seconds: float, rng: np.random.Generator) -> Window:
        """Return a live version of a part of a track, at another tempo and with noise.

        The noise consists of short pieces of other music.

        Parameters
        ----------
        track : Window
            The track that is played.
        seconds : float
            Length of the live version.
        rng : numpy.random.Generator
            Draws the part, the tempo and the noise.

        Returns
        -------
        Window
            The live version.
        """
        other = self.pool[int(rng.integers(len(self.pool)))]
        tempo = float(rng.uniform(1 - _TEMPO, 1 + _TEMPO))
        tempo = min(tempo, track.end / seconds)
        begin = float(rng.uniform(0, track.end - seconds * tempo))
        played = Parts(*(np.array([value]) for value in (0.0, begin, tempo)))
        noise = _shuffle(other, seconds, _NOISE_PIECE, rng)
        return self._mixed((track, other), [played, noise], _LIVE_MIXED, seconds, rng)

    def cut(self, track: Window, seconds: float, hop: float) -> list[Window]:
        """Divide a track into windows, as recordings are divided.

        Parameters
        ----------
        track : Window
            The track.
        seconds : float
            Length of a window.
        hop : float
            Seconds from one window to the next; the last one ends with the track.

        Returns
        -------
        list of Window
            The windows, in order.
        """
        last = max(0.0, track.end - seconds)
        starts = [*np.arange(0.0, last, hop).tolist(), last]
        return [self._slice(track, start, min(start + seconds, track.end)) for start in starts]

    def _slice(self, track: Window, start: float, end: float) -> Window:
        def rows(array: Array, step: float) -> Array:
            first = round(start / step)
            return array[first : first + _steps(end - start, step)]

        levels = zip(track.sequences.levels, self.step_seconds, strict=True)
        sequences = DeepSequences(
            tuple(rows(*level) for level in levels), track.sequences.embedding
        )
        return Window(start, end, sequences, rows(track.chroma, self.step_seconds[0]))

    def _mixed(
        self,
        sources: tuple[Window, Window],
        parts: Sequence[Parts],
        share: float,
        seconds: float,
        rng: np.random.Generator,
    ) -> Window:
        """Mix two windows, each played in parts, the second with `share`."""
        first, second = sources
        indices = {
            step: [_indices(played, step, _steps(seconds, step)) for played in parts]
            for step in set(self.step_seconds)
        }

        def mix(one: Array, two: Array, step: float) -> Array:
            at_one, at_two = indices[step]
            mixed = one.take(at_one, axis=0, mode="wrap")
            mixed *= 1 - share
            other = two.take(at_two, axis=0, mode="wrap")
            other *= share
            mixed += other
            return mixed

        levels = tuple(
            unit(mix(one, two, step) @ _rotation(one.shape[1], rng))
            for one, two, step in zip(
                first.sequences.levels, second.sequences.levels, self.step_seconds, strict=True
            )
        )
        embedding = (1 - share) * first.sequences.embedding + share * second.sequences.embedding
        chroma = unit(mix(first.chroma, second.chroma, self.step_seconds[0]))
        return Window(0.0, seconds, DeepSequences(levels, unit(embedding)), chroma)


def _shuffle(window: Window, seconds: float, piece: float, rng: np.random.Generator) -> Parts:
    """Return randomly ordered pieces of a window that fill so many seconds."""
    n_parts = max(1, round(seconds / piece))
    return Parts(
        begins=np.append(0.0, np.sort(rng.uniform(0, seconds, n_parts - 1))),
        sources=rng.uniform(0, window.end - window.start, n_parts),
        tempos=rng.uniform(1 - _TEMPO, 1 + _TEMPO, n_parts),
    )


def _steps(seconds: float, step: float) -> int:
    """Return the number of steps in so many seconds, with one at the start and one at the end."""
    return round(seconds / step) + 1


def _indices(parts: Parts, step: float, steps: int) -> NDArray[np.int64]:
    """Return the row of the source that each step plays; rows beyond its end wrap around."""
    rows = np.arange(steps)
    begins = np.rint(parts.begins / step).astype(np.int64)
    part = np.searchsorted(begins, rows, side="right") - 1
    played = (rows - begins[part]) * parts.tempos[part]
    return (parts.sources[part] / step + played).astype(np.int64)


def _rotation(dim: int, rng: np.random.Generator) -> Array:
    """Return a random orthogonal matrix (dim, dim) close to the identity."""
    rotated = np.eye(dim) + _ROTATION * rng.standard_normal((dim, dim))
    orthogonal, triangular = np.linalg.qr(rotated)
    return np.asarray(orthogonal * np.sign(np.diag(triangular)), np.float32)
