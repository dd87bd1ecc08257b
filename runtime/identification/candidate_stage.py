"""The first stage of a search: candidates for each window of a query."""

from dataclasses import replace
from threading import Lock

from samesong.runtime.identification.candidates import CANDIDATES, CandidateSearch
from samesong.runtime.identification.retrieval import Retrieval
from samesong.runtime.identification.shards import Shards


class CandidateStage:
    """First stage of a search: candidates for each window of a query.

    Parameters
    ----------
    count : int, optional
        Candidates for each of the query's windows.
    """

    def __init__(self, *, count: int = CANDIDATES) -> None:
        self._count = count
        self._search: CandidateSearch | None = None
        self._surveying = Lock()

    def __call__(self, found: Retrieval, /) -> Retrieval:
        """Add the candidates.

        Parameters
        ----------
        found : Retrieval
            The query.

        Returns
        -------
        Retrieval
            With `candidates`.
        """
        trace = found.trace
        with trace.time("candidates"):
            search = self._of(found.shards)
            candidates = search.find_all(found.queries, self._count)
        state = search.survey.index
        trace.search, trace.index, trace.unindexed = "candidates", state.kind, state.n_unindexed
        trace.candidates = len({key for one in candidates for key in one.keys})
        return replace(found, candidates=candidates)

    def _of(self, shards: Shards) -> CandidateSearch:
        with self._surveying:  # once for all threads
            if self._search is None or self._search.shards is not shards:
                search = CandidateSearch(shards)
                _ = search.survey
                self._search = search
            return self._search
