"""Recall and latency of searches of one catalog."""

from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

from samesong.runtime.bench.exhaustive import ExhaustiveSearches
from samesong.runtime.bench.machine import resident_mb
from samesong.runtime.bench.plan import Plan, StageProgress
from samesong.runtime.bench.queries import Query
from samesong.runtime.bench.report import Case, Key, Row
from samesong.runtime.bench.timing import Stopwatch
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.posterior import posteriors
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.representation.window import Window

_FRESH_QUERIES = 4
"""Number of queries that a fresh process answers."""

EXHAUSTIVE = "exhaustive"

Item = TypeVar("Item")


@dataclass(frozen=True)
class Measurement:
    """Measurement of a catalog at one size.

    Attributes
    ----------
    location : Path
        Folder of the catalog.
    bundle : ModelBundle
        The model.
    plan : Plan
        Settings.
    size : int
        Size in windows, as the report names it.
    progress : callable
        Called with a stage, the number of finished steps, and of all steps.
    """

    location: Path
    bundle: ModelBundle
    plan: Plan
    size: int
    progress: StageProgress

    def cases(self) -> list[Key]:
        """Return the keys of all rows of this size."""
        return [row.key for row in (self._row(step, {}) for step in self._steps())]

    def rows(self, queries: Sequence[Query], missing: Container[Key]) -> Iterator[Row]:
        """Measure the missing rows, one after the other.

        Parameters
        ----------
        queries : sequence of Query
            All queries.
        missing : container of frozenset
            Keys of the rows to measure.

        Yields
        ------
        Row
            A measured row.
        """
        plan, watch = self.plan, Stopwatch[str]()
        with watch.lap("open"):
            catalog = Catalog(self.location, self.bundle)
            retriever = Retriever(self.bundle, catalog, plan.device, threads=plan.threads)
        retriever.search(queries[0].windows)  # warms up
        for step in self._steps():
            if self._row(step, {}).key not in missing:
                continue
            if step["step"] == "open":
                yield self._row(step, {**watch.times["open"].values(), **self._afresh(queries)})
            elif step["step"] == "search":
                group = [
                    q for q in queries if (q.kind, q.seconds) == (step["query"], step["seconds"])
                ]
                yield self._row(step, self._searched(catalog, retriever, group))
            elif step["step"] == "identify":
                files = [q.path for q in queries if q.path and q.seconds == step["seconds"]]
                yield self._row(step, self._identified(catalog, files))

    def _steps(self) -> Iterator[Case]:
        yield {"step": "build"}
        yield {"step": "open"}
        for kind, seconds in product(
            ["recorded", *["made"] * bool(self.plan.n_synthetic)], self.plan.seconds
        ):
            yield {"step": "search", "query": kind, "seconds": seconds}
        for seconds in self.plan.seconds:
            yield {"step": "identify", "seconds": seconds}

    def _row(self, case: Case, values: dict[str, float]) -> Row:
        return Row({"windows": self.size, **case}, values)

    def _searched(
        self, catalog: Catalog, retriever: Retriever, queries: Sequence[Query]
    ) -> dict[str, float]:
        exhaustive = None
        if self.size <= self.plan.exhaustive_up_to:
            # The catalog only grows, so an equal number of windows means the same windows.
            held = f"{catalog.identity}-{catalog.n_windows}"
            folder = self.location.with_name(EXHAUSTIVE) / held
            exhaustive = ExhaustiveSearches(retriever, folder)
        search = Search(retriever, len(catalog), exhaustive, self.bundle.fitted.posterior)
        for query in self._shown(
            queries, f"search with {queries[0].kind} {queries[0].seconds:g} s"
        ):
            search.run(query)
        return search.values()

    def _identified(self, catalog: Catalog, files: Sequence[Path]) -> dict[str, float]:
        plan, watch = self.plan, Stopwatch[str]()
        identifier = Identifier(self.bundle, catalog, plan.device, threads=plan.threads)
        for path in self._shown(files, "identify"):
            with watch.lap("identify"):
                identifier.identify(path)
        return watch.times["identify"].values()

    def _afresh(self, queries: Sequence[Query]) -> dict[str, float]:
        """Search in a process that has done nothing else before."""
        plan = self.plan
        windows = [query.windows for query in queries[:_FRESH_QUERIES]]
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(
                search_afresh, self.location, self.bundle, plan.device, plan.threads, windows
            ).result()

    def _shown(self, items: Sequence[Item], stage: str) -> Iterator[Item]:
        for done, item in enumerate(items, 1):
            yield item
            self.progress(f"{stage}, {self.size} windows", done, len(items))


def search_afresh(
    location: Path,
    bundle: ModelBundle,
    device: Device,
    threads: int | None,
    queries: Sequence[Sequence[Window]],
) -> dict[str, float]:
    """Open a catalog and search it.

    Parameters
    ----------
    location : Path
        Folder of the catalog.
    bundle : ModelBundle
        The model.
    device : str
        ``"cpu"`` or ``"cuda"``.
    threads : int or None
        Threads on the CPU; None is one per core.
    queries : sequence of sequence of Window
        Windows of each query.

    Returns
    -------
    dict of str to float
        ``first_search_ms`` of the first query, with opening and loading; and the result of
        `samesong.runtime.bench.machine.resident_mb` after all queries.
    """
    began = perf_counter()
    retriever = Retriever(bundle, Catalog(location, bundle), device, threads=threads)
    retriever.search(queries[0])
    first = 1e3 * (perf_counter() - began)
    for windows in queries[1:]:
        retriever.search(windows)
    return {"first_search_ms": first, **resident_mb()}


class Search:
    """Collects recall and latency over searches.

    Parameters
    ----------
    retriever : Retriever
        Searches the catalog.
    n_tracks : int
        Number of tracks in the catalog.
    exhaustive : ExhaustiveSearches or None
        Exhaustive search to compare with: whether the first track is the same (``agreement``), and
        whether the answer is, which may be none of the tracks (``agreement_answer``).
    posterior : PosteriorParameters
        Parameters of the retriever's model.
    """

    def __init__(
        self,
        retriever: Retriever,
        n_tracks: int,
        exhaustive: ExhaustiveSearches | None,
        posterior: PosteriorParameters,
    ) -> None:
        self._posterior = posterior
        self._retriever = retriever
        self._n_tracks = n_tracks
        self._exhaustive = exhaustive
        self._watch: Stopwatch[str] = Stopwatch()
        self._found: dict[str, list[bool]] = {}
        self._stages: dict[str, list[float]] = {}

    def run(self, query: Query) -> None:
        """Search for one query.

        Parameters
        ----------
        query : Query
            The query.
        """
        with self._watch.lap("search"):
            found = self._retriever.search(query.windows)
        for stage, milliseconds in found.trace.milliseconds.items():
            self._stages.setdefault(stage, []).append(milliseconds)
        evidence = {track_id: one.evidence for track_id, one in found.tracks.items()}
        ranking = _ranked(evidence)
        self._note("recall_first", ranking[0] in query.right)
        self._note("recall_10", not query.right.isdisjoint(ranking[:10]))
        self._note("recall_candidates", not query.right.isdisjoint(ranking))
        if self._exhaustive:
            every = self._exhaustive.evidence(query.windows)
            full = _ranked(every)
            self._note("recall_exhaustive", full[0] in query.right)
            self._note("agreement", ranking[0] == full[0])
            self._note("agreement_answer", self._answer(evidence) == self._answer(every))

    def values(self) -> dict[str, float]:
        """Return the figures by name."""
        times = self._watch.times["search"]
        shares = {name: float(np.mean(found)) for name, found in self._found.items()}
        stages = {f"{name}_ms": float(np.median(spent)) for name, spent in self._stages.items()}
        return {"n_queries": len(times.wall), **times.values(), **stages, **shares}

    def _answer(self, evidence: dict[str, float]) -> str | None:
        """Return the accepted track, if any."""
        odds = np.array(list(evidence.values()))
        # Each synthetic track is a work of its own.
        likely = posteriors(odds, self._n_tracks, self._posterior)
        return list(evidence)[likely.argmax()] if likely.max() >= ACCEPTED else None

    def _note(self, name: str, found: bool) -> None:
        self._found.setdefault(name, []).append(found)


def _ranked(evidence: dict[str, float]) -> list[str]:
    """Return the track_ids, best first."""
    return sorted(evidence, key=lambda track_id: (-evidence[track_id], track_id))
