"""Fits and measures probabilities over works that a catalog holds in one to five recordings.

Renders versions of the works held out of training, identifies a live version of each as ``samesong
identify`` does, with its work in the catalog and without, and prints the figures for several
values of what is fitted::

    python benchmarks/work_versions.py MIDI --scores versions.npz
"""

import tempfile
from dataclasses import astuple, dataclass, fields
from itertools import product
from operator import itemgetter
from pathlib import Path

import click
import numpy as np
from catalog_scores import NOT_COMPARED, index_works
from held_out import draw_versions
from kept_evidence import kept
from markdown import table
from numpy.typing import NDArray

from samesong.runtime.evaluation.reliability import measure_reliability
from samesong.runtime.identification.posterior import posterior_rows
from samesong.runtime.identification.verdict import Verdict, verdict_on
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.segmentation import QUERY_HOP

MOST = 5
FRAMES = 401  # one window of 120 s
SHARPNESS = (0.7, 0.8, 0.9, 1.0)
NONE_CAP = (4.0, 8.0, 16.0, 32.0)
PENALTY = (0.0, 0.25, 0.5, 1.0)


@dataclass(frozen=True, eq=False)
class Versions:
    """Evidence (n_works, n_recordings) of a live version of each work, and what each is of."""

    evidence: NDArray[np.float32]
    works: NDArray[np.int64]

    @classmethod
    def score(cls, corpus: tuple[Path, ...], bundle: ModelBundle, n_works: int) -> "Versions":
        """Score versions as ``samesong identify`` does.

        Parameters
        ----------
        corpus : tuple of Path
            Training corpora of the model.
        bundle : ModelBundle
            The model.
        n_works : int
            Maximum number of held-out works.

        Returns
        -------
        Versions
            The scores.
        """
        drawn = draw_versions(corpus, bundle, n_works, MOST, FRAMES)
        studio = [version for versions in drawn.studio for version in versions]
        works = [work for work, versions in enumerate(drawn.studio) for _ in versions]
        analyser = Analyser(bundle)
        with tempfile.TemporaryDirectory() as folder:
            scores = index_works(np.stack(studio), bundle, Path(folder) / "catalog", works)
            rows = [scores(analyser.spectrogram(live, QUERY_HOP)) for live in drawn.live]
        return cls(np.stack(rows), np.array(works))

    def by_work(self, penalty: float) -> NDArray[np.float64]:
        """Return the evidence for works.

        Parameters
        ----------
        penalty : float
            Log-odds that are taken off for each e-fold of recordings.

        Returns
        -------
        ndarray
            (n_works, n_works) float64: live versions in rows.
        """
        n_works = len(self.evidence)
        found = np.full((n_works, n_works), -np.inf)
        for work in range(n_works):
            mine = self.evidence[:, self.works == work].astype(np.float64)
            best = np.where(mine > NOT_COMPARED, mine, -np.inf).max(axis=1)
            found[:, work] = best - penalty * np.log(mine.shape[1])
        return found


@dataclass(frozen=True)
class Figures:
    """How well probabilities do, with the works of half of the queries missing.

    Attributes
    ----------
    log_loss : float
        Mean negative log-probability of what is true: the query's work, or none of them.
    error : float
        Expected calibration error of first matches.
    accepted, wrong, false_accepts : float
        Shares of queries: rightly and wrongly named with their work there, and named without.
    probable, probable_right : int
        Queries that are probable, and those of them whose first candidate is right.
    """

    log_loss: float
    error: float
    accepted: float
    wrong: float
    false_accepts: float
    probable: int
    probable_right: int


def measure(evidence: NDArray[np.float64], parameters: PosteriorParameters) -> Figures:
    """Measure the probabilities of works.

    Parameters
    ----------
    evidence : ndarray
        (n_works, n_works) float64: log-odds of the live version of each work (row) for each work.
    parameters : PosteriorParameters
        What makes probabilities of it.

    Returns
    -------
    Figures
        With the diagonal in the catalog, and without.
    """
    own = np.eye(len(evidence), dtype=np.bool_)
    there = posterior_rows(evidence, np.ones_like(own), parameters)
    missing = posterior_rows(evidence, ~own, parameters)
    true = np.concatenate([there[own], 1 - missing.sum(axis=1)])
    claims = np.concatenate([there.max(axis=1), missing.max(axis=1)])
    right = np.concatenate([there.argmax(axis=1) == np.arange(len(own)), np.zeros(len(own), bool)])
    verdicts = np.array([verdict_on(np.sort(row)[::-1].tolist()) for row in (*there, *missing)])
    named = verdicts == Verdict.MATCH
    probable = verdicts == Verdict.PROBABLE
    first = named[: len(own)]
    return Figures(
        log_loss=float(-np.log(np.maximum(true, 1e-6)).mean()),
        error=measure_reliability(claims, right).error,
        accepted=float((first & right[: len(own)]).mean()),
        wrong=float((first & ~right[: len(own)]).mean()),
        false_accepts=float(named[len(own) :].mean()),
        probable=int(probable.sum()),
        probable_right=int((probable & right).sum()),
    )


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--works", default=300, show_default=True, help="Maximum number of held-out works.")
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
@click.option(
    "--scores",
    "path",
    type=click.Path(path_type=Path),
    help="Keep the scores in this file, and read them from there if it exists.",
)
def main(corpus: tuple[Path, ...], works: int, model: str, path: Path | None) -> None:
    """Fit the probabilities of MODEL on the held-out works of CORPUS, on which it was trained."""
    bundle = ModelBundle.load(model)
    versions = kept(path, Versions, lambda: Versions.score(corpus, bundle, works))
    found = []
    for penalty, sharpness, none_cap in product(PENALTY, SHARPNESS, NONE_CAP):
        parameters = bundle.fitted.posterior.model_copy(
            update={"sharpness": sharpness, "none_cap": none_cap}
        )
        figures = measure(versions.by_work(penalty), parameters)
        found.append((figures.log_loss, [penalty, sharpness, none_cap], figures))
    rows = [
        [*values, *(f"{one:.3f}" for one in astuple(figures))]
        for _, values, figures in sorted(found, key=itemgetter(0, 1))
    ]
    names = [field.name for field in fields(Figures)]
    click.echo(table(["penalty", "sharpness", "none_cap", *names], rows))


if __name__ == "__main__":
    main()
