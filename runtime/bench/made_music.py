"""Music that nobody played, in deep sequences: real windows cut up, mixed and turned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.deep_sequences import DeepSequences, unit
from samesong.runtime.representation.window import Window

Array = NDArray[np.float32]

_PIECE = 18.0
"""Mean seconds of the pieces that are put in another order: some bars."""

_NOISE_PIECE = 1.0
"""The same for what is mixed into a live version: too short to be recognised."""

_TEMPO = 0.15
"""Largest change of the tempo of a piece."""

_MIXED = (0.2, 0.5)
"""Least and most share of a second recording in a made track."""

_LIVE_MIXED = 0.62
"""Share of noise in a live version: then it is as far from its track as the demo's live ones."""

_TURN = 0.08
"""How far the vectors of a made recording are turned: a timbre of its own."""


class Parts(NamedTuple):
    """Stretches of a real window that sound one after the other in a made recording.

    Attributes
    ----------
    begins
        (n_parts,) seconds of the made recording from which on each sounds, the first at 0.
    sources
        (n_parts,) seconds of the window where each begins.
    tempos
        (n_parts,) how fast each is played.
    """

    begins: NDArray[np.float64]
    sources: NDArray[np.float64]
    tempos: NDArray[np.float64]


@dataclass(frozen=True)
class MusicMaker:
    """Makes up tracks, and live versions of tracks.

    What is made is one long `Window`, from 0 to any number of seconds; `cut` makes windows of the
    model's length of it.

    Attributes
    ----------
    pool
        Real windows, of which all is made.
    step_seconds
        Seconds a step of each level.
    """

    pool: Sequence[Window]
    step_seconds: tuple[float, ...]

    def track(self, seconds: float, rng: np.random.Generator) -> Window:
        """Return a track that sounds like no other.

        Pieces of two real windows, in another order and at other tempos, mixed. Rows are turned,
        all of a track in the same way: cosines within it stay, those with others change.
        """
        first, second = (self.pool[i] for i in rng.integers(len(self.pool), size=2))
        share = float(rng.uniform(*_MIXED))
        shuffled = [_shuffle(window, seconds, _PIECE, rng) for window in (first, second)]
        return self._mixed((first, second), shuffled, share, seconds, rng)

    def live(self, track: Window, seconds: float, rng: np.random.Generator) -> Window:
        """Return what a live version of a part of a made track might be.

        Parameters
        ----------
        track
            The one that is played.
        seconds
            How long: a part of it, at another tempo, with noise: scraps of other music.
        rng
            Draws the part, the tempo and the noise.
        """
        other = self.pool[int(rng.integers(len(self.pool)))]
        tempo = float(rng.uniform(1 - _TEMPO, 1 + _TEMPO))
        tempo = min(tempo, track.end / seconds)
        begin = float(rng.uniform(0, track.end - seconds * tempo))
        played = Parts(*(np.array([value]) for value in (0.0, begin, tempo)))
        noise = _shuffle(other, seconds, _NOISE_PIECE, rng)
        return self._mixed((track, other), [played, noise], _LIVE_MIXED, seconds, rng)

    def cut(self, track: Window, seconds: float, hop: float) -> list[Window]:
        """Return the windows of a made track, as a recording's are cut."""
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
    """Return pieces of a window in another order that fill so many seconds."""
    n_parts = max(1, round(seconds / piece))
    return Parts(
        begins=np.append(0.0, np.sort(rng.uniform(0, seconds, n_parts - 1))),
        sources=rng.uniform(0, window.end - window.start, n_parts),
        tempos=rng.uniform(1 - _TEMPO, 1 + _TEMPO, n_parts),
    )


def _steps(seconds: float, step: float) -> int:
    """Return how many steps so many seconds have: one at the start and one at the end."""
    return round(seconds / step) + 1


def _indices(parts: Parts, step: float, steps: int) -> NDArray[np.int64]:
    """Return which row of its source each step plays; rows beyond its end start from 0 again."""
    rows = np.arange(steps)
    begins = np.rint(parts.begins / step).astype(np.int64)
    part = np.searchsorted(begins, rows, side="right") - 1
    played = (rows - begins[part]) * parts.tempos[part]
    return (parts.sources[part] / step + played).astype(np.int64)


def _rotation(dim: int, rng: np.random.Generator) -> Array:
    """Return an orthogonal matrix (dim, dim) near to the one that changes nothing."""
    turned = np.eye(dim) + _TURN * rng.standard_normal((dim, dim))
    orthogonal, triangular = np.linalg.qr(turned)
    return np.asarray(orthogonal * np.sign(np.diag(triangular)), np.float32)
