"""What one method says of every live recording of a set against every studio track of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
from live_set import KEY_DEGREES, TEMPO_DEGREES, Live, LiveSet
from numpy.typing import NDArray

from samesong.runtime.evaluation.metrics import RetrievalMetrics, retrieval_metrics

#: Folder of a set that score tables are kept in.
SCORES = "scores"


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Scores of a method, and what they cost.

    Attributes
    ----------
    method
        Name of the model, or of another program.
    scores
        (n_live, n_studio) float32 in the order of the set; higher is more alike.
    track_seconds, query_seconds
        CPU time of taking in a minute of a studio track, and of ranking all tracks for a query.
    megabytes
        Size of the model; 0 where there is none.
    """

    method: str
    scores: NDArray[np.float32]
    track_seconds: float
    query_seconds: float
    megabytes: float

    def save(self, folder: Path) -> None:
        """Keep it with the set in `folder`."""
        path = folder / SCORES / f"{self.method}.npz"
        path.parent.mkdir(exist_ok=True)
        np.savez_compressed(path, **vars(self))

    @classmethod
    def load(cls, folder: Path, method: str) -> "ScoreTable":
        """Load what was kept with the set in `folder`."""
        path = folder / SCORES / f"{method}.npz"
        if not path.is_file():
            raise click.UsageError(
                f"{path} is missing: 'python benchmarks/variants.py {folder}' makes those of "
                "models, qmax.py that of Essentia"
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
    """Return which track (column) is the work of which live recording (row)."""
    works = np.array([track.work_id for track in live_set.studio])
    return np.array([query.work_id for query in live_set.live])[:, None] == works


def degrees(live: Sequence[Live]) -> dict[str, NDArray[np.bool_]]:
    """Return which live recordings are of which degree of change, by a name for each degree."""
    keys = np.array([abs(round(query.transpose)) for query in live])
    tempos = np.array([abs(query.tempo - 1) for query in live])
    named = {"all": np.ones(len(live), np.bool_)}
    named["key as it was"] = keys == 0
    for low, high in pairwise(KEY_DEGREES):
        named[f"key ±{low + 1} to ±{high}"] = (keys > low) & (keys <= high)
    for low, high in pairwise((0.0, *TEMPO_DEGREES)):
        name = f"tempo {100 * low:.0f} to {100 * high:.0f} % off"
        named[name] = (tempos >= low) & (tempos < high)
    return named


def metrics_by_degree(live_set: LiveSet, table: ScoreTable) -> dict[str, RetrievalMetrics]:
    """Measure a method on all live recordings, and on those of each degree of change."""
    relevant = relevance(live_set)
    return {
        name: retrieval_metrics(table.scores[members], relevant[members])
        for name, members in degrees(live_set.live).items()
        if members.any()
    }
