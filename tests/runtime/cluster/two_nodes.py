"""A Ray cluster of two nodes on this machine, for tests; told by lines what to do.

Its argument is the number of cores of a node.

Prints its address, then "done" after each line: ``add``, ``add NAME=VALUE`` (a node with an
environment variable) or ``remove`` (the node that was added last). It ends with its standard input.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from ray.cluster_utils import Cluster

Made = TypeVar("Made")

NODE = {
    "num_cpus": int(sys.argv[1]),
    "object_store_memory": 150 * 2**20,
    "include_dashboard": False,
    "include_log_monitor": False,
}


def started(start: Callable[[], Made]) -> Made:
    """Start something of Ray's, again where it was too slow.

    A node ends if its agents do not start within 15 s, which a busy machine cannot always do
    (https://github.com/ray-project/ray/issues/65983).
    """
    for _ in range(5):
        with suppress(Exception):
            return start()
    return start()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    cluster = started(
        lambda: Cluster(initialize_head=True, head_node_args=NODE | {"no_monitor": True})
    )
    nodes = [started(lambda: cluster.add_node(**NODE))]
    say(cluster.address)
    for line in sys.stdin:
        what, _, variable = line.strip().partition(" ")
        if what == "remove":
            cluster.remove_node(nodes.pop(), allow_graceful=False)
        else:
            name, _, value = variable.partition("=")
            added = NODE | ({"env_vars": {name: value}} if name else {})
            nodes.append(started(lambda added=added: cluster.add_node(**added)))
        say("done")
    cluster.shutdown()


if __name__ == "__main__":
    main()
