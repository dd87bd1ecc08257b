"""Timelines of recordings: each stretch is analysed once, however many windows it lies in."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from math import lcm
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import AudioError
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.chroma import PITCH_CLASSES
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.music_detection import LIMIT, music_log_odds
from samesong.runtime.setlist.sound import sound_features
from samesong.runtime.setlist.timeline import STRETCH, Timeline

MARGIN = 6.0
"""Seconds on either side of a stretch that are analysed with it and dropped. The branch is
convolutional: a step depends on the few seconds around it alone."""

Array = NDArray[np.float32]
Number = TypeVar("Number", np.float16, np.float32)


class TimelineReader:
    """Reads recordings stretch by stretch.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    analyser : Analyser
        An analyser with that model.
    """

    def __init__(self, bundle: ModelBundle, analyser: Analyser) -> None:
        self._analyser = analyser
        self._rate = bundle.spec.sample_rate
        self._steps = bundle.step_seconds
        self._dims = [*bundle.manifest.level_dims, bundle.manifest.embedding_dim]
        # Stretches begin where steps of all levels do.
        unit = lcm(*bundle.manifest.strides) * bundle.spec.frame_period
        self._stretch = max(1, round(STRETCH / unit)) * unit
        self._margin = max(1, round(MARGIN / unit)) * unit
        self._parameters = bundle.fitted.setlist
        self._n_frames = bundle.spec.n_frames
        self._strides = bundle.manifest.strides
        self._frame_seconds = bundle.spec.frame_period
        specs = [one for one in (bundle.spec, bundle.chroma_spec) if one is not None]
        self._kept_bins = [one.n_bins for one in specs] if bundle.fitted.tempo else []

    def read(self, concert: ConcertAudio, skip: int = 0) -> Iterator[Timeline]:
        """Yield a recording of any length stretch by stretch, in constant memory.

        Parameters
        ----------
        concert : ConcertAudio
            The recording; times are counted from the start of its part.
        skip : int, optional
            Stretches at its beginning to leave out.

        Yields
        ------
        Timeline
            About `STRETCH` seconds, from the end of the one before it.

        Raises
        ------
        AudioError
            If the recording cannot be used; its message names it.
        """
        blocks = audio.join_blocks(
            concert.samples(self._rate),
            sample_rate=self._rate,
            seconds=self._stretch + 2 * self._margin,
            overlap=2 * self._margin,
        )
        # Each block looks ahead to the next, since only the last one goes on to its own end.
        for number, (block, following) in enumerate(pairwise(chain(blocks, [None]))):
            if number < skip or block is None:
                continue
            try:
                timeline = self._timeline(*block, last=following is None)
            except AudioError as error:
                raise type(error)(f"{concert.name}: {error}") from error
            yield timeline

    def _timeline(self, begin: float, samples: Array, *, last: bool) -> Timeline:
        """Analyse a block, and keep what no other block knows better."""
        length = len(samples) / self._rate
        first = self._margin if begin else 0.0
        end = length if last else length - self._margin
        window, music, cqts = self._analysed(samples)
        sound = sound_features(samples, self._rate, self._steps[0])

        def kept(rows: NDArray[Number], seconds: float) -> NDArray[Number]:
            return rows[round(first / seconds) : None if last else round(end / seconds)]

        chroma = kept(window.chroma, self._steps[0])
        music, sound = (
            _as_long(kept(rows, self._steps[0]), len(chroma)) for rows in (music, sound)
        )
        return Timeline(
            start=begin + first,
            end=begin + end,
            levels=tuple(map(kept, window.sequences.levels, self._steps)),
            embedding=window.sequences.embedding[None],
            chroma=chroma,
            music=music,
            sound=sound,
            step_seconds=self._steps,
            frames=tuple(kept(cqt.T, self._frame_seconds) for cqt in cqts),
            frame_seconds=self._frame_seconds,
        )

    def _analysed(self, samples: Array) -> tuple[Window, Array, Sequence[NDArray[np.float16]]]:
        """Return a block as one window, its log-odds of music, and its CQ-spectrograms."""
        query = self._analyser.one_window(samples, self._rate)
        if not query.windows:
            window = self._silence(len(samples))
            n_frames = self._n_frames(len(samples))
            nothing = [np.zeros((n_bins, n_frames), np.float16) for n_bins in self._kept_bins]
            return window, np.full(len(window.chroma), -LIMIT, np.float32), nothing
        [window] = query.windows
        music = music_log_odds(samples, self._rate, self._steps[0], self._parameters)
        cqts = () if query.at_tempo is None else query.at_tempo.spectrograms[window]
        return window, music, cqts

    def _silence(self, n_samples: int) -> Window:
        """Return rows that resemble no others."""
        n_steps = [-(-self._n_frames(n_samples) // stride) for stride in self._strides]
        *levels, embedding = (
            np.zeros(shape, np.float32) for shape in zip([*n_steps, 1], self._dims, strict=True)
        )
        sequences = DeepSequences(tuple(levels), embedding[0])
        return Window(
            0.0,
            n_samples / self._rate,
            sequences,
            np.zeros((n_steps[0], PITCH_CLASSES), np.float32),
        )


def _as_long(rows: Array, length: int) -> Array:
    """Repeat the last row, or leave out rows, so that there are `length`."""
    missing = [(0, max(0, length - len(rows))), *[(0, 0)] * (rows.ndim - 1)]
    return np.pad(rows, missing, mode="edge")[:length]
