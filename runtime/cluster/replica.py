"""A replica of a shard: a process on some node of the cluster that holds it in memory."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

import ray

from samesong.features.errors import MismatchError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.shard import CatalogShard
from samesong.runtime.cluster.job import Job, misfit
from samesong.runtime.identification.window_shard import WindowShard
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.matching.scorer import Scorer

AT_A_TIME = 4
"""Questions that a replica answers at a time: it has one core, and waits for rows besides."""

_VERSIONS = 2
"""Versions that a replica holds: the newest, and the one before until nobody asks for it."""


@dataclass(frozen=True)
class Unknown:
    """The answer of a replica that has no such version, or not in such records."""


@dataclass(frozen=True)
class ReplicaState:
    """The state of a replica.

    Attributes
    ----------
    node : str
        Address of its machine.
    n_windows : int
        Windows of the newest version that it holds.
    """

    node: str
    n_windows: int


class ShardReplica:
    """A replica of one shard of a catalog, as Ray Serve starts it.

    Parameters
    ----------
    job : Job
        The model and the catalog.
    number : int
        Of the shard, from 0.
    count : int
        Number of shards.

    Raises
    ------
    MismatchError
        If this worker cannot take part.
    CatalogError
        If the catalog cannot be read.
    """

    def __init__(self, job: Job, number: int, count: int) -> None:
        problem = misfit(job)
        if problem is not None:
            raise MismatchError(f"a worker that joined the cluster {problem}")
        self._job, self._number, self._count = job, number, count
        self._bundle = ModelBundle.load(job.model)
        self._scorer = Scorer(self._bundle, job.device, threads=1)
        self._compute = ThreadPoolExecutor(1)
        self._threads = ThreadPoolExecutor(AT_A_TIME)
        self._opening = Lock()
        # By layout, the newest last; with the revision of each. Replaced, never changed.
        self._held: dict[str, tuple[str, WindowShard]] = {}
        self._open_newest()

    async def load(self, revision: str, anew: bool) -> str | Unknown:
        """Read a version of the catalog, unless it is held.

        Parameters
        ----------
        revision : str
            `samesong.Catalog.revision`.
        anew : bool
            Read it even so, since its index may be another one now.

        Returns
        -------
        str or Unknown
            Its `samesong.Catalog.layout`.
        """
        found: str | Unknown = await self._run(lambda: self._load(revision, anew=anew))
        return found

    async def ask(self, layout: str, question: str, asked: Any) -> Any:
        """Answer a question.

        Parameters
        ----------
        layout : str
            `samesong.Catalog.layout` of the version that is searched.
        question : str
            Name of a method of `WindowShard`.
        asked : object
            Its argument.

        Returns
        -------
        object
            Its answer; `Unknown` if the version is not there.
        """
        return await self._run(lambda: self._answer(layout, question, asked))

    async def state(self) -> ReplicaState:
        """Return its state.

        Returns
        -------
        ReplicaState
            At once, whatever it does.
        """
        _, shard = next(reversed(self._held.values()))
        return ReplicaState(ray.util.get_node_ip_address(), shard.n_windows)

    async def _run(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _answer(self, layout: str, question: str, asked: Any) -> Any:
        if layout not in self._held:
            self._open_newest()
        held = self._held.get(layout)
        return Unknown() if held is None else getattr(held[1], question)(asked)

    def _load(self, revision: str, *, anew: bool) -> str | Unknown:
        for layout, (held, _) in reversed(self._held.items()):
            if held == revision and not anew:
                return layout
        layout, newest = self._open_newest()
        return layout if newest == revision else Unknown()

    def _open_newest(self) -> tuple[str, str]:
        """Read the catalog as it is now; return its layout and revision."""
        with self._opening:  # others answer from what is held
            catalog = Catalog(self._job.catalog, self._bundle)
            layout = catalog.layout
            if layout not in self._held:
                windows = CatalogShard.of(catalog, self._number, self._count)
                fitted = self._bundle.fitted
                shard = WindowShard(windows, fitted, self._compute, self._scorer, large=None)
                shard.survey()
                newest = {**self._held, layout: (catalog.revision, shard)}
                self._held = dict(list(newest.items())[-_VERSIONS:])
            return layout, catalog.revision
