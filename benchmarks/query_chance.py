"""Measure whether what a query shares with wrong works tells how much evidence it takes.

Evidence for the best work, less a share of the mean evidence for those behind it, decides whether a
query is accepted. Each query is asked for among the recordings of a list of
``benchmarks/matching_trials.py``, and once more without its work.
"""

from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
from markdown import table
from numpy.typing import NDArray
from pooling import Pairs, compare

from samesong.runtime.identification.works import work_evidence
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
FALSE = (0.01, 0.02, 0.03, 0.05, 0.1)

#: Works behind the best one whose evidence shows what chance reaches.
BEHIND = 8

Floats = NDArray[np.float64]
File = click.Path(exists=True, dir_okay=False, path_type=Path)


def best_and_chance(evidence: Floats, works: NDArray[np.str_]) -> tuple[str, float, float]:
    """Return the best work of a query, its evidence, and what chance reaches.

    Parameters
    ----------
    evidence : ndarray, shape (n,), float64
        For recordings.
    works : ndarray, shape (n,), str
        The work of each; at least two differ.

    Returns
    -------
    work : str
        The one with the most evidence.
    best, chance : float
        Its log-odds, and the mean of those of the next `BEHIND`.
    """
    recordings = {str(number): float(odds) for number, odds in enumerate(evidence)}
    found = work_evidence(recordings, {name: str(works[int(name)]) for name in recordings})
    first, *behind = sorted(found, key=lambda work: -found[work])
    return first, found[first], float(np.mean([found[work] for work in behind[:BEHIND]]))


def accepted(pairs: Pairs, scores: Floats, share: float, *, live: bool) -> Iterator[float]:
    """Yield the share of queries that are accepted rightly, for each share of false accepts.

    Parameters
    ----------
    pairs : Pairs
        Of which the works and kinds are used.
    scores : ndarray, shape (n, n), float64
        Evidence of all pairs of recordings, a row for each query.
    share : float
        Of what chance reaches, to be taken from the evidence.
    live : bool
        True for live queries among studio recordings, False for all among all.

    Yields
    ------
    float
        One for each of `FALSE`.
    """
    works = pairs.works
    right, wrong = [], []
    for row in np.flatnonzero((pairs.kinds == "live") | (not live)):
        there = (np.arange(len(works)) != row) & ((pairs.kinds == "studio") | (not live))
        missing = there & (works != works[row])
        _, best, chance = best_and_chance(scores[row, missing], works[missing])
        wrong.append(best - share * chance)
        if missing.sum() < there.sum():
            first, best, chance = best_and_chance(scores[row, there], works[there])
            right.append(best - share * chance if first == works[row] else -np.inf)
    for rate in FALSE:
        bar = np.sort(wrong)[::-1][int(rate * len(wrong))]
        yield float((np.array(right) > bar).mean())


@click.command()
@click.argument("recordings", type=File)
@click.option("--model", default=DEFAULT_MODEL, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file of benchmarks/pooling.py.")
def main(recordings: Path, model: str, keep: Path | None) -> None:
    """Accept the RECORDINGS that a CSV lists by their evidence less a share of chance."""
    pairs = compare(recordings, model, keep)
    scores = pairs.at(ModelBundle.load(model).fitted.pooling.temperature).before
    for live in (False, True):
        click.echo("live among studio" if live else "all among all")
        rows = [
            [f"{share:g}", *(f"{one:.3f}" for one in accepted(pairs, scores, share, live=live))]
            for share in SHARES
        ]
        click.echo(table(["share", *(f"accepted at {100 * one:g} %" for one in FALSE)], rows))


if __name__ == "__main__":
    main()
