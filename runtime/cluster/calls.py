"""Tasks on a cluster that are given out anew where their worker or its node is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ray
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayError,
    RayTaskError,
    WorkerCrashedError,
)

from samesong.features.errors import ClusterError
from samesong.runtime.cluster.faults import failure, in_brief

TRIES = 3
"""Workers that a task may end."""

AHEAD = 2
"""Tasks given out for each worker: the next one is there while the driver commits, and a cluster
that grows with its load sees what waits. Results that the driver has not fetched are no more."""


class EndsWorkersError(Exception):
    """A task ended every worker that it was given to."""


class Call:
    """A task with its arguments; given out at once.

    A worker that dies is held against it, `TRIES` times. A node that dies, or the loss of a result,
    never is.

    Parameters
    ----------
    task : object
        A remote function, which Ray itself does not retry: it would hold a dead node against it.
    *arguments : object
        Its arguments.

    Attributes
    ----------
    answer : ObjectRef
        Where the answer will be; another one after each loss.
    """

    def __init__(self, task: Any, *arguments: Any) -> None:
        self._arguments = arguments
        self._task = task
        self._ended = 0
        self._give_out()

    def is_done(self) -> bool:
        """Return whether there is a result, or a loss.

        Returns
        -------
        bool
            At once.
        """
        done, _ = ray.wait([self.answer], timeout=0)
        return bool(done)

    def result(self) -> Any:
        """Wait for the result.

        Returns
        -------
        object
            The result; None if the task was given out anew.

        Raises
        ------
        EndsWorkersError
            If it has ended `TRIES` workers.
        RayError
            If the task raised an error, or the cluster is lost.
        """
        try:
            return ray.get(self.answer)
        except (WorkerCrashedError, OutOfMemoryError):
            self._ended += 1
            if self._ended == TRIES:
                raise EndsWorkersError from None
        except (NodeDiedError, ObjectLostError):
            pass
        self._give_out()
        return None

    def _give_out(self) -> None:
        self.answer = self._task.remote(*self._arguments)


@contextmanager
def told() -> Iterator[None]:
    """Turn errors of Ray into those of samesong.

    Yields
    ------
    None
        For work with the cluster.

    Raises
    ------
    ClusterError
        If the cluster was lost.
    SamesongError
        Whatever a task raised.
    """
    try:
        yield
    except RayTaskError as error:
        remedy = "repair samesong there, and run the same command again to go on"
        raise failure(error, "a worker of the cluster", remedy) from error
    except (RayError, ConnectionError) as error:
        raise ClusterError(
            f"the cluster was lost ({in_brief(error)}): what was added is in the catalog; run "
            "the same command again to go on"
        ) from error
