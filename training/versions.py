"""Pairs of versions of one work, as CQ-spectrograms, drawn without end from a corpus."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import SilentAudioError, TrainingError
from samesong.features.harmonic import whiten
from samesong.features.standardise import standardise
from samesong.training.arrange import rearrange
from samesong.training.corpus import SymbolicWork
from samesong.training.render import APERTURES, FRAME_PERIOD, render
from samesong.training.stage import perform
from samesong.training.symbolic import Notes, concatenate

Rng = np.random.Generator
Spectrogram = NDArray[np.float32]


class VersionSource(Protocol):
    """Anything that pairs of versions can be drawn from."""

    @property
    def chances(self) -> NDArray[np.float64] | None:
        """How likely each work is to be drawn next, adding up to 1; None: all alike."""
        ...

    def __len__(self) -> int:
        """Count the works."""
        ...

    def draw_pair(
        self, work: int, studio_frames: int, live_frames: int, rng: Rng
    ) -> tuple[Spectrogram, Spectrogram]:
        """Draw a studio and a live version of a work, (72, studio_frames) and (72, live_frames)."""
        ...


class SymbolicVersions:
    """Versions rendered anew from notes at every draw.

    Parameters
    ----------
    works
        The corpus.
    front_end
        Name of the front end to imitate.
    others
        Share of the pairs that imitate one of the other front ends instead. Heard through each,
        music differs much as it does from one production to another.

    Raises
    ------
    TrainingError
        If that front end cannot be imitated.
    """

    chances = None

    def __init__(
        self, works: Sequence[SymbolicWork], front_end: str, *, others: float = 0.0
    ) -> None:
        if front_end not in APERTURES:
            raise TrainingError(
                f"front end {front_end!r} cannot be rendered from notes, only {list(APERTURES)} "
                "can: train on recordings, or for one of these."
            )
        self.works = works
        self.front_end = front_end
        self.others = others

    def __len__(self) -> int:
        return len(self.works)

    def draw_pair(
        self, work: int, studio_frames: int, live_frames: int, rng: Rng
    ) -> tuple[Spectrogram, Spectrogram]:
        """Draw a studio and a live version of a work, (72, studio_frames) and (72, live_frames).

        The live span lies inside the same part of the song as the studio span, as far as their
        lengths allow; half of the pairs begin at the beginning, as catalogs do.
        """
        versions = self.works[work].versions
        longest = max(studio_frames, live_frames) * FRAME_PERIOD
        studio, live = (
            rearrange(repeat_to(versions[rng.integers(len(versions))], longest, rng), strength, rng)
            for strength in (rng.uniform(0, 0.5), rng.uniform(0.3, 1.0))
        )
        studio_start = 0.0
        if rng.random() < 0.5:
            studio_start = rng.uniform(0, max(0.0, studio.end - studio_frames * FRAME_PERIOD))
        # Where the studio span lies in the live version, which has another tempo.
        stretch = live.end / studio.end
        slack = (studio_frames * stretch - live_frames) * FRAME_PERIOD
        live_start = studio_start * stretch + rng.uniform(min(0.0, slack), max(0.0, slack))
        live_start += rng.uniform(-15, 10) if rng.random() < 0.5 else 0.0
        front_end = self.front_end
        if rng.random() < self.others:
            front_end = str(rng.choice([name for name in APERTURES if name != front_end]))
        return (
            record(
                studio,
                front_end,
                studio_start,
                studio_frames,
                strength=rng.uniform(0, 0.4),
                rng=rng,
            ),
            record(
                live,
                front_end,
                live_start,
                live_frames,
                strength=rng.uniform(0.2, 1.0),
                rng=rng,
            ),
        )


def record(
    notes: Notes, front_end: str, start: float, n_frames: int, *, strength: float, rng: Rng
) -> Spectrogram:
    """Render a span of a version as a front end sees it: (72, n_frames), standardised.

    Parameters
    ----------
    notes, front_end, start, n_frames, rng
        As `samesong.training.render.render` takes them.
    strength
        From 0, a studio, to 1, a phone in a crowd.
    """
    energy = render(notes, front_end, start, n_frames, rng)
    suppresses_noise = front_end == "harmonic"
    magnitude = perform(energy, notes, start, strength, rng, unpitched_db=-10.0 * suppresses_noise)
    if suppresses_noise:
        magnitude = whiten(magnitude)
    try:
        return standardise(magnitude)
    except SilentAudioError:  # a span that fell into a pause teaches nothing, and is rare
        return rng.standard_normal(magnitude.shape).astype(np.float32)


def repeat_to(notes: Notes, seconds: float, rng: Rng) -> Notes:
    """Repeat a short piece, as verses are, until it lasts for most of ``seconds``."""
    times = int(np.ceil(rng.uniform(0.6, 1.2) * seconds / notes.end))
    if times <= 1:
        return notes
    return concatenate(
        [notes.having(onset=notes.onset + np.float32(turn * notes.end)) for turn in range(times)]
    )


class Batches:
    """Batches by number: the same seed and step give the same batch, so a run can resume.

    Parameters
    ----------
    source
        Where pairs are drawn from.
    works_per_batch, lengths
        See `TrainingConfig`.
    n_steps
        How many batches there are.
    seed
        Of everything random.
    """

    def __init__(
        self,
        source: VersionSource,
        works_per_batch: int,
        lengths: Sequence[tuple[int, int]],
        n_steps: int,
        seed: int,
    ) -> None:
        self.source = source
        self.works_per_batch = works_per_batch
        self.lengths = lengths
        self.n_steps = n_steps
        self.seed = seed

    def __len__(self) -> int:
        return self.n_steps

    def __getitem__(self, step: int) -> tuple[Spectrogram, Spectrogram]:
        """Draw batch ``step``: studio and live (works, 72, frames); row i of both is one work."""
        rng = np.random.default_rng([self.seed, step])
        studio_frames, live_frames = self.lengths[int(rng.integers(len(self.lengths)))]
        works = rng.choice(
            len(self.source), self.works_per_batch, replace=False, p=self.source.chances
        )
        pairs = [
            self.source.draw_pair(int(work), studio_frames, live_frames, rng) for work in works
        ]
        return np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs])
