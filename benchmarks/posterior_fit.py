"""Fit the weights of works against each other and against none of them, by log-loss.

Recordings of a list, whole and single windows of them, are asked for among catalogs of 1 to 119
works that are drawn from it, once with their work and once without::

    python benchmarks/matching_trials.py OUT --seconds 290
    python benchmarks/posterior_fit.py OUT/list.csv --keep pairs.npz

The first row of figures is of what the model has. Log-loss is that of five folds of works.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from kept_evidence import kept
from markdown import table
from numpy.typing import NDArray
from scipy.optimize import minimize
from tempo_pairs import TempoPairs, compare

from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters

SIZES = (1, 2, 3, 5, 9, 17, 33, 64, 119)
FOLDS = 5

#: Sizes of catalogs, drawn from them, that each query is asked for among.
ASKED = 1

#: Probability that the truth counts with in log-loss, at least: none behind the best has any.
LEAST = 1e-4

#: What is fitted, and where the search for it begins.
STARTS = {"sharpness": 1.0, "none_cap": 8.0, "chance_weight": 0.5, "usual_chance": -2.0}
FREE = (
    (),
    ("sharpness", "none_cap"),
    ("chance_weight", "usual_chance"),
    ("sharpness", "chance_weight", "usual_chance"),
)

Floats = NDArray[np.float64]
File = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, eq=False)
class Question:
    """A query among the works of a catalog.

    Attributes
    ----------
    evidence : ndarray, shape (n_works,), float64
        Log-odds.
    true : int or None
        Place of the right work; None where it is not among them.
    work : str
        The right work.
    group : tuple
        Size of the catalog, and the kind of query: all groups weigh as much.
    """

    evidence: Floats
    true: int | None
    work: str
    group: tuple[int, bool, bool]


def ask(pairs: TempoPairs, tempo_works: int) -> Iterator[Question]:
    """Yield questions: live queries among studio recordings, and all among all.

    Parameters
    ----------
    pairs : TempoPairs
        Evidence.
    tempo_works : int
        Best works of each query that are scored again.

    Yields
    ------
    Question
        With fixed seeds.
    """
    rng = np.random.default_rng(0)
    for query, recording in enumerate(pairs.queries):
        mine = pairs.works[recording]
        for live in (True, False):
            if live and pairs.kinds[recording] != "live":
                continue
            there = (np.arange(len(pairs.works)) != recording) & (
                (not live) | (pairs.kinds == "studio")
            )
            others = np.setdiff1d(pairs.works[there], mine)
            for size in rng.choice(SIZES, ASKED, replace=False):
                for present in (True, False):
                    chosen = rng.permutation(others)[: size - present]
                    if not present and not len(chosen):
                        continue
                    works = np.append(chosen, mine) if present else chosen
                    among = np.flatnonzero(there & np.isin(pairs.works, works))
                    if present and mine not in pairs.works[among]:
                        continue
                    found = pairs.among(query, among.tolist(), tempo_works)
                    true = list(found).index(mine) if present else None
                    group = (int(size), live, bool(pairs.whole[query]))
                    yield Question(np.array(list(found.values())), true, str(mine), group)


def answers(questions: Sequence[Question], parameters: PosteriorParameters) -> Floats:
    """Return how good the answers to questions are.

    Parameters
    ----------
    questions : sequence of Question
        The questions.
    parameters : PosteriorParameters
        Weights.

    Returns
    -------
    ndarray, shape (n_questions, 3), float64
        Log-loss; 1 where a right work is accepted; 1 where a wrong one is.
    """
    rows = []
    for one in questions:
        found = posteriors(one.evidence, len(one.evidence), parameters)
        truth = 1 - found.sum() if one.true is None else found[one.true]
        accepted, right = found.max() >= ACCEPTED, int(found.argmax()) == one.true
        rows.append((-np.log(max(truth, LEAST)), accepted and right, accepted and not right))
    return np.array(rows, np.float64)


def loss(questions: Sequence[Question], parameters: PosteriorParameters) -> float:
    """Return the log-loss of answers, the mean over groups of questions.

    Parameters
    ----------
    questions : sequence of Question
        The questions.
    parameters : PosteriorParameters
        Weights.

    Returns
    -------
    float
        In nats.
    """
    losses = answers(questions, parameters)[:, 0]
    groups = np.unique([one.group for one in questions], axis=0, return_inverse=True)[1].ravel()
    return float((np.bincount(groups, losses) / np.bincount(groups)).mean())


def fit(
    questions: Sequence[Question], free: Sequence[str], now: PosteriorParameters
) -> PosteriorParameters:
    """Return the weights with the least log-loss.

    Parameters
    ----------
    questions : sequence of Question
        The questions.
    free : sequence of str
        What is fitted.
    now : PosteriorParameters
        Everything else; without a weight of chance, where that is not fitted.

    Returns
    -------
    PosteriorParameters
        The weights.
    """
    if not free:
        return now
    alone = {} if "chance_weight" in free else {"chance_weight": 0.0}

    def parameters(values: Sequence[float]) -> PosteriorParameters:
        update = dict(zip(free, map(float, values), strict=True))
        return now.model_copy(update=alone | update)

    start = [STARTS[name] for name in free]
    bounds = [{"none_cap": (1, 200), "usual_chance": (-9, 3)}.get(n, (0.05, 2)) for n in free]
    options = {"xatol": 0.01, "fatol": 1e-4, "maxiter": 80}
    found = minimize(
        lambda values: loss(questions, parameters(values)),
        start,
        method="Nelder-Mead",
        bounds=bounds,
        options=options,
    )
    return parameters(found.x)


@click.command()
@click.argument("recordings", type=File)
@click.option("--model", default=DEFAULT_MODEL, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file to keep the evidence in.")
def main(recordings: Path, model: str, keep: Path | None) -> None:
    """Fit the posterior of a model to the RECORDINGS that a CSV lists."""
    fitted = ModelBundle.load(model).fitted
    now = fitted.posterior
    works = 0 if fitted.tempo is None else fitted.tempo.works
    questions = list(ask(kept(keep, TempoPairs, lambda: compare(recordings, model)), works))
    names = np.random.default_rng(1).permutation(np.unique([one.work for one in questions]))
    folds = {name: at % FOLDS for at, name in enumerate(names)}
    rows = []
    for free in FREE:
        losses = []
        for fold in range(FOLDS):
            learnt = [one for one in questions if folds[one.work] != fold]
            tested = [one for one in questions if folds[one.work] == fold]
            losses.append(loss(tested, fit(learnt, free, now)))
        found = fit(questions, free, now)
        there = np.array([one.true is not None for one in questions])
        _, right, wrong = answers(questions, found).T
        shares = (right[there].mean(), wrong[there].mean(), wrong[~there].mean())
        values = [f"{getattr(found, name):.3f}" for name in STARTS]
        rows.append([*values, f"{np.mean(losses):.4f}", *(f"{one:.3f}" for one in shares)])
    heads = [*STARTS, "log-loss", "accepted", "wrongly", "false"]
    click.echo(table(heads, rows))


if __name__ == "__main__":
    main()
