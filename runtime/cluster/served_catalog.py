"""The shards of a catalog on a cluster, whichever version of it is searched."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from time import monotonic

from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cluster.replica import ReplicaState
from samesong.runtime.cluster.served_shards import ServedVersion
from samesong.runtime.identification.shard_state import ShardState
from samesong.runtime.identification.shards import LocalShards, Shards, ShardsNow
from samesong.runtime.identification.window_shard import WindowShard
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.matching.scorer import Scorer

_FRESH = 1.0
"""Seconds for which states that were asked for are told again."""

_STATE_SECONDS = 10.0
"""Time that replicas have to tell their state."""


class ServedCatalog:
    """The shards of a catalog on a cluster; a `ShardSource`.

    Parameters
    ----------
    handles : sequence of DeploymentHandle
        Of each shard.
    bundle : ModelBundle
        The model.
    """

    def __init__(self, handles: Sequence[DeploymentHandle], bundle: ModelBundle) -> None:
        self._handles = handles
        self._bundle = bundle
        self._asking = Lock()
        self._asked = -_FRESH
        self._states: list[ShardState] = []

    def of(self, catalog: Catalog) -> ShardsNow:
        """As of `ShardSource`.

        Parameters
        ----------
        catalog : Catalog
            The version.

        Returns
        -------
        callable
            As of `ShardSource`.
        """

        def local() -> Shards:
            threads = len(os.sched_getaffinity(0))
            pool, scorer = ThreadPoolExecutor(threads), Scorer(self._bundle)
            return LocalShards([WindowShard(catalog, self._bundle.fitted, pool, scorer)])

        return ServedVersion(self._handles, catalog.revision, local)

    def states(self) -> list[ShardState]:
        """As of `ShardSource`.

        Returns
        -------
        list of ShardState
            In order.
        """
        with self._asking:
            if monotonic() - self._asked >= _FRESH:
                numbers = range(len(self._handles))
                with ThreadPoolExecutor(len(numbers)) as threads:
                    self._states = list(threads.map(_state, numbers, self._handles))
                self._asked = monotonic()
            return self._states


def _state(number: int, handle: DeploymentHandle) -> ShardState:
    answers: list[ReplicaState] = []
    with suppress(RayError, RayServeException, TimeoutError):
        told = handle.broadcast("state").results(timeout_s=_STATE_SECONDS, return_exceptions=True)
        answers = [one for one in told if isinstance(one, ReplicaState)]
    return ShardState(
        number,
        max((one.n_windows for one in answers), default=0),
        len(answers),
        tuple(sorted({one.node for one in answers})),
    )
