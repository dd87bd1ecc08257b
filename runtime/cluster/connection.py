"""Joining a Ray cluster, or starting one on this machine, without a word of Ray's on the terminal.

Ray Core's tasks rather than Ray Data: a file is one unit of work with one small result, and the
driver has to know of each which worker it cost, to tell a file that kills from a node that died.
Ray Data retries blocks of rows by itself.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import ray
from ray._private.services import get_ray_address_from_environment

from samesong.features.errors import ClusterError, shown

LOCAL = "local"
"""In place of an address: a cluster is started on this machine."""

_SECONDS = 10.0
"""Time to wait for an answer of an address: one that is right answers at once."""

_STORE_BYTES = 256 * 2**20
"""Shared memory of a cluster on this machine: results of some hundred files; more go to disk."""


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Be the driver of a cluster.

    Parameters
    ----------
    address : str
        `LOCAL`, ``auto`` (the cluster that runs on this machine, or RAY_ADDRESS), ``HOST:PORT`` or
        ``ray://HOST:PORT``.

    Yields
    ------
    None
        Until the work is done; a cluster that was started here then ends.

    Raises
    ------
    ClusterError
        If no cluster is there, or it is of another version of Ray or Python.
    """
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    if address == "auto":
        address = _found()
    if address != LOCAL:
        _require_answer(address)
    try:
        _join(address)
    # Ray raises whatever it likes, a bare Exception too, and may leave the program.
    except (Exception, SystemExit) as error:
        raise _unusable(address, error) from error
    try:
        yield
    finally:
        ray.shutdown()


def _join(address: str) -> None:
    how = {
        "log_to_driver": False,
        "logging_level": logging.CRITICAL,
        "configure_logging": True,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if address == LOCAL:
            cores = len(os.sched_getaffinity(0))
            local = {"num_cpus": cores, "object_store_memory": _STORE_BYTES}
            ray.init(LOCAL, include_dashboard=False, **local, **how)
        else:
            ray.init(address, **how)


def _found() -> str:
    """Return RAY_ADDRESS, or the address of this machine's cluster, which may have died."""
    try:
        return str(get_ray_address_from_environment("auto", None))
    except ConnectionError as error:
        raise _unusable("auto", error) from error


def _require_answer(address: str) -> None:
    """Refuse an address at which nothing answers; Ray itself would try for minutes."""
    if os.environ.get("RAY_USE_TLS", "0") not in ("", "0"):
        return  # which only Ray has the certificates for
    with grpc.insecure_channel(address.removeprefix("ray://")) as channel:
        try:
            grpc.channel_ready_future(channel).result(_SECONDS)
        except grpc.FutureTimeoutError as error:
            raise _unusable(address, f"no answer within {_SECONDS:.0f} s") from error


def _unusable(address: str, reason: object) -> ClusterError:
    if "ersion mismatch" in str(reason):
        return ClusterError(
            f"the Ray cluster at {shown(address)} cannot be used by this process "
            f"({_in_one_line(reason)}): install the same Ray and Python on both sides"
        )
    if address == LOCAL:
        return ClusterError(
            f"Ray could not be started on this machine ({_in_one_line(reason)}): free memory and "
            "disk space, try again when it is less busy, or leave --ray out"
        )
    where = "on this machine" if address == "auto" else f"at {shown(address)}"
    return ClusterError(
        f"no Ray cluster {where} ({_in_one_line(reason)}): start one with 'ray start --head', or "
        "give its address, HOST:6379, or ray://HOST:10001 from outside of it"
    )


def _in_one_line(reason: object) -> str:
    text = f"Ray left with {reason}" if isinstance(reason, SystemExit) else str(reason)
    return " ".join(text.split())[:300].rstrip(".:")
