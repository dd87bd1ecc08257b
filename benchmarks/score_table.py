"""Scores of one method for all live recordings of a set against all its studio tracks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
from live_set import KEY_DEGREES, TEMPO_DEGREES, Live, LiveSet
from numpy.typing import NDArray

from samesong.runtime.evaluation.metrics import RetrievalMetrics, retrieval_metrics

#: Folder of the score tables in a set.
SCORES = "scores"


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Scores of a method, and their cost.

    Attributes
    ----------
    method : str
        Name of the model, or of another program.
    scores : numpy.ndarray, shape (n_live, n_studio), float32
        Scores in the order of the set; higher is more similar.
    track_seconds : float
        CPU time of indexing a minute of a studio track.
    query_seconds : float
        CPU time of ranking all tracks for a query.
    megabytes : float
        Size of the model; 0 for other programs.
    """

    method: str
    scores: NDArray[np.float32]
    track_seconds: float
    query_seconds: float
    megabytes: float

    def save(self, folder: Path) -> None:
        """Save the table in a set.

        Parameters
        ----------
        folder : Path
            Folder of the set.
        """
        path = folder / SCORES / f"{self.method}.npz"
        path.parent.mkdir(exist_ok=True)
        np.savez_compressed(path, **vars(self))

    @classmethod
    def load(cls, folder: Path, method: str) -> "ScoreTable":
        """Load a table that `save` wrote.

        Parameters
        ----------
        folder : Path
            Folder of the set.
        method : str
            Name of the method.

        Returns
        -------
        ScoreTable
            The table.

        Raises
        ------
        click.UsageError
            If the table is missing.
        """
        path = folder / SCORES / f"{method}.npz"
        if not path.is_file():
            raise click.UsageError(
                f"{path} is missing: run 'python benchmarks/variants.py {folder}' for models, or "
                "qmax.py for Essentia"
            )
        with np.load(path) as file:
            return cls(
                str(file["method"]),
                file["scores"],
                float(file["track_seconds"]),
                float(file["query_seconds"]),
                float(file["megabytes"]),
            )


def relevance(live_set: LiveSet) -> NDArray[np.bool_]:
    """Return which tracks are of the work of each live recording.

    Parameters
    ----------
    live_set : LiveSet
        The set.

    Returns
    -------
    numpy.ndarray, shape (n_live, n_studio), bool
        True where a track (column) has the work of a live recording (row).
    """
    works = np.array([track.work_id for track in live_set.studio])
    return np.asarray(np.array([query.work_id for query in live_set.live])[:, None] == works)


def degrees(live: Sequence[Live]) -> dict[str, NDArray[np.bool_]]:
    """Group live recordings by their degree of change in key and tempo.

    Parameters
    ----------
    live : sequence of Live
        The live recordings.

    Returns
    -------
    dict of str to numpy.ndarray, shape (n_live,), bool
        Members by name of the degree; ``all`` has all of them.
    """
    keys = np.array([abs(round(query.transpose)) for query in live])
    tempos = np.array([abs(query.tempo - 1) for query in live])
    named = {"all": np.ones(len(live), np.bool_)}
    named["same key"] = keys == 0
    for low, high in pairwise(KEY_DEGREES):
        named[f"key ±{low + 1} to ±{high}"] = (keys > low) & (keys <= high)
    for least, most in pairwise((0.0, *TEMPO_DEGREES)):
        name = f"tempo {100 * least:.0f} to {100 * most:.0f} % off"
        named[name] = (tempos >= least) & (tempos < most)
    return named


def metrics_by_degree(live_set: LiveSet, table: ScoreTable) -> dict[str, RetrievalMetrics]:
    """Measure a method on all live recordings, and on those of each degree of change.

    Parameters
    ----------
    live_set : LiveSet
        The set.
    table : ScoreTable
        Scores of the method.

    Returns
    -------
    dict of str to RetrievalMetrics
        Metrics by degree, without empty ones.
    """
    relevant = relevance(live_set)
    return {
        name: retrieval_metrics(table.scores[members], relevant[members])
        for name, members in degrees(live_set.live).items()
        if members.any()
    }
