"""Studio and live versions of the works held out of a model's training."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.bundle import ModelBundle
from samesong.training.batches import Batches, VersionSource
from samesong.training.config import TrainingConfig
from samesong.training.corpora import open_corpora

#: Differs from the seeds of validation and calibration, so that versions differ.
SEED = 20_000

#: Frames of 0.3 s: 180 s of every version.
FRAMES = 600


@dataclass(frozen=True, eq=False)
class HeldOut:
    """CQ-spectrograms (n_works, 72, n_frames), float32, of two versions of each work."""

    studio: NDArray[np.float32]
    live: NDArray[np.float32]


def draw_held_out(
    corpora: Sequence[Path], bundle: ModelBundle, n_works: int, frames: int = FRAMES
) -> HeldOut:
    """Render two versions of held-out works for the front end of a model.

    Parameters
    ----------
    corpora : sequence of Path
        Training corpora of the model; its configuration determines which works were held out.
    bundle : ModelBundle
        The model.
    n_works : int
        Maximum number of works.
    frames : int, optional
        Length of each version in frames.

    Returns
    -------
    HeldOut
        The versions.
    """
    with _held_out(corpora, bundle) as held_out:
        count = min(n_works, len(held_out))
        studio, live = Batches(held_out, count, [(frames, frames)], 1, SEED)[0]
    return HeldOut(studio, live)


@dataclass(frozen=True, eq=False)
class HeldOutVersions:
    """CQ-spectrograms (72, n_frames), float32: some studio versions and a live one of each work."""

    studio: list[list[NDArray[np.float32]]]
    live: list[NDArray[np.float32]]


def draw_versions(
    corpora: Sequence[Path], bundle: ModelBundle, n_works: int, most: int, frames: int = FRAMES
) -> HeldOutVersions:
    """Render one to several studio versions, and one live version, of held-out works.

    Parameters
    ----------
    corpora : sequence of Path
        Training corpora of the model; its configuration determines which works were held out.
    bundle : ModelBundle
        The model.
    n_works : int
        Maximum number of works.
    most : int
        Studio versions of a work, at most: work i has 1 + i % most of them.
    frames : int, optional
        Length of each version in frames.

    Returns
    -------
    HeldOutVersions
        The versions.
    """
    with _held_out(corpora, bundle) as held_out:
        works = np.random.default_rng(SEED).permutation(len(held_out))[:n_works]
        studio, live = [], []
        for number, work in enumerate(works.tolist()):
            pairs = [
                held_out.draw_pair(work, frames, frames, np.random.default_rng([SEED, work, one]))
                for one in range(1 + number % most)
            ]
            studio.append([pair[0] for pair in pairs])
            live.append(pairs[0][1])
    return HeldOutVersions(studio, live)


@contextmanager
def _held_out(corpora: Sequence[Path], bundle: ModelBundle) -> Iterator[VersionSource]:
    """Open the works that a model was not trained on."""
    config = TrainingConfig.model_validate(bundle.manifest.training["config"])
    with tempfile.TemporaryDirectory() as folder:
        _, held_out, _ = open_corpora(corpora, config, Path(folder), partial(click.echo, err=True))
        yield held_out
