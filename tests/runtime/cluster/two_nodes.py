"""A Ray cluster of two nodes of one core on this machine, for tests; told by lines what to do.

Prints its address, then "done" after each line: ``add``, ``add NAME=VALUE`` (a node with an
environment variable) or ``remove`` (the node that was added last). It ends with its standard input.
"""

import socket
import sys
from contextlib import ExitStack

from ray.cluster_utils import Cluster

NODE = {"num_cpus": 1, "object_store_memory": 150 * 2**20, "include_dashboard": False}
# Where Ray has to find out the ports of a node's agents, it gives up after 15 s, in which a busy
# machine does not start them (https://github.com/ray-project/ray/issues/65983).
PORTS = (
    *("metrics_agent_port", "metrics_export_port"),
    *("dashboard_agent_listen_port", "runtime_env_agent_port"),
)


def node() -> dict[str, object]:
    """The arguments of a node, with ports that are free."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in PORTS]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return NODE | {name: one.getsockname()[1] for name, one in zip(PORTS, sockets, strict=True)}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    cluster = Cluster(initialize_head=True, head_node_args=node())
    nodes = [cluster.add_node(**node())]
    say(cluster.address)
    for line in sys.stdin:
        what, _, variable = line.strip().partition(" ")
        if what == "remove":
            cluster.remove_node(nodes.pop(), allow_graceful=False)
        else:
            name, _, value = variable.partition("=")
            nodes.append(cluster.add_node(**node(), env_vars={name: value} if name else None))
        say("done")
    cluster.shutdown()


if __name__ == "__main__":
    main()
