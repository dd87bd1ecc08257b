"""A whole recording as sequences: analysed stretch by stretch, and cut into windows afterwards.

The branch is convolutional, so that a step depends on a few seconds around it alone. Each second of
the recording is therefore analysed once, however many windows it lies in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from math import lcm
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import AudioError, SilentAudioError
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.encoder import Branch
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.representation.chroma import PITCH_CLASSES, fold
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.music import LIMIT, music_log_odds

STRETCH = 120.0
"""About how many seconds are analysed at a time."""
MARGIN = 6.0
"""About how many seconds on either side of a stretch are analysed with it, and dropped."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Timeline:
    """Some of a recording, or all of it, from a start to an end.

    Attributes
    ----------
    start, end
        In seconds of the recording.
    levels
        Deep sequences, one array a level, finest first, each (steps, dim) float32.
    embedding
        (n_stretches, embedding_dim) float32: of each stretch.
    chroma
        (steps of the first level, 12) float32, as in
        `samesong.runtime.representation.window.Window`.
    music
        (steps of the first level,) float32: log-odds that there is music.
    step_seconds
        Seconds a step of each level.
    """

    start: float
    end: float
    levels: tuple[Array, ...]
    embedding: Array
    chroma: Array
    music: Array
    step_seconds: tuple[float, ...]

    def window(self, start: float, end: float) -> Window:
        """Return the part of the timeline between two times, in seconds of the recording.

        It begins on a step of the coarsest level, and holds at least one.
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

    def music_of(self, window: Window) -> Array:
        """Return the log-odds of music of each step of a window that `window` returned."""
        first = round((window.start - self.start) / self.step_seconds[0])
        return self.music[first : first + len(window.chroma)]

    def music_between(self, start: float, end: float) -> float:
        """Return the mean log-odds of music between two times, in seconds of the recording."""
        step = self.step_seconds[0]
        first = max(0, min(int((start - self.start) / step), len(self.music) - 1))
        last = max(first + 1, round((end - self.start) / step))
        return float(self.music[first:last].mean())


def joined(parts: list[Timeline]) -> Timeline:
    """Return timelines that follow each other as one."""
    return Timeline(
        start=parts[0].start,
        end=parts[-1].end,
        levels=tuple(np.concatenate(rows) for rows in zip(*(p.levels for p in parts), strict=True)),
        embedding=np.concatenate([part.embedding for part in parts]),
        chroma=np.concatenate([part.chroma for part in parts]),
        music=np.concatenate([part.music for part in parts]),
        step_seconds=parts[0].step_seconds,
    )


class TimelineReader:
    """Makes timelines of recordings with the front end and the branch of a bundle.

    Parameters
    ----------
    bundle, device, threads
        As `samesong.runtime.inference.analyser.Analyser` takes them; so are the errors raised.
    """

    def __init__(
        self, bundle: ModelBundle, device: Device = "cpu", *, threads: int | None = None
    ) -> None:
        self._front_end = bundle.front_end
        self._spec = bundle.spec
        self._strides = bundle.manifest.strides
        self._dims = [*bundle.manifest.level_dims, bundle.manifest.embedding_dim]
        self._steps = bundle.step_seconds
        self._branch = Branch(bundle, device, threads=threads)
        # Stretches begin where steps of all levels do.
        unit = lcm(*self._strides) * self._spec.frame_period
        self._stretch = max(1, round(STRETCH / unit)) * unit
        self._margin = max(1, round(MARGIN / unit)) * unit

    def read(self, path: str | Path, skip: int = 0) -> Iterator[Timeline]:
        """Yield a recording of any length stretch by stretch, in constant memory.

        Parameters
        ----------
        path
            The file.
        skip
            Stretches at its beginning that are known already.

        Raises
        ------
        AudioError
            If the file cannot be used; its message begins with the path.
        """
        rate = self._spec.sample_rate
        size, margin = self._stretch, self._margin
        pieces = audio.blocks(path, sample_rate=rate, seconds=size + 2 * margin, overlap=2 * margin)
        # Each block looks ahead to the next, since only the last one goes on to its own end.
        for number, (block, following) in enumerate(pairwise(chain(pieces, [None]))):
            if number >= skip and block is not None:
                yield self._stretch_of(path, *block, last=following is None)

    def _stretch_of(
        self, path: str | Path, begin: float, samples: Array, *, last: bool
    ) -> Timeline:
        rate = self._spec.sample_rate
        length = len(samples) / rate
        from_ = self._margin if begin else 0.0
        to = length if last else length - self._margin
        try:
            cqt = self._front_end.transform(samples, rate)
        except SilentAudioError:
            sequences, chroma = self._nothing(length)
            music = np.full(len(chroma), -LIMIT, np.float32)
        except AudioError as error:
            raise type(error)(f"{path}: {error}") from error
        else:
            (sequences,) = self._branch([cqt])
            chroma = fold(cqt, self._strides[0])
            music = music_log_odds(samples, rate, self._steps[0])

        def kept(rows: Array, seconds: float) -> Array:
            return rows[round(from_ / seconds) : None if last else round(to / seconds)]

        chroma = kept(chroma, self._steps[0])
        music = kept(music, self._steps[0])
        music = np.pad(music, (0, max(0, len(chroma) - len(music))), mode="edge")[: len(chroma)]
        return Timeline(
            start=begin + from_,
            end=begin + to,
            levels=tuple(map(kept, sequences.levels, self._steps)),
            embedding=sequences.embedding[None],
            chroma=chroma,
            music=music,
            step_seconds=self._steps,
        )

    def _nothing(self, seconds: float) -> tuple[DeepSequences, Array]:
        """Return what stands for silence: rows that are like no other."""
        frames = self._spec.n_frames(round(seconds * self._spec.sample_rate))
        steps = [-(-frames // stride) for stride in self._strides]
        *levels, embedding = (
            np.zeros(shape, np.float32) for shape in zip([*steps, 1], self._dims, strict=True)
        )
        return (
            DeepSequences(tuple(levels), embedding[0]),
            np.zeros((steps[0], PITCH_CLASSES), np.float32),
        )
