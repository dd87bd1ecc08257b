"""The first stage of a search: candidates for each window of a query."""

import logging
from collections.abc import Collection
from concurrent.futures import Executor
from dataclasses import replace
from threading import Lock

from samesong.runtime.catalog.interface import IndexState, ReferenceWindows
from samesong.runtime.identification.candidates import CANDIDATES, CandidateSearch
from samesong.runtime.identification.retrieval import Retrieval
from samesong.runtime.inference.fitted import Fitted

LARGE = 100_000
"""Windows that take seconds to read: so many should be in an index."""

_LOG = logging.getLogger(__name__)


class CandidateStage:
    """First stage of a search: candidates for each window of a query.

    Parameters
    ----------
    catalog : ReferenceWindows
        Where to search, as it is now.
    fitted : Fitted
        Of the catalog's model.
    pool : Executor
        Threads to search on.
    count : int, optional
        Candidates for each of the query's windows.
    large : int, optional
        Windows in no index from which a warning says that the first search is slow.
    """

    def __init__(
        self,
        catalog: ReferenceWindows,
        fitted: Fitted,
        pool: Executor,
        *,
        count: int = CANDIDATES,
        large: int = LARGE,
    ) -> None:
        self._catalog = catalog
        self._fitted = fitted
        self._pool = pool
        self._count = count
        self._large = large
        self._search: CandidateSearch | None = None
        self._making = Lock()

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
            search = self._made()
            candidates = search.find_all(found.queries, self._count)
        state = self._catalog.index
        trace.search, trace.index, trace.unindexed = "candidates", state.kind, state.n_unindexed
        trace.candidates = len({key for one in candidates for key in one.keys})
        return replace(found, candidates=candidates)

    def keys_of(self, track_ids: Collection[str]) -> list[int] | None:
        """Return the keys of all windows of some tracks, if a search was made before.

        Parameters
        ----------
        track_ids : collection of str
            The tracks.

        Returns
        -------
        list of int or None
            As of `CandidateSearch.keys_of`; None before the first search, since to make one the
            whole index is read.
        """
        return None if self._search is None else self._search.keys_of(track_ids)

    def _made(self) -> CandidateSearch:
        with self._making:  # one for all threads
            if self._search is None:
                _warn(self._catalog.index, self._large)
                self._search = CandidateSearch(self._catalog, self._fitted, self._pool)
            return self._search


def _warn(state: IndexState, large: int) -> None:
    """Log what makes the first search slow, if anything does."""
    if state.kind == "broken":
        reason = f"the index of the catalog is damaged ({state.problem})"
    elif state.kind != "chosen" and state.n_unindexed >= large:  # an index would not help
        reason = f"{state.n_unindexed} windows are in no index"
    else:
        return
    _LOG.warning("%s: they are read first; 'samesong catalog optimize' makes an index", reason)
