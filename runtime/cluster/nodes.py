"""The nodes of a cluster: how much they can do at a time, and whether they fit this process."""

import pickle
from collections.abc import Mapping
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from samesong.features.errors import ClusterError, DeviceError, MismatchError
from samesong.runtime.cluster.job import Job, probe
from samesong.runtime.inference.onnx_session import Device

_SECONDS = 120.0
"""Time that a node has to start a worker and to look at its model and files."""


def resources(device: Device) -> dict[str, int]:
    """Return what a worker that analyses a file occupies.

    Parameters
    ----------
    device : {'cpu', 'cuda'}
        Where it runs the model.

    Returns
    -------
    dict of str to int
        As options of a task.
    """
    return {"num_cpus": 1, "num_gpus": 1 if device == "cuda" else 0}


def workers(device: Device) -> int:
    """Return how many files the cluster, as it is now, can analyse at a time.

    Parameters
    ----------
    device : {'cpu', 'cuda'}
        Where the model runs.

    Returns
    -------
    int
        Cores, or GPUs; 0 if there are none.
    """
    return _units(ray.cluster_resources(), device)


def free(device: Device) -> int:
    """Return how many of `workers` nobody uses now.

    Parameters
    ----------
    device : {'cpu', 'cuda'}
        Where the model runs.

    Returns
    -------
    int
        Cores, or GPUs.
    """
    return _units(ray.available_resources(), device)


def _units(found: Mapping[str, float], device: Device) -> int:
    return int(found.get("GPU" if device == "cuda" else "CPU", 0))


def working(device: Device) -> list[dict[str, Any]]:
    """Return the nodes that do work: those with a core of Ray's, and with a GPU where one is used.

    Parameters
    ----------
    device : {'cpu', 'cuda'}
        Where the model runs.

    Returns
    -------
    list of dict
        As Ray describes them.
    """
    needed = ("CPU", "GPU") if device == "cuda" else ("CPU",)
    return [
        node
        for node in ray.nodes()
        if node["Alive"] and all(node["Resources"].get(name, 0) >= 1 for name in needed)
    ]


def require_fit(job: Job) -> None:
    """Check every node.

    Parameters
    ----------
    job : Job
        The run.

    Raises
    ------
    DeviceError
        If GPUs are wanted and no node has one.
    ClusterError
        If no node has a core to work with, or one does not answer.
    MismatchError
        If a node has another version of samesong or the model, or does not see the files.
    """
    if not workers(job.device):
        if job.device == "cuda":
            raise DeviceError(
                "--device cuda was asked for, but no node of the cluster offers a GPU: start one "
                "with 'ray start --num-gpus 1', or use --device cpu"
            )
        raise ClusterError(
            "no node of the cluster offers a core: start one with 'ray start --address HOST:6379'"
        )
    nodes = working("cpu")
    check = ray.remote(num_cpus=0, max_retries=3)(probe())
    packed = pickle.dumps(job)
    asked = {}
    for node in nodes:
        there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        asked[check.options(scheduling_strategy=there).remote(job.samesong, packed)] = node
    done, missing = ray.wait(list(asked), num_returns=len(asked), timeout=_SECONDS)
    for answer in done:
        problem = _answer(answer, asked[answer])
        if problem is not None:
            raise MismatchError(f"the worker on {_name(asked[answer])} {problem}")
    if missing:
        raise ClusterError(
            f"node {_name(asked[missing[0]])} of the cluster did not answer within "
            f"{_SECONDS:.0f} s: stop Ray there, or wait until it is less busy"
        )


def _answer(answer: Any, node: dict[str, Any]) -> str | None:
    try:
        found: str | None = ray.get(answer)
    except RayError as error:
        if not any(one["Alive"] and one["NodeID"] == node["NodeID"] for one in ray.nodes()):
            return None  # it left the cluster, which any node may at any time
        lines = str(error).split("\n")
        return f"cannot take part ({lines[-1] or lines[0]}): stop Ray there, or repair it"
    return found


def _name(node: dict[str, Any]) -> str:
    return f"{node['NodeManagerAddress']} (node {node['NodeID'][:8]})"
