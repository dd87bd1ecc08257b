"""Measures false accepts of songs that are not in the catalog, and the calibration of a model.

Uses rendered versions of the works held out of training, and a live set whose scores
``variants.py`` saved. The JSON file goes into a model card::

    python benchmarks/open_set.py MIDI --json open_set.json
    samesong export RUN/best.pt MODEL --audio SONG.flac --accuracy 'missing songs' open_set.json
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np
from catalog_scores import NOT_COMPARED, index_works
from held_out import draw_held_out
from live_set import read_live_set
from markdown import table
from numpy.typing import NDArray
from score_table import ScoreTable, relevance

from samesong.runtime.evaluation.intervals import Interval
from samesong.runtime.evaluation.metrics import open_set_metrics
from samesong.runtime.evaluation.reliability import measure_reliability
from samesong.runtime.identification.posterior import posterior_rows
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.matching.scorer import probability

FRAMES = 401  # one window of 120 s


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--works", default=300, show_default=True, help="Maximum number of held-out works.")
@click.option("--live", "folder", type=click.Path(exists=True, path_type=Path), help="A live set.")
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the figures to this file."
)
def main(
    corpus: tuple[Path, ...], works: int, folder: Path | None, model: str, json_path: Path | None
) -> None:
    """Measure MODEL on the held-out works of CORPUS, on which it was trained."""
    bundle = ModelBundle.load(model)
    scores = held_out_scores(corpus, bundle, works)
    posterior = bundle.fitted.posterior
    measured = {"held-out works": measure(scores, np.eye(len(scores), dtype=np.bool_), posterior)}
    if folder:
        live = ScoreTable.load(folder, bundle.manifest.name)
        relevant = relevance(read_live_set(folder))
        measured["simulated live"] = measure(live.scores, relevant, posterior)
    rows = [
        [figure, *(shown(figures[figure]) for figures in measured.values())]
        for figure in measured["held-out works"]
    ]
    click.echo(table(["", *measured], rows))
    if json_path:
        json_path.write_text(json.dumps(measured, indent=2, default=vars) + "\n", "utf-8")


def shown(value: int | float | Interval) -> str:
    """Format a figure; thresholds close to 1 need four digits.

    Parameters
    ----------
    value : int, float or Interval
        The figure.

    Returns
    -------
    str
        Its digits.
    """
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def held_out_scores(
    corpus: tuple[Path, ...], bundle: ModelBundle, n_works: int
) -> NDArray[np.float32]:
    """Score live versions of held-out works against studio versions of the same works.

    Parameters
    ----------
    corpus : tuple of Path
        Training corpora of the model.
    bundle : ModelBundle
        The model.
    n_works : int
        Maximum number of works.

    Returns
    -------
    numpy.ndarray, shape (n_works, n_works), float32
        Evidence in log-odds, live versions in rows.
    """
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

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_queries, n_tracks)
        Evidence in log-odds, from which the probabilities follow.
    relevant : numpy.ndarray, shape (n_queries, n_tracks), bool
        True where a track has the work of a query.
    posterior : PosteriorParameters
        Parameters of the model that the scores are from.

    Returns
    -------
    dict of str to int, float or Interval
        The figures by name.
    """
    everyone = np.ones_like(relevant)
    evidence = np.where(scores > NOT_COMPARED, scores, -np.inf).astype(np.float64)
    asked = posterior_rows(evidence, everyone, posterior)
    left_out = posterior_rows(evidence, ~relevant, posterior)
    default = open_set_metrics(asked, relevant, left_out=left_out, threshold=ACCEPTED)
    strict = open_set_metrics(asked, relevant, left_out=left_out, false_accepts=0.01)
    return {
        "queries": default.n_queries,
        "tracks": scores.shape[1],
        "default threshold": ACCEPTED,
        "accepted at the default threshold": default.accepted,
        "false accepts at the default threshold": default.false_accepts,
        "threshold for 1 % false accepts": strict.threshold,
        "accepted at 1 % false accepts": strict.accepted,
        "calibration error of first matches": first_match_error(asked, left_out, relevant),
        "calibration error of pairs": pair_error(scores, relevant),
    }


def first_match_error(
    scores: NDArray[np.float64], left_out: NDArray[np.float64], relevant: NDArray[np.bool_]
) -> float:
    """Return the expected calibration error of first matches, half of the songs missing.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_queries, n_tracks)
        Probabilities with all tracks in the catalog.
    left_out : numpy.ndarray, shape (n_queries, n_tracks)
        Probabilities with the tracks of the query's work left out.
    relevant : numpy.ndarray, shape (n_queries, n_tracks), bool
        True where a track has the work of a query.

    Returns
    -------
    float
        The error.
    """
    right = np.where(relevant, scores, 0).max(axis=1)
    wrong = np.where(relevant, 0, scores).max(axis=1)
    claims = np.concatenate([np.maximum(right, wrong), left_out.max(axis=1)])
    true = np.concatenate([right > wrong, np.zeros(len(wrong), np.bool_)])
    return measure_reliability(claims, true).error


def pair_error(scores: NDArray[np.floating[Any]], relevant: NDArray[np.bool_]) -> float:
    """Return the expected calibration error of pairs, true and false ones weighted equally.

    Parameters
    ----------
    scores : numpy.ndarray, shape (n_queries, n_tracks)
        Evidence in log-odds.
    relevant : numpy.ndarray, shape (n_queries, n_tracks), bool
        True where a track has the work of a query.

    Returns
    -------
    float
        The error.
    """
    weights = np.where(relevant, 1 / relevant.sum(), 1 / (~relevant).sum())
    claims = probability(scores.ravel().astype(np.float64))
    return measure_reliability(claims, relevant.ravel(), weights.ravel()).error


if __name__ == "__main__":
    main()
