"""The servers that use a cluster now, so that one knows what another one that died has left.

Shards outlive the server that started them: Ray Serve keeps them. An actor ends with its driver,
however that ends; so each server has one, by whose name others know that it lives.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util import list_named_actors
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

_NAMESPACE = "samesong-servers"


@contextmanager
def present(server: str) -> Iterator[None]:
    """Be known as a server.

    Parameters
    ----------
    server : str
        Its name.

    Yields
    ------
    None
        Until it stops.

    Raises
    ------
    RayError
        If the cluster is lost.
    """
    here = ray.get_runtime_context().get_node_id()
    actor = ray.remote(_sign()).options(
        name=server,
        namespace=_NAMESPACE,
        num_cpus=0,
        max_restarts=-1,
        scheduling_strategy=NodeAffinitySchedulingStrategy(here, soft=False),
    )
    sign = actor.remote()
    try:
        ray.get(sign.is_up.remote())
        yield
    finally:
        with suppress(RayError, ConnectionError):
            ray.kill(sign)


def servers() -> set[str]:
    """Return the names of all servers that live.

    Returns
    -------
    set of str
        On the cluster that is connected.
    """
    found = list_named_actors(all_namespaces=True)
    return {one["name"] for one in found if one["namespace"] == _NAMESPACE}


def _sign() -> type[Any]:
    """Return a class that Ray sends whole, which costs a worker no import of samesong."""

    class Server:
        def is_up(self) -> bool:
            return True

    return Server
