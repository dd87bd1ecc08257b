"""Measures when a model knows not to answer, and whether its probabilities mean what they say.

On rendered versions of the works kept out of training, and on a live set whose scores
``variants.py`` kept. The JSON file goes into a model card::

    python benchmarks/open_set.py MIDI --json open_set.json
    samesong export RUN/best.pt MODEL --audio SONG.flac --accuracy 'songs not there' open_set.json
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np
from catalog_scores import PASSED_OVER, index_works
from held_out import draw_held_out
from live_set import read_live_set
from markdown import table
from numpy.typing import NDArray
from score_table import ScoreTable, relevance

from samesong.runtime.evaluation.metrics import Interval, open_set_metrics
from samesong.runtime.evaluation.reliability import measure_reliability
from samesong.runtime.identification.posterior import ACCEPTED, posterior_rows
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.matching.scorer import probability

FRAMES = 401  # one window of 120 s


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--works", default=300, show_default=True, help="Held-out works, at most.")
@click.option("--live", "folder", type=click.Path(exists=True, path_type=Path), help="A live set.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write figures here.")
def main(
    corpus: tuple[Path, ...], works: int, folder: Path | None, model: str, json_path: Path | None
) -> None:
    """Measure MODEL on the held-out works of the CORPUS that it was trained on."""
    bundle = ModelBundle.load(model)
    scores = held_out_scores(corpus, bundle, works)
    posterior = bundle.fitted.posterior
    told = {"held-out works": measure(scores, np.eye(len(scores), dtype=np.bool_), posterior)}
    if folder:
        live = ScoreTable.load(folder, bundle.manifest.name)
        relevant = relevance(read_live_set(folder))
        told["simulated live"] = measure(live.scores, relevant, posterior)
    rows = [
        [figure, *(shown(figures[figure]) for figures in told.values())]
        for figure in told["held-out works"]
    ]
    click.echo(table(["", *told], rows))
    if json_path:
        json_path.write_text(json.dumps(told, indent=2, default=vars) + "\n", "utf-8")


def shown(value: int | float | Interval) -> str:
    """Write a figure; thresholds lie so near 1 that they need their digits."""
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def held_out_scores(
    corpus: tuple[Path, ...], bundle: ModelBundle, n_works: int
) -> NDArray[np.float32]:
    """Score live versions of held-out works (rows) against studio versions of the same works."""
    versions = draw_held_out(corpus, bundle, n_works, FRAMES)
    analyser = Analyser(bundle)
    with tempfile.TemporaryDirectory() as folder:
        scores = index_works(versions.studio, bundle, Path(folder) / "catalog")
        return np.stack([scores(analyser.spectrogram(live, QUERY_HOP)) for live in versions.live])


def measure(
    scores: NDArray[np.floating[Any]],
    relevant: NDArray[np.bool_],
    posterior: PosteriorParameters,
) -> dict[str, int | float | Interval]:
    """Measure acceptance at the default threshold and at 1 % false accepts, and calibration.

    Scores are evidence in log-odds; what is accepted are the `posteriors` that follow from them.

    Parameters
    ----------
    scores : ndarray
        (n_queries, n_tracks): evidence, in log-odds.
    relevant : ndarray
        (n_queries, n_tracks) bool: True for the tracks of a query's work.
    posterior : PosteriorParameters
        Of the model that the scores are from.
    """
    everyone = np.ones_like(relevant)
    evidence = np.where(scores > PASSED_OVER, scores, -np.inf).astype(np.float64)
    told = posterior_rows(evidence, everyone, posterior)
    left_out = posterior_rows(evidence, ~relevant, posterior)
    default = open_set_metrics(told, relevant, left_out=left_out, threshold=ACCEPTED)
    strict = open_set_metrics(told, relevant, left_out=left_out, false_accepts=0.01)
    return {
        "queries": default.n_queries,
        "tracks": scores.shape[1],
        "default threshold": ACCEPTED,
        "accepted at the default threshold": default.accepted,
        "false accepts at the default threshold": default.false_accepts,
        "threshold for 1 % false accepts": strict.threshold,
        "accepted at 1 % false accepts": strict.accepted,
        "calibration error of first matches": first_match_error(told, left_out, relevant),
        "calibration error of pairs": pair_error(scores, relevant),
    }


def first_match_error(
    scores: NDArray[np.float64], left_out: NDArray[np.float64], relevant: NDArray[np.bool_]
) -> float:
    """Return the expected calibration error of what a user is told.

    That is each query's first match; half of the time its song is not in the catalog.
    """
    right = np.where(relevant, scores, 0).max(axis=1)
    wrong = np.where(relevant, 0, scores).max(axis=1)
    claims = np.concatenate([np.maximum(right, wrong), left_out.max(axis=1)])
    true = np.concatenate([right > wrong, np.zeros(len(wrong), np.bool_)])
    return measure_reliability(claims, true).error


def pair_error(scores: NDArray[np.floating[Any]], relevant: NDArray[np.bool_]) -> float:
    """Return the error over all pairs, where true and wrong ones count as equally likely."""
    weights = np.where(relevant, 1 / relevant.sum(), 1 / (~relevant).sum())
    claims = probability(scores.ravel())
    return measure_reliability(claims, relevant.ravel(), weights.ravel()).error


if __name__ == "__main__":
    main()
