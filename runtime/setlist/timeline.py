"""A recording of any length as deep sequences, from which windows are cut."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window

STRETCH = 120.0
"""Seconds that are analysed at a time, to a step of the coarsest level."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Timeline:
    """A part of a recording, or all of it.

    Attributes
    ----------
    start, end : float
        In seconds of the recording.
    levels : tuple of ndarray
        Deep sequences, one array a level, finest first, each (steps, dim) float32.
    embedding : ndarray
        (n_stretches, embedding_dim) float32: the embedding of each stretch of `STRETCH` seconds.
    chroma : ndarray
        (steps of the first level, 12) float32, as in
        `samesong.runtime.representation.window.Window`.
    music : ndarray
        (steps of the first level,) float32: log-odds of music.
    sound : ndarray
        (steps of the first level, 3) float32: as `samesong.runtime.setlist.sound.sound_features`
        returns.
    step_seconds : tuple of float
        Seconds a step of each level.
    frames : tuple of ndarray, optional
        CQ-spectrograms, one by each front end, each (n_frames, n_bins) float16; empty of a model
        that compares recordings at their own tempo alone.
    frame_seconds : float, optional
        Seconds a frame.
    """

    start: float
    end: float
    levels: tuple[Array, ...]
    embedding: Array
    chroma: Array
    music: Array
    sound: Array
    step_seconds: tuple[float, ...]
    frames: tuple[NDArray[np.float16], ...] = ()
    frame_seconds: float = 1.0

    def window(self, start: float, end: float) -> Window:
        """Return the window between two times.

        Parameters
        ----------
        start, end : float
            In seconds of the recording.

        Returns
        -------
        Window
            It begins on a step of the coarsest level and holds at least one.
        """
        coarsest = max(self.step_seconds)
        last = len(self.music) * self.step_seconds[0]
        first = min(max(0.0, start - self.start), last - coarsest)
        begin = max(0, round(first / coarsest)) * coarsest
        length = max(coarsest, round((min(end - self.start, last) - begin) / coarsest) * coarsest)

        def cut(rows: Array, seconds: float) -> Array:
            return rows[round(begin / seconds) : round((begin + length) / seconds)]

        levels = tuple(
            cut(rows, seconds) for rows, seconds in zip(self.levels, self.step_seconds, strict=True)
        )
        near = min(int((begin + length / 2) / STRETCH), len(self.embedding) - 1)
        return Window(
            self.start + begin,
            min(self.start + begin + length, self.end),
            DeepSequences(levels, self.embedding[near]),
            cut(self.chroma, self.step_seconds[0]),
        )

    def spectrograms(self, window: Window) -> list[NDArray[np.float16]]:
        """Return the CQ-spectrograms of a window that `window` returned.

        Parameters
        ----------
        window : Window
            A window of this timeline.

        Returns
        -------
        list of ndarray
            (n_bins, n_frames) float16, one by each front end; empty where `frames` is.
        """
        first, last = (
            round((seconds - self.start) / self.frame_seconds)
            for seconds in (window.start, window.start + len(window.chroma) * self.step_seconds[0])
        )
        return [rows[first:last].T for rows in self.frames]

    def music_in(self, window: Window) -> Array:
        """Return the log-odds of music in a window that `window` returned.

        Parameters
        ----------
        window : Window
            A window of this timeline.

        Returns
        -------
        ndarray
            (steps of the first level,) float32.
        """
        first = round((window.start - self.start) / self.step_seconds[0])
        return self.music[first : first + len(window.chroma)]

    def music_between(self, start: float, end: float) -> float:
        """Return the mean log-odds of music between two times.

        Parameters
        ----------
        start, end : float
            In seconds of the recording.

        Returns
        -------
        float
            The mean over the steps of the first level that lie between them, at least one.
        """
        step = self.step_seconds[0]
        first = max(0, min(int((start - self.start) / step), len(self.music) - 1))
        last = max(first + 1, round((end - self.start) / step))
        return float(self.music[first:last].mean())


def concatenate(parts: Sequence[Timeline]) -> Timeline:
    """Return timelines that follow each other as one.

    Parameters
    ----------
    parts : sequence of Timeline
        Parts of one recording in order, at least one; each begins where the one before it ends.

    Returns
    -------
    Timeline
        From the start of the first to the end of the last.
    """
    return Timeline(
        start=parts[0].start,
        end=parts[-1].end,
        levels=tuple(np.concatenate(rows) for rows in zip(*(p.levels for p in parts), strict=True)),
        embedding=np.concatenate([part.embedding for part in parts]),
        chroma=np.concatenate([part.chroma for part in parts]),
        music=np.concatenate([part.music for part in parts]),
        sound=np.concatenate([part.sound for part in parts]),
        step_seconds=parts[0].step_seconds,
        frames=tuple(np.concatenate(rows) for rows in zip(*(p.frames for p in parts), strict=True)),
        frame_seconds=parts[0].frame_seconds,
    )
