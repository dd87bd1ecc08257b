"""Measure temperatures of the soft mean over the pairs of windows of two recordings.

``benchmarks/matching_trials.py OUT --seconds 290`` makes recordings of several windows to measure
them by. Each query is asked for among the recordings of the list, and once more without its work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from kept_evidence import kept
from markdown import table
from numpy.typing import NDArray
from tempo_rescoring import Trials

from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.segmentation import REFERENCE_HOP, cover
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer

TEMPERATURES = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
FIGURES = ("mAP", "top-1", "named", "accepted", "wrongly", "false", "loss")

Floats = NDArray[np.float64]
File = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Pairs:
    """Evidence of all pairs of windows.

    Attributes
    ----------
    evidence : ndarray, shape (n_query_windows, n_reference_windows), float64
        Log-odds, the windows of each recording side by side.
    queries, references : ndarray, shape (n,), int64
        Windows of each recording as a query, which overlap less, and as a reference.
    works, kinds : ndarray, shape (n,), str
        Work and kind of each recording.
    """

    evidence: Floats
    queries: NDArray[np.int64]
    references: NDArray[np.int64]
    works: NDArray[np.str_]
    kinds: NDArray[np.str_]

    def at(self, temperature: float) -> Trials:
        """Return the evidence of all pairs of recordings at a temperature.

        Parameters
        ----------
        temperature : float
            Above 0.

        Returns
        -------
        Trials
            Of which nothing is scored again.
        """
        firsts = np.cumsum(self.references) - self.references
        rows = np.split(self.evidence, np.cumsum(self.queries)[:-1])
        scores = np.array([pooled(row, firsts, temperature) for row in rows])
        nothing = np.full(scores.shape, np.nan)
        return Trials(scores, nothing, nothing, self.works, self.kinds)


def compare(path: Path, model: str) -> Pairs:
    """Compare the recordings of a list, each with all its windows.

    Parameters
    ----------
    path : Path
        The list.
    model : str
        Name or folder of the model.

    Returns
    -------
    Pairs
        The evidence.
    """
    bundle = ModelBundle.load(model)
    analyser, scorer = Analyser(bundle), Scorer(bundle)
    listed = read_listed_recordings(path)
    references = [analyser.recording(one.path, REFERENCE_HOP) for one in listed]
    queries = [cover(windows) for windows in references]
    every = [window for windows in references for window in windows]
    return Pairs(
        np.concatenate([scorer.matrix(windows, every) for windows in queries]),
        queries=np.array([len(windows) for windows in queries]),
        references=np.array([len(windows) for windows in references]),
        works=np.array([one.work_id for one in listed]),
        kinds=np.array([one.kind for one in listed]),
    )


@click.command()
@click.argument("recordings", type=File)
@click.option("--model", default=DEFAULT_MODEL, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="NPZ file to keep the evidence in.")
def main(recordings: Path, model: str, keep: Path | None) -> None:
    """Rank the RECORDINGS that a CSV lists, all their windows pooled at several temperatures."""
    pairs = kept(keep, Pairs, lambda: compare(recordings, model))
    posterior = ModelBundle.load(model).fitted.posterior
    for live in (False, True):
        rows: list[Sequence[str]] = []
        for temperature in TEMPERATURES:
            trials = pairs.at(temperature)
            found = trials.figures(trials.as_it_is, posterior, live=live)
            rows.append([f"{temperature:g}", *(f"{found[name].mean():.3f}" for name in FIGURES)])
        click.echo("live among studio" if live else "all among all")
        click.echo(table(["temperature", *FIGURES], rows))


if __name__ == "__main__":
    main()
