"""Running the shards of a catalog on a cluster with Ray Serve.

Each shard is a Serve application of one deployment, which Serve starts again where it is lost and
scales by the questions that wait for it. The HTTP server is samesong's own, in the process that
connects to the cluster: its limits on uploads, connections and slow clients, its WebSockets, jobs
and kept files work there as they do on one machine. Serve's proxy, which would stand before all
that, has none of those limits and would send every upload through the cluster once more; so it is
not started, and only windows of queries travel, and the concerts that set lists are made of.

Applications are named for the server that started them. Servers thus have their own, of one catalog
too; and each one, when it starts, ends those of servers that have died.
"""

import logging
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic, sleep

import ray
from ray import serve
from ray.exceptions import ActorAlreadyExistsError, RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from samesong.features.errors import ClusterError
from samesong.runtime.cluster import nodes
from samesong.runtime.cluster.concerts import RayConcerts
from samesong.runtime.cluster.job import Job
from samesong.runtime.cluster.presence import present, servers
from samesong.runtime.cluster.replica import AT_A_TIME, ShardReplica
from samesong.runtime.cluster.served_catalog import ServedCatalog
from samesong.runtime.identification.shard_state import ShardSource
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.setlist.concert_job import ConcertFinder

_APPLICATION = re.compile(r"samesong-(?P<server>[0-9a-f]{8})-\d+-of-\d+")

_WAITING = 1
"""Questions for each replica, on the mean, above which another one is started: it has one core."""

_UPSCALE_SECONDS = 5.0
"""Time for which more must wait: a replica reads the index first, which a moment's load is not
worth."""

_LOOK_BACK_SECONDS = 15.0
"""Time over which that mean is taken; Ray wants more than ten."""

_FREE_SECONDS = 20.0
"""Time to wait for cores: Ray takes a while to see that a server is dead whose machine is."""

_LOOK_SECONDS = 0.5
"""Time between two looks at them."""


@dataclass(frozen=True)
class Serving:
    """The parts of a server that run on a cluster.

    Attributes
    ----------
    shards : ShardSource
        The shards of the catalog.
    concerts : ConcertFinder
        Does the work of set lists.
    """

    shards: ShardSource
    concerts: ConcertFinder


@contextmanager
def served(
    job: Job, bundle: ModelBundle, count: int, replicas: tuple[int, int]
) -> Iterator[Serving]:
    """Run the shards of a catalog, and the work of set lists, on the cluster that is connected.

    Parameters
    ----------
    job : Job
        The catalog, and the model.
    bundle : ModelBundle
        The model.
    count : int
        Number of shards.
    replicas : tuple of int
        Replicas of each shard, at least and at most: load decides.

    Yields
    ------
    Serving
        When all shards have read the catalog; they end with the block.

    Raises
    ------
    ClusterError, DeviceError, MismatchError
        If the cluster cannot be used, as `samesong.runtime.cluster.nodes.require_fit` finds out, or
        is too small.
    """
    nodes.require_fit(job)
    logging.getLogger("ray.serve").setLevel(logging.CRITICAL)
    server = secrets.token_hex(4)
    names = [f"samesong-{server}-{number}-of-{count}" for number in range(count)]
    with ExitStack() as held:
        try:
            held.enter_context(present(server))
            held.callback(_stop, server, names)
            spare = _make_room(job, count, replicas[0])
            handles = _started(job, names, replicas)
        except (RayError, RayServeException, RuntimeError, ConnectionError) as error:
            reason = " ".join(str(error).split())[:300]
            raise ClusterError(
                f"the shards could not be started ({reason}): see 'ray status' and 'serve status'"
            ) from error
        yield Serving(ServedCatalog(handles, bundle), RayConcerts(job, names, max(1, spare)))


def _make_room(job: Job, count: int, least: int) -> int:
    """End what dead servers left; return the cores, or GPUs, that shards leave to set lists.

    Serve would wait for those that are missing, without a word.
    """
    unit, more = ("GPUs", 1) if job.device == "cuda" else ("cores", 0)
    needed = count * least + more  # a set list shares a core with others, but no GPU
    found = nodes.workers(job.device)
    until = monotonic() + _FREE_SECONDS
    _end(_left_behind())
    while (free := nodes.free(job.device)) < needed <= found and monotonic() < until:
        sleep(_LOOK_SECONDS)
        _end(_left_behind())
    if free >= needed:
        return free - count * least
    what = f"--shards {count}" + (f" with --replicas {least}" if least > 1 else "")
    what += f" needs {needed} {unit}" + (", one of them for set lists" if more else "")
    if found < needed:
        raise ClusterError(
            f"{what}, and the cluster offers {found}: add nodes, or ask for fewer shards"
        )
    raise ClusterError(
        f"{what}, and {free} of {found} are free: end what uses the others, or add nodes"
    )


def _started(job: Job, names: Sequence[str], replicas: tuple[int, int]) -> list[DeploymentHandle]:
    _start_serve()
    least, most = replicas
    deployment = serve.deployment(
        ShardReplica,
        name="shard",
        ray_actor_options=nodes.resources(job.device),
        max_ongoing_requests=2 * AT_A_TIME,
        autoscaling_config={
            "min_replicas": least,
            "max_replicas": most,
            "target_ongoing_requests": _WAITING,
            "upscale_delay_s": _UPSCALE_SECONDS,
            "look_back_period_s": _LOOK_BACK_SECONDS,
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


def _start_serve() -> None:
    try:
        serve.start(proxy_location="Disabled")
    except ActorAlreadyExistsError:  # another server started it at the same moment
        serve.start(proxy_location="Disabled")


def _left_behind() -> list[str]:
    """Return the applications of servers that have died."""
    found = [_APPLICATION.fullmatch(name) for name in serve.status().applications]
    living = servers()  # asked later: a server is known before it starts any
    return [one[0] for one in found if one is not None and one["server"] not in living]


def _end(names: Iterable[str]) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(serve.delete, names))


def _stop(server: str, names: Sequence[str]) -> None:
    """End the shards of a server, and Serve where nobody else uses it."""
    with suppress(RayError, RayServeException, RuntimeError, ConnectionError):
        if not ray.is_initialized():
            return
        _end(names)
        if not serve.status().applications and servers() <= {server}:
            serve.shutdown()
