"""Batches of pairs of versions, drawn without end from a source of works."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Spectrogram = NDArray[np.float32]
Pair = tuple[Spectrogram, Spectrogram]


class VersionSource(Protocol):
    """A corpus of works, of each of which pairs of versions can be drawn."""

    @property
    def probabilities(self) -> NDArray[np.float64] | None:
        """Probability of each work to be drawn next, adding up to 1; None if all are alike."""
        ...

    def __len__(self) -> int:
        """Count the works."""
        ...

    def draw_pair(self, work: int, studio_frames: int, live_frames: int, rng: Rng) -> Pair:
        """Draw a studio and a live version of a work.

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
            CQ-spectrogram of a span of the studio version.
        live : ndarray, shape (n_bins, live_frames), float32
            CQ-spectrogram of a span of the live version.
        """
        ...


class Batches:
    """Batches by number: the same seed and step give the same batch, so a run can resume.

    Parameters
    ----------
    source : VersionSource
        The corpus that pairs are drawn from.
    works_per_batch : int
        Pairs in a batch, each of another work; at most ``len(source)``.
    lengths : sequence of (int, int)
        Frames of the studio and the live side; each batch draws one of these.
    n_steps : int
        Number of batches.
    seed : int
        Seed of everything random.
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

    def __getitem__(self, step: int) -> Pair:
        """Draw a batch.

        Parameters
        ----------
        step : int
            Number of the batch.

        Returns
        -------
        studio : ndarray, shape (works_per_batch, n_bins, studio_frames), float32
            Studio versions.
        live : ndarray, shape (works_per_batch, n_bins, live_frames), float32
            Live versions; row i of both is the same work.
        """
        rng = np.random.default_rng([self.seed, step])
        studio_frames, live_frames = self.lengths[int(rng.integers(len(self.lengths)))]
        works = rng.choice(
            len(self.source), self.works_per_batch, replace=False, p=self.source.probabilities
        )
        pairs = [
            self.source.draw_pair(int(work), studio_frames, live_frames, rng) for work in works
        ]
        return np.stack([pair[0] for pair in pairs]), np.stack([pair[1] for pair in pairs])
