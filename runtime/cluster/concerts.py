"""The work of set lists as tasks on a cluster, watched from the server's process.

The files of a concert go through Ray's object store, in pieces. They lie in a temporary folder of
the server, which no other machine sees, and a catalog in an object store needs no shared disk: a
path that all nodes have would be one more thing to set up. Pieces are written to disk by Ray where
memory is short, are fetched only by the worker that needs them, are there for a second attempt
on another node, and are freed with the job.

A task takes no core of Ray's account. Were it to hold one, a shard whose node was lost could find
no place until the set list was done, which would wait for that shard. Tasks are spread over the
nodes evenly here instead, and share cores with shards; how many there are at a time is limited.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import ray
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayError,
    RayTaskError,
    TaskUnschedulableError,
    WorkerCrashedError,
)
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from samesong.features.errors import ClusterError, MismatchError, SamesongError
from samesong.features.progress import OnProgress, Progress
from samesong.runtime.cluster import nodes
from samesong.runtime.cluster.concert_task import Kept, News, SentFile, find_on_worker
from samesong.runtime.cluster.faults import failure, in_brief
from samesong.runtime.cluster.job import Job
from samesong.runtime.setlist.concert_job import ConcertJob, FoundConcert
from samesong.runtime.setlist.finder import OnFound

_LOG = logging.getLogger(__name__)

_TRIES = 3
"""Workers that a concert may lose."""

_LOOK_SECONDS = 0.5
"""Time after which a job is asked whether it was cancelled, where its task says nothing."""

_PIECE = 2**26
"""Bytes of a piece: what the server and a worker have in memory at a time."""

_LOST = (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    TaskUnschedulableError,
    WorkerCrashedError,
)


class RayConcerts:
    """A `samesong.runtime.setlist.concert_job.ConcertFinder` on the cluster that is connected.

    Parameters
    ----------
    job : Job
        The catalog and the model.
    shards : sequence of str
        Serve applications of the shards that the catalog is searched in.
    at_a_time : int
        Number of concerts at a time.
    """

    def __init__(self, job: Job, shards: Sequence[str], at_a_time: int) -> None:
        self.at_a_time = at_a_time
        self._job, self._shards = job, tuple(shards)
        self._on_gpu = job.device == "cuda"
        self._task = ray.remote(max_retries=0, num_returns="streaming")(find_on_worker)
        self._choosing = Lock()
        self._running: Counter[str] = Counter()  # by node
        self._given: Counter[str] = Counter()
        self._unfit: set[str] = set()

    def find(
        self, job: ConcertJob, progress: OnProgress, found: OnFound
    ) -> FoundConcert:  # numpydoc ignore=PR01
        """As of `ConcertFinder`; another worker goes on where one or its node is lost.

        Raises
        ------
        ClusterError
            If three workers are lost, no node can do it, or the cluster is lost.
        MismatchError
            If no node has the same samesong, model and catalog.
        SamesongError
            As `ConcertFinder` does.
        """
        names = ", ".join(path.name for path in job.paths)
        sent = _sent(job.paths)
        so_far = _SoFar()
        lost = 0
        while True:
            with self._node() as node:
                try:
                    return self._watch(node, job, sent, so_far, progress=progress, found=found)
                except _LOST as error:
                    lost += 1
                    reason = in_brief(error)
                    if lost == _TRIES:
                        raise ClusterError(
                            f"the work on this concert lost {_TRIES} workers ({reason}): see "
                            "'ray status', and give nodes more memory"
                        ) from error
                    _LOG.warning(
                        "the worker that found the songs of %s was lost (%s): another goes on",
                        *(names, reason),
                    )
                except MismatchError as error:
                    if self._on_gpu:  # where Ray chose the node
                        raise
                    self._unfit.add(node)
                    _LOG.warning("node %s gets no set lists: %s", node[:8], error)
                    if not self._fit_nodes():
                        raise
                except RayTaskError as error:
                    raise failure(error, "a worker of the cluster") from error
                except (RayError, ConnectionError) as error:
                    raise ClusterError(
                        f"the cluster was lost ({in_brief(error)}): start it again"
                    ) from error

    def _fit_nodes(self) -> list[str]:
        every = nodes.working(self._job.device)
        return [node["NodeID"] for node in every if node["NodeID"] not in self._unfit]

    @contextmanager
    def _node(self) -> Iterator[str]:
        """Choose a node, the one that does the least."""
        with self._choosing:
            fit = self._fit_nodes()
            if not fit:
                raise ClusterError(
                    "no node of the cluster can find songs: start one with 'ray start --address "
                    "HOST:6379', with the samesong, model and catalog of this server"
                )
            node = min(fit, key=lambda one: (self._running[one], self._given[one]))
            self._running[node] += 1
            self._given[node] += 1
        try:
            yield node
        finally:
            with self._choosing:
                self._running[node] -= 1

    def _watch(
        self,
        node: str,
        job: ConcertJob,
        sent: Sequence[SentFile],
        so_far: "_SoFar",
        *,
        progress: OnProgress,
        found: OnFound,
    ) -> FoundConcert:
        # A GPU is not shared: Ray finds one that is free.
        there = NodeAffinitySchedulingStrategy(node, soft=False)
        place = {"num_gpus": 1} if self._on_gpu else {"scheduling_strategy": there}
        news = self._task.options(num_cpus=0, **place).remote(
            self._job, self._shards, job, sent, so_far.kept
        )
        made: FoundConcert | None = None
        try:
            while True:
                ready, _ = ray.wait([news], timeout=_LOOK_SECONDS)
                one = _next(news) if ready else so_far.progress
                if isinstance(one, Progress):
                    so_far.progress = one
                    progress(one)
                elif isinstance(one, Kept):
                    so_far.kept = one
                elif isinstance(one, FoundConcert):
                    made = one  # the task has its folder to remove
                elif one is None:
                    break
                else:
                    found(one)
        finally:
            with suppress(RayError, ConnectionError):
                ray.cancel(news, force=True)
        assert made is not None
        return made


@dataclass
class _SoFar:
    """How far the work on a concert has come, and what another worker can go on from."""

    progress: Progress = field(default_factory=lambda: Progress("setlist", 0, 1))
    kept: Kept | None = None


def _next(news: Any) -> News | None:
    """Return what a task tells; None once it has ended."""
    try:
        told: News = ray.get(next(news))
    except StopIteration:
        return None
    except RayTaskError as error:
        if isinstance(error.cause, SamesongError):
            raise error.cause from error
        raise
    return told


def _sent(paths: Sequence[Path]) -> list[SentFile]:
    """Put files into the object store."""
    try:
        return [SentFile(path, tuple(_pieces(path))) for path in paths]
    except RayError as error:
        raise ClusterError(
            f"the recording cannot be sent to a worker ({in_brief(error)}): make room on "
            "the disk of the server, which Ray writes to where memory is short"
        ) from error


def _pieces(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while len(piece := np.fromfile(file, np.uint8, _PIECE)):
            yield ray.put(piece)
