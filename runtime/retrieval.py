"""Which windows of a catalog are most like those of a query: every track's best pair."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any, Literal

from samesong.features.errors import MismatchError
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.candidates import CANDIDATES, CandidateSearch, Way
from samesong.runtime.recording import Window
from samesong.runtime.references import ReferenceCatalog, StoredWindow
from samesong.runtime.scorer import Scorer
from samesong.runtime.session import Device

EXHAUSTIVE = 512
"""Windows of a catalog up to which a query is compared with all: candidates save less than half."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Pair:
    """A query's window and a track's, and how surely they are the same song.

    Attributes
    ----------
    score
        Probability that they are, 0 to 1.
    query
        The query's window.
    reference_start
        Where the track's window begins, in seconds.
    reference_key
        What the catalog's `read` knows the track's window by.
    """

    score: float
    query: Window
    reference_start: float
    reference_key: int


@dataclass
class Trace:
    """What a search did.

    Attributes
    ----------
    windows
        In the catalog.
    search
        How the windows to compare with were found: ``"exhaustive"`` (all of them), or candidates
        by `CandidateSearch.way`.
    index
        ``"ready"``, ``"none"`` or ``"broken"``; None where nobody looked.
    unindexed
        Windows that are not in the index yet; they are searched one by one.
    candidates
        Different windows of the catalog that were compared.
    pairs
        Pairs of windows that were scored.
    milliseconds
        What each stage took.
    """

    windows: int
    search: Literal["exhaustive"] | Way = "exhaustive"
    index: str | None = None
    unindexed: int = 0
    candidates: int = 0
    pairs: int = 0
    milliseconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time that the block takes to a stage."""
        began = perf_counter()
        try:
            yield
        finally:
            spent = 1000 * (perf_counter() - began)
            self.milliseconds[stage] = self.milliseconds.get(stage, 0.0) + spent

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``identify --explain --json`` prints it."""
        rounded = {stage: round(time, 2) for stage, time in self.milliseconds.items()}
        return {**asdict(self), "milliseconds": rounded}


class Retriever:
    """Compares windows of a query with those of a catalog that may be the same song.

    Parameters
    ----------
    bundle
        The model that the catalog was made with.
    catalog
        Its tracks and windows.
    device, threads
        As `samesong.runtime.session.Session` takes them; so are the errors raised.
    candidates
        Windows to compare with each window of a query.

    Raises
    ------
    MismatchError
        If the catalog was made with another model.
    CatalogError
        If the catalog cannot be read.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        catalog: ReferenceCatalog,
        device: Device = "cpu",
        *,
        threads: int | None = None,
        candidates: int = CANDIDATES,
    ) -> None:
        if catalog.fingerprint != bundle.fingerprint:
            raise MismatchError(
                f"the catalog was made with model {catalog.fingerprint}, but model "
                f"{bundle.manifest.name!r} is {bundle.fingerprint}: use the model that the catalog "
                "was made with, or index the recordings again"
            )
        self._catalog = catalog
        self._scorer = Scorer(bundle, device, threads=threads)
        self._candidates = candidates
        self._search: CandidateSearch | None = None

    def best_pairs(self, queries: Sequence[Window]) -> dict[str, Pair]:
        """Return the best pair of windows of each track that was compared, by track_id.

        Parameters
        ----------
        queries
            Windows of one recording, of any lengths.
        """
        return self.search(queries)[0]

    def search(
        self, queries: Sequence[Window], *, exhaustive: bool = False
    ) -> tuple[dict[str, Pair], Trace]:
        """Return what `best_pairs` does, and what was done for it.

        Parameters
        ----------
        queries
            Windows of one recording, of any lengths.
        exhaustive
            Compare with all windows of the catalog, however many.
        """
        trace = Trace(self._catalog.n_windows)
        best: dict[str, Pair] = {}
        if exhaustive or trace.windows <= max(EXHAUSTIVE, self._candidates):
            trace.candidates = trace.windows
            for stored in self._catalog.iter_windows():
                self._compare(queries, stored, best, trace)
            return best, trace
        compared: set[int] = set()
        for query in queries:
            with trace.time("candidates"):
                keys = self._find(query, trace)
            compared.update(keys)
            with trace.time("read"):
                stored = self._catalog.read(keys)
            self._compare([query], stored, best, trace)
        trace.candidates = len(compared)
        return best, trace

    def _find(self, query: Window, trace: Trace) -> list[int]:
        if self._search is None:
            self._search = CandidateSearch(self._catalog)
            if self._search.way == "blocks":
                _warn(self._catalog)
        trace.search = self._search.way
        if trace.search != "memory":
            state = self._catalog.index
            trace.index, trace.unindexed = state.kind, state.n_unindexed
        return self._search.find(query, self._candidates)

    def _compare(
        self,
        queries: Sequence[Window],
        references: Sequence[StoredWindow],
        best: dict[str, Pair],
        trace: Trace,
    ) -> None:
        """Score all pairs, and keep each track's best one. Whatever ranks tracks belongs here."""
        with trace.time("score"):
            scores = self._scorer.matrix(queries, [stored.window for stored in references])
        trace.pairs += scores.size
        for stored, column in zip(references, scores.T, strict=True):
            index = int(column.argmax())
            pair = Pair(float(column[index]), queries[index], stored.window.start, stored.key)
            known = best.get(stored.track_id)
            if known is None or pair.score > known.score:
                best[stored.track_id] = pair


def _warn(catalog: ReferenceCatalog) -> None:
    """Say that there is no index to search by, which is right all the same, but slow."""
    state = catalog.index
    reason = f"is damaged ({state.problem})" if state.kind == "broken" else "is missing"
    _LOG.warning(
        "the index of the catalog %s: its windows are searched one by one meanwhile, which is "
        "slow; run 'samesong catalog optimize' to build it anew",
        reason,
    )
