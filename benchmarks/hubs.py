"""Measure the correction for hubs on a list of recordings, chosen by cross-validation over works.

Every recording of the list (path, work_id, kind) is a query against all others, which are its
catalog. A query never counts in the hubness of the tracks it is compared with, since the tracks of
a catalog have not met it.
"""

from collections.abc import Callable
from pathlib import Path

import click
import numpy as np
from hubness import corrected, hubness
from numpy.typing import NDArray

from samesong.runtime.evaluation.evaluator import evaluate_model
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.evaluation.metrics import retrieval_metrics
from samesong.runtime.inference.bundle import ModelBundle

NEAREST = (1, 3, 5, 8)
WEIGHTS = (0.25, 0.5, 0.75, 1.0)
FOLDS = 5

#: What a choice must gain in mAP over no correction to be taken.
MARGIN = 0.005

Floats = NDArray[np.float64]
Rule = tuple[int, float]
File = click.Path(exists=True, dir_okay=False, path_type=Path)


def correct_all(
    scores: Floats, works: NDArray[np.str_], cohort: NDArray[np.intp], rule: Rule
) -> Floats:
    """Correct each query's evidence by the hubness that its catalog has without the query.

    Parameters
    ----------
    scores : ndarray, shape (n, n), float64
        Evidence of each recording as query (row) with each as reference.
    works : ndarray, shape (n,), str
        Work of each recording.
    cohort : ndarray, shape (m,), int
        Indices of the recordings that hubness is measured on.
    rule : (int, float)
        Best evidences that are averaged, and the share that is taken off.

    Returns
    -------
    ndarray, shape (n, n), float64
        Corrected evidence.
    """
    nearest, weight = rule
    both = (scores + scores.T) / 2
    rows = []
    for query, row in enumerate(scores):
        members = cohort[cohort != query]
        hubs = hubness(both[:, members], list(works), list(works[members]), nearest)
        rows.append(corrected(row, hubs, weight))
    return np.stack(rows)


def figures(
    scores: Floats, works: NDArray[np.str_], kinds: NDArray[np.str_], queries: NDArray[np.bool_]
) -> tuple[float, float, float, float]:
    """Return mAP and top-1 of some queries against all others, and live to studio.

    Parameters
    ----------
    scores : ndarray, shape (n, n), float64
        Evidence.
    works, kinds : ndarray, shape (n,), str
        Work and kind of each recording.
    queries : ndarray, shape (n,), bool
        The recordings to ask with.

    Returns
    -------
    tuple of float
        mAP and top-1, all against all, then live to studio; NaN where no query counts.
    """
    found = []
    everything = np.ones(len(works), np.bool_)
    for rows, columns in (
        (queries, everything),
        (queries & (kinds == "live"), kinds == "studio"),
    ):
        between = np.ix_(rows, columns)
        relevant = (works[:, None] == works)[between]
        values = retrieval_metrics(
            scores[between], relevant, ~np.eye(len(works), dtype=np.bool_)[between]
        ).values
        found += [values[name].value if values else np.nan for name in ("mAP", "top1")]
    return found[0], found[1], found[2], found[3]


def cross_validate(
    by_rule: dict[Rule, Floats], measure: Callable[[Floats, NDArray[np.bool_]], float], fold: Floats
) -> tuple[Floats, list[Rule]]:
    """Choose a rule for each fold of works on the others.

    Parameters
    ----------
    by_rule : dict of (int, float) to ndarray, shape (n, n), float64
        Evidence corrected by each rule; that of weight 0 is not corrected.
    measure : callable
        Gives the mAP of some queries.
    fold : ndarray, shape (n,), float64
        Fold of each recording.

    Returns
    -------
    scores : ndarray, shape (n, n), float64
        Each query's evidence as corrected by the rule of its fold.
    chosen : list of (int, float)
        The rule of each fold.
    """
    plain = next(rule for rule in by_rule if rule[1] == 0)
    scores, chosen = by_rule[plain].copy(), []
    for number in range(FOLDS):
        mine = fold == number
        gained = {rule: measure(made, ~mine) for rule, made in by_rule.items()}
        best = max(gained, key=lambda rule: gained[rule])
        if gained[best] < gained[plain] + MARGIN:
            best = plain
        scores[mine] = by_rule[best][mine]
        chosen.append(best)
    return scores, chosen


@click.command()
@click.argument("recordings", type=File)
@click.option("--model", default="harmonic", show_default=True)
@click.option("--cohort", "size", default=100, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", default=1, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file to keep evidence in.")
def main(recordings: Path, model: str, size: int, seed: int, keep: Path | None) -> None:
    """Measure the correction for hubs on the RECORDINGS that a CSV lists."""
    entries = read_listed_recordings(recordings)
    works = np.array([entry.work_id for entry in entries])
    kinds = np.array([entry.kind for entry in entries])
    if keep is not None and keep.exists():
        with np.load(keep) as kept:
            scores = kept["scores"]
    else:
        evaluation = evaluate_model(recordings, ModelBundle.load(model))
        if evaluation.failures:
            raise click.ClickException(evaluation.failures[0][1])
        scores = evaluation.trials[0].scores
        if keep is not None:
            np.savez(keep, scores=scores)
    rng = np.random.default_rng(seed)
    cohort = np.sort(rng.permutation(len(works))[:size])
    rules = [(1, 0.0), *((nearest, weight) for nearest in NEAREST for weight in WEIGHTS)]
    by_rule = {rule: correct_all(scores, works, cohort, rule) for rule in rules}
    everyone = np.ones(len(works), np.bool_)

    def line(name: str, made: Floats) -> str:
        values = figures(made, works, kinds, everyone)
        return f"{name:24} " + "  ".join(f"{value:.3f}" for value in values)

    click.echo(f"{len(works)} recordings, {len(set(works))} works, a cohort of {len(cohort)}")
    click.echo(f"{'':24} mAP    top1   live: mAP, top1")
    for rule, made in by_rule.items():
        click.echo(line("none" if not rule[1] else f"best {rule[0]}, weight {rule[1]}", made))
    fold_of = dict(zip(dict.fromkeys(works), rng.permutation(len(set(works))) % FOLDS, strict=True))
    made, chosen = cross_validate(
        by_rule,
        lambda made, queries: figures(made, works, kinds, queries)[0],
        np.array([fold_of[work] for work in works], float),
    )
    click.echo(line("cross-validated", made))
    click.echo(f"chosen in each fold: {chosen}")


if __name__ == "__main__":
    main()
