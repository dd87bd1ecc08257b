"""Every recording of a list against every other, scored as identification scores them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from samesong.features.progress import OnProgress, Progress, ignore
from samesong.runtime.identification.merging import WindowEvidence
from samesong.runtime.identification.retrieval import TrackEvidence
from samesong.runtime.identification.scoring import track_evidence
from samesong.runtime.identification.tempo_evidence import TempoEvidence
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.inference.query import Query
from samesong.runtime.inference.segmentation import cover
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

Scores = NDArray[np.float64]


class AllPairs:
    """The evidence of each recording as query (row) with each as reference (column).

    Parameters
    ----------
    recordings : sequence of Query
        The windows of each (at least one), as `Analyser.query` makes them with the hop of
        references. As a query, a recording takes part with as few of them as cover it.
    scorer : Scorer
        Of the model that made the windows.
    fitted : Fitted
        Of that model.
    progress : callable, optional
        Called after each recording.

    Attributes
    ----------
    scores : ndarray
        (n, n) float64: log-odds, pooled over the windows of both, each at its own tempo.
    """

    def __init__(
        self,
        recordings: Sequence[Query],
        scorer: Scorer,
        fitted: Fitted,
        progress: OnProgress = ignore,
    ) -> None:
        self._queries = [replace(one, windows=cover(one.windows)) for one in recordings]
        self._references = [window for one in recordings for window in one.windows]
        self._progress = progress
        temperature = fitted.pooling.temperature
        self._tempo: TempoEvidence | None = None
        if fitted.tempo is not None:
            self._tempo = TempoEvidence(scorer, fitted.tempo, temperature)
        track_ids = [_name(i) for i, one in enumerate(recordings) for _ in one.windows]
        keys = range(len(track_ids))
        self._found: list[Mapping[str, TrackEvidence]] = []
        for done, query in enumerate(self._queries):
            progress(Progress("score", done, len(recordings)))
            table = scorer.matrix(query.windows, self._references)
            evidence = WindowEvidence(track_ids, keys, table)
            self._found.append(track_evidence(query.windows, evidence, temperature))
        progress(Progress("score", len(recordings), len(recordings)))
        self.scores: Scores = np.array(
            [[one.evidence for one in row.values()] for row in self._found]
        )

    def among(
        self, rows: Collection[int], columns: Collection[int], work_ids: Sequence[str]
    ) -> Scores:
        """Return the evidence of queries as they are identified in a catalog of some recordings.

        Parameters
        ----------
        rows, columns : collection of int
            The queries, and the recordings; a query's own is left out of its catalog.
        work_ids : sequence of str
            The work of each of all recordings.

        Returns
        -------
        ndarray
            (n_rows, n_columns) float64: `scores`, those of the best works at their tempos.
        """
        scores = self.scores[np.ix_(list(rows), list(columns))]
        if self._tempo is None:
            return scores
        for done, (row, kept) in enumerate(zip(rows, scores, strict=True)):
            self._progress(Progress("tempo", done, len(rows)))
            found, query = self._found[row], self._queries[row]
            assert query.at_tempo is not None  # its model has other tempos
            works = {_name(column): work_ids[column] for column in columns if column != row}
            tracks = self._tempo(query.windows, query.at_tempo, found, works, self._read)
            kept[:] = [tracks[_name(column)].evidence for column in columns]
        self._progress(Progress("tempo", len(rows), len(rows)))
        return scores

    def _read(self, keys: Sequence[int]) -> dict[int, Window]:
        return {key: self._references[key] for key in keys}


def _name(recording: int) -> str:
    return f"{recording:08}"  # in the order of numbers
