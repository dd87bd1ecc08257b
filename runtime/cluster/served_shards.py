"""The shards of a catalog on a cluster, asked through Ray Serve.

A replica that is lost costs a question to another one, or to the one that Serve starts in its
place, and no request. A question names the version that is searched and its records; a replica that
has them no longer says so, and the search begins anew. A version that the catalog no longer has,
which an hour's work may be at, is searched in this process.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayActorError,
    RayError,
    RayTaskError,
    WorkerCrashedError,
)
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle, DeploymentResponse

from samesong.features.errors import ClusterError
from samesong.runtime.cluster.faults import failure, in_brief
from samesong.runtime.cluster.replica import Unknown
from samesong.runtime.identification.shards import Shards, ShardsChangedError

Q = TypeVar("Q")
A = TypeVar("A")

_TRIES = 8
"""Replicas that may be lost with one question."""

_SECONDS = 600.0
"""Time for an answer, in which a replica may have to start and to read a large index."""

_LOST = (
    RayActorError,
    NodeDiedError,
    WorkerCrashedError,
    OutOfMemoryError,
    ObjectLostError,
    RayServeException,
)
"""What says that a replica is gone, or that there is none at the moment."""


def ask_each(
    handles: Sequence[DeploymentHandle], method: str, each: Sequence[tuple[Any, ...]]
) -> list[Any]:
    """Call a method of a replica of each shard, all at a time.

    Parameters
    ----------
    handles : sequence of DeploymentHandle
        Of each shard.
    method : str
        Name of the method.
    each : sequence of tuple
        Its arguments for each shard.

    Returns
    -------
    list
        The answer of each shard, in order.

    Raises
    ------
    ClusterError
        If the cluster, or all replicas of a shard, are lost.
    SamesongError
        As the method does.
    """

    def call(number: int) -> DeploymentResponse:
        return getattr(handles[number], method).remote(*each[number])

    waiting = [_called(call, number) for number in range(len(handles))]
    return [_answer(call, number, one, len(handles)) for number, one in enumerate(waiting)]


def _called(call: Callable[[int], DeploymentResponse], number: int) -> DeploymentResponse | None:
    try:
        return call(number)
    except _LOST:
        return None


def _answer(
    call: Callable[[int], DeploymentResponse],
    number: int,
    waiting: DeploymentResponse | None,
    count: int,
) -> Any:
    """Return the answer of a shard, asked again where its replica was lost."""
    reason: BaseException | None = None
    for _ in range(_TRIES):
        try:
            return (waiting or call(number)).result(timeout_s=_SECONDS)
        except RayTaskError as error:
            raise failure(
                error, "a shard", "repair samesong on the nodes of the cluster"
            ) from error
        except _LOST as error:
            reason, waiting = error, None
        except TimeoutError:
            raise ClusterError(
                f"shard {number} of {count} did not answer within {_SECONDS:.0f} s: see "
                "'ray status', and add nodes or cores"
            ) from None
        except (RayError, ConnectionError) as error:
            raise ClusterError(
                f"the cluster was lost ({in_brief(error)}): start it again"
            ) from error
    raise ClusterError(
        f"shard {number} of {count} lost {_TRIES} replicas at one question "
        f"({in_brief(reason)}): see 'ray status', and give its nodes more memory"
    )


class ServedShards:
    """The shards of one version on the cluster; a `samesong.runtime.identification.shards.Shards`.

    Parameters
    ----------
    handles : sequence of DeploymentHandle
        Of each shard.
    layout : str
        `samesong.Catalog.layout` of the version.
    """

    def __init__(self, handles: Sequence[DeploymentHandle], layout: str) -> None:
        self._handles = handles
        self._layout = layout
        self.is_current = True

    def __len__(self) -> int:
        return len(self._handles)

    def ask(self, question: Callable[[Any, Q], A], each: Sequence[Q]) -> list[A]:
        """Ask all shards at a time.

        Parameters
        ----------
        question : callable
            A method of `WindowShard`.
        each : sequence
            Its argument for each shard, in order.

        Returns
        -------
        list
            The answer of each shard, in order.

        Raises
        ------
        ClusterError, SamesongError
            As `ask_each` does.
        ShardsChangedError
            If a replica does not have this version.
        """
        asked = [(self._layout, question.__name__, one) for one in each]
        answers = ask_each(self._handles, "ask", asked)
        if any(isinstance(one, Unknown) for one in answers):
            self.is_current = False
            raise ShardsChangedError(
                "the catalog changes faster than its shards can read it: try again"
            )
        return answers


class ServedVersion:
    """Gives the shards of one version of a catalog, as `ShardsNow` does.

    Parameters
    ----------
    handles : sequence of DeploymentHandle
        Of each shard.
    revision : str
        `samesong.Catalog.revision`.
    local : callable
        Makes the shards of this version in this process.
    """

    def __init__(
        self, handles: Sequence[DeploymentHandle], revision: str, local: Callable[[], Shards]
    ) -> None:
        self._handles, self._revision, self._local = handles, revision, local
        self._finding = Lock()
        self._found: Shards | None = None

    def __call__(self) -> Shards:
        """Return the shards; the first call waits until all have read this version.

        Returns
        -------
        Shards
            On the cluster; in this process if the catalog has a newer version.

        Raises
        ------
        ClusterError, SamesongError
            As `ask_each` does.
        """
        with self._finding:
            found = self._found
            if found is None or (isinstance(found, ServedShards) and not found.is_current):
                self._found = self._find(anew=found is not None)
            assert self._found is not None
            return self._found

    def _find(self, *, anew: bool) -> Shards:
        for _ in range(_TRIES):
            asked = [(self._revision, anew)] * len(self._handles)
            layouts = ask_each(self._handles, "load", asked)
            if any(isinstance(one, Unknown) for one in layouts):
                return self._local()
            if len(set(layouts)) == 1:
                _have_all_read(self._handles, self._revision)
                return ServedShards(self._handles, layouts[0])
            anew = True  # the index was replaced in between
        raise ClusterError("the shards see different indexes of the catalog: try again")


def _have_all_read(handles: Sequence[DeploymentHandle], revision: str) -> None:
    """Wait until the other replicas have read a version, too, as far as there are any.

    One that has not reads it when it is first asked, while others answer.
    """
    for handle in handles:
        with suppress(*_LOST, TimeoutError):
            read = handle.broadcast("load", revision, False)
            read.results(timeout_s=_SECONDS, return_exceptions=True)
