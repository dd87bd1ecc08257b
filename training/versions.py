"""Pairs of versions of works in notes, as the CQ-spectrograms that a front end would make."""

from collections.abc import Sequence

import numpy as np

from samesong.features.errors import SilentAudioError
from samesong.features.renderable import ImitableFrontEnd, TranscribingFrontEnd
from samesong.training.arrange import rearrange
from samesong.training.batches import Pair, Rng, Spectrogram
from samesong.training.corpus import SymbolicWork
from samesong.training.recording_chain import record
from samesong.training.render import render_energy
from samesong.training.symbolic import Notes, concatenate
from samesong.training.transcription import transcribe


class SymbolicVersions:
    """Versions rendered anew from notes at every draw.

    Parameters
    ----------
    works : sequence of SymbolicWork
        The corpus.
    front_end : ImitableFrontEnd
        The front end to imitate.
    others : sequence of ImitableFrontEnd, optional
        Other front ends of the same bins and frames. Heard through each, music differs much as it
        does from one production to another.
    share : float, optional
        Share of the pairs that imitate one of `others` instead, in [0, 1).
    """

    probabilities = None

    def __init__(
        self,
        works: Sequence[SymbolicWork],
        front_end: ImitableFrontEnd,
        others: Sequence[ImitableFrontEnd] = (),
        *,
        share: float = 0.0,
    ) -> None:
        self.works = works
        self.front_end = front_end
        self.others = others
        self.share = share

    def __len__(self) -> int:
        return len(self.works)

    def draw_pair(self, work: int, studio_frames: int, live_frames: int, rng: Rng) -> Pair:
        """Draw a studio and a live version of a work.

        The live span lies inside the same part of the song as the studio span, as far as their
        lengths allow; half of the pairs begin at the beginning, as catalogs do.

        Parameters
        ----------
        work : int
            Index of the work.
        studio_frames, live_frames : int
            Lengths in frames of the front end.
        rng : numpy.random.Generator
            Draws everything.

        Returns
        -------
        studio : ndarray, shape (n_bins, studio_frames), float32
            Of the studio version.
        live : ndarray, shape (n_bins, live_frames), float32
            Of the live version.
        """
        versions = self.works[work].versions
        period = self.front_end.spec.frame_period
        longest = max(studio_frames, live_frames) * period
        studio, live = (
            rearrange(repeat_to(versions[rng.integers(len(versions))], longest, rng), strength, rng)
            for strength in (rng.uniform(0, 0.5), rng.uniform(0.3, 1.0))
        )
        studio_start = 0.0
        if rng.random() < 0.5:
            studio_start = rng.uniform(0, max(0.0, studio.end - studio_frames * period))
        # Where the studio span lies in the live version, which has another tempo.
        stretch = live.end / studio.end
        slack = (studio_frames * stretch - live_frames) * period
        live_start = studio_start * stretch + rng.uniform(min(0.0, slack), max(0.0, slack))
        live_start += rng.uniform(-15, 10) if rng.random() < 0.5 else 0.0
        front_end = self.front_end
        if self.others and rng.random() < self.share:
            front_end = self.others[int(rng.integers(len(self.others)))]
        return (
            render_version(
                studio,
                front_end,
                studio_start,
                studio_frames,
                strength=rng.uniform(0, 0.4),
                rng=rng,
            ),
            render_version(
                live,
                front_end,
                live_start,
                live_frames,
                strength=rng.uniform(0.2, 1.0),
                rng=rng,
            ),
        )


def render_version(
    notes: Notes,
    front_end: ImitableFrontEnd,
    start: float,
    n_frames: int,
    *,
    strength: float,
    rng: Rng,
) -> Spectrogram:
    """Render a span of a version as a front end would transform its recording.

    Parameters
    ----------
    notes : Notes
        The version.
    front_end : ImitableFrontEnd
        The front end to imitate.
    start : float
        Start of the span in seconds.
    n_frames : int
        Length of the span in frames.
    strength : float
        From 0, a studio recording, to 1, one by a phone in a crowd.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Of mean 0 and standard deviation 1.
    """
    try:
        if isinstance(front_end, TranscribingFrontEnd):
            named = transcribe(notes, front_end, start, n_frames, strength=strength, rng=rng)
            return front_end.finish_notes(named)
        energy = render_energy(notes, front_end, start, n_frames, rng)
        return front_end.finish(record(energy, notes, front_end, start, strength=strength, rng=rng))
    except SilentAudioError:  # a span that fell into a pause teaches nothing, and is rare
        return rng.standard_normal((front_end.spec.n_bins, n_frames)).astype(np.float32)


def repeat_to(notes: Notes, seconds: float, rng: Rng) -> Notes:
    """Repeat a short piece, as verses are, until it lasts for most of a time.

    Parameters
    ----------
    notes : Notes
        The piece.
    seconds : float
        Length to reach.
    rng : numpy.random.Generator
        Draws a length of 0.6 to 1.2 times `seconds`.

    Returns
    -------
    longer : Notes
        The piece itself where it lasts that long.
    """
    times = int(np.ceil(rng.uniform(0.6, 1.2) * seconds / notes.end))
    if times <= 1:
        return notes
    return concatenate(
        [
            notes.having(onset=notes.onset + np.float32(number * notes.end))
            for number in range(times)
        ]
    )
