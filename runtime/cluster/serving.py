"""Running the shards of a catalog on a cluster with Ray Serve.

Each shard is a Serve application of one deployment, which Serve starts again where it is lost and
scales by the questions that wait for it. The HTTP server is samesong's own, in the process that
connects to the cluster: its limits on uploads, connections and slow clients, its WebSockets, jobs
and kept files work there as they do on one machine. Serve's proxy, which would stand before all
that, has none of those limits and would send every upload through the cluster once more; so it is
not started, and only windows of queries travel.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic

import ray
from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from samesong.features.errors import ClusterError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cluster import nodes
from samesong.runtime.cluster.job import Job
from samesong.runtime.cluster.replica import AT_A_TIME, ReplicaState, ShardReplica
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


@contextmanager
def served(job: Job, bundle: ModelBundle, count: int, replicas: int) -> Iterator[ServedCatalog]:
    """Run the shards of a catalog on the cluster that is connected.

    Parameters
    ----------
    job : Job
        The catalog, and the model.
    bundle : ModelBundle
        The model.
    count : int
        Number of shards.
    replicas : int
        Replicas of each shard under load, at most; there is one at least.

    Yields
    ------
    ServedCatalog
        When all shards have read the catalog; they end with the block.

    Raises
    ------
    ClusterError, DeviceError, MismatchError
        If the cluster cannot be used, as `samesong.runtime.cluster.nodes.require_fit` finds out, or
        is too small.
    """
    nodes.require_fit(job)
    if (found := nodes.workers(job.device)) < count:
        unit = "GPUs" if job.device == "cuda" else "cores"
        raise ClusterError(
            f"--shards {count} needs as many {unit}, and the cluster offers {found}: add nodes, or "
            "ask for fewer shards"
        )
    logging.getLogger("ray.serve").setLevel(logging.CRITICAL)
    # Named for the catalog, so that shards which a killed server left are taken over.
    names = [f"samesong-{job.identity[:12]}-{number}-of-{count}" for number in range(count)]
    try:
        handles = _started(job, names, replicas)
    except (RayError, RayServeException, RuntimeError, ConnectionError) as error:
        _stop(names)
        reason = " ".join(str(error).split())[:300]
        raise ClusterError(
            f"the shards could not be started ({reason}): see 'ray status' and 'serve status'"
        ) from error
    try:
        yield ServedCatalog(handles, bundle)
    finally:
        _stop(names)


def _started(job: Job, names: Sequence[str], replicas: int) -> list[DeploymentHandle]:
    serve.start(proxy_location="Disabled")
    deployment = serve.deployment(
        ShardReplica,
        name="shard",
        ray_actor_options=nodes.resources(job.device),
        max_ongoing_requests=2 * AT_A_TIME,
        autoscaling_config={
            "min_replicas": 1,
            "max_replicas": replicas,
            "target_ongoing_requests": 2,
        },
        health_check_period_s=1,
        health_check_timeout_s=30,
        graceful_shutdown_timeout_s=5,
    )
    targets = [
        serve.RunTarget(deployment.bind(job, number, len(names)), name=name, route_prefix=None)
        for number, name in enumerate(names)
    ]
    return list(serve.run_many(targets))


def _stop(names: Sequence[str]) -> None:
    """End the shards, and Serve where nobody else uses it."""
    with suppress(RayError, RayServeException, RuntimeError, ConnectionError):
        if not ray.is_initialized():
            return
        if serve.status().applications.keys() <= set(names):
            serve.shutdown()
        else:
            for name in names:
                serve.delete(name)
