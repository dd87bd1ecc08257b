"""Evidence for all pairs of recordings, at their own tempos and at those of their alignments."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.identification.merging import WindowEvidence
from samesong.runtime.identification.scoring import track_evidence
from samesong.runtime.identification.shortlist import finalists
from samesong.runtime.identification.tempo_evidence import TempoEvidence
from samesong.runtime.identification.works import work_evidence
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.query import Query
from samesong.runtime.inference.segmentation import REFERENCE_HOP, cover
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TempoPairs:
    """Evidence of queries for recordings.

    Attributes
    ----------
    own, again : ndarray, shape (n_queries, n_recordings), float64
        Log-odds at the query's own tempo, and as they are once it is scored at that of the
        alignment as well.
    queries : ndarray, shape (n_queries,), int64
        The recording that each query is, whole or in part.
    whole : ndarray, shape (n_queries,), bool
        False for a single window of a recording that has several.
    works, kinds : ndarray, shape (n_recordings,), str
        Work and kind of each recording.
    """

    own: Floats
    again: Floats
    queries: NDArray[np.int64]
    whole: NDArray[np.bool_]
    works: NDArray[np.str_]
    kinds: NDArray[np.str_]

    def among(self, query: int, recordings: Sequence[int], works: int) -> dict[str, float]:
        """Return the evidence for works, as identification finds it.

        Parameters
        ----------
        query : int
            The query.
        recordings : sequence of int
            Those that it is compared with.
        works : int
            Best works that are scored again.

        Returns
        -------
        dict of str to float
            Log-odds of each work.
        """
        evidence = {str(one): float(self.own[query, one]) for one in recordings}
        names = {name: str(self.works[int(name)]) for name in evidence}
        for name in finalists(evidence, names, works):
            evidence[name] = float(self.again[query, int(name)])
        return work_evidence(evidence, names)


def compare(path: Path, model: str) -> TempoPairs:
    """Compare the recordings of a list, whole ones and single windows of them.

    Parameters
    ----------
    path : Path
        The list.
    model : str
        Name or folder of the model.

    Returns
    -------
    TempoPairs
        The evidence.
    """
    bundle = ModelBundle.load(model)
    analyser, scorer = Analyser(bundle), Scorer(bundle)
    listed = read_listed_recordings(path)
    recordings = [analyser.query(one.path, REFERENCE_HOP) for one in listed]
    again = _Again(bundle, scorer, [one.windows for one in recordings])
    own, moved, queries, whole = [], [], [], []
    for number, recording in enumerate(recordings):
        windows = cover(recording.windows)
        evidence = again.evidence(windows)
        every = slice(None)
        parts = [slice(row, row + 1) for row in range(len(windows))] if len(windows) > 1 else []
        for part in (every, *parts):
            before, after = again(Query(windows[part], recording.at_tempo), evidence[part])
            own.append(before)
            moved.append(after)
            queries.append(number)
            whole.append(part is every)
    return TempoPairs(
        np.array(own),
        again=np.array(moved),
        queries=np.array(queries),
        whole=np.array(whole),
        works=np.array([one.work_id for one in listed]),
        kinds=np.array([one.kind for one in listed]),
    )


class _Again:
    """Scores queries with all recordings, twice."""

    def __init__(
        self, bundle: ModelBundle, scorer: Scorer, recordings: Sequence[Sequence[Window]]
    ) -> None:
        self._windows = [window for windows in recordings for window in windows]
        self._names = [str(at) for at, windows in enumerate(recordings) for _ in windows]
        self._scorer = scorer
        self._temperature = bundle.fitted.pooling.temperature
        self._score = None
        if bundle.fitted.tempo is not None:
            every = bundle.fitted.tempo.model_copy(update={"works": len(recordings)})
            self._score = TempoEvidence(scorer, every, self._temperature)

    def evidence(self, windows: Sequence[Window]) -> Floats:
        return self._scorer.matrix(windows, self._windows)

    def __call__(self, query: Query, evidence: Floats) -> tuple[list[float], list[float]]:
        keys = list(range(len(self._windows)))
        pairs = WindowEvidence(self._names, keys, evidence)
        tracks = track_evidence(query.windows, pairs, self._temperature)
        before = [one.evidence for _, one in sorted(tracks.items(), key=lambda at: int(at[0]))]
        if self._score is None or query.at_tempo is None:
            return before, before
        each = {name: name for name in tracks}  # a work of its own, so that all are scored
        after = self._score(query.windows, query.at_tempo, tracks, each, self._read)
        return before, [after[str(at)].evidence for at in range(len(before))]

    def _read(self, keys: Sequence[int]) -> dict[int, Window]:
        return {key: self._windows[key] for key in keys}
