"""Fit the alignment scores that different songs reach: the chance curves of a model's manifest.

The beginnings of recordings in a list (path, work_id, kind), of several lengths, are aligned with
120 s of those of other works.
"""

from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from samesong.features import audio
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.fitted import ChanceCurve
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import products
from samesong.runtime.representation.window import Window

SECONDS = 120.0

#: Steps of 1.2 s of the shorter side.
STEPS = (9, 17, 34, 67, 101)

#: Queries that are aligned with all others.
QUERIES = 40

#: Recordings of the list that are used.
RECORDINGS = 60

Floats = NDArray[np.float64]


def fit(steps: Floats, scores: Floats) -> ChanceCurve:
    """Fit a curve by least squares of logarithms.

    Parameters
    ----------
    steps, scores : ndarray, shape (n,), float64
        Steps of the shorter side, and the mean root of the gains that different songs reach.

    Returns
    -------
    ChanceCurve
        The curve.

    Examples
    --------
    >>> fit(np.array([9.0, 100.0]), np.array([6.0, 20.0]))
    ChanceCurve(factor=2.0, power=0.5)
    """
    power, log_factor = np.polyfit(np.log(steps), np.log(scores), 1)
    return ChanceCurve(factor=round(float(np.exp(log_factor)), 3), power=round(float(power), 3))


@click.command()
@click.argument("recordings", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", required=True)
@click.option("--seed", default=1, show_default=True)
def main(recordings: Path, model: str, seed: int) -> None:
    """Fit the chance curves of MODEL on the RECORDINGS that a CSV lists."""
    bundle = ModelBundle.load(model)
    analyser, rate = Analyser(bundle), bundle.spec.sample_rate
    entries = read_listed_recordings(recordings)[:RECORDINGS]
    windows: list[Window] = []
    works: list[str] = []
    for entry in entries:
        [one, *_] = analyser.samples(
            audio.load(entry.path, sample_rate=rate, duration=SECONDS), rate
        )
        if len(one.sequences.levels[-1]) >= max(STEPS):
            windows.append(one)
            works.append(entry.work_id)
    alignment, nothing = bundle.fitted.alignment, ChanceCurve(factor=0.0, power=0.0)
    levels = np.stack([one.sequences.levels[-1][: max(STEPS)] for one in windows])
    queries = np.random.default_rng(seed).permutation(len(windows))[:QUERIES].tolist()
    # Steps and mean score, first of deep CSMs, then of those of chroma.
    measured = np.zeros((2, 2, len(STEPS)))
    for place, steps in enumerate(STEPS):
        share = steps / max(STEPS)
        found: list[NDArray[np.float32]] = []
        for query in queries:
            others = [index for index, work in enumerate(works) if work != works[query]]
            tune = windows[query].chroma
            short = tune[: round(share * len(tune))]
            matrices = (
                products(levels[query][:steps], levels[others]),
                chroma_csms(short, [windows[index].chroma for index in others]),
            )
            found.append(np.stack([alignment_scores(one, alignment, nothing) for one in matrices]))
        measured[:, 0, place] = [min(one.shape[1:]) for one in matrices]
        measured[:, 1, place] = np.concatenate(found, axis=1).mean(axis=1)
        click.echo(f"{steps} steps: {np.round(measured[:, 1, place], 2)}")
    for name, (counts, scores) in zip(("deep_chance", "chroma_chance"), measured, strict=True):
        click.echo(f"{name} {fit(counts, scores)}")


if __name__ == "__main__":
    main()
