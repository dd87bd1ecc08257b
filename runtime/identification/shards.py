"""The shards of a catalog, wherever they are: asked together, and answered by each of its own."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from samesong.features.errors import ClusterError

Q = TypeVar("Q")
A = TypeVar("A")


class ShardsChangedError(ClusterError):
    """A shard no longer has the records that it was asked about: ask anew."""


class Shards(Protocol):
    """The shards of a catalog as they are now.

    Each is a `samesong.runtime.identification.window_shard.WindowShard`; together they hold each
    window of the catalog once. What they answer is merged by the functions
    of `samesong.runtime.identification.merging`, so that a search of them finds what a search of
    the whole does: a catalog on one machine is one shard.
    """

    def __len__(self) -> int:
        """Return the number of shards."""

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
        ShardsChangedError
            If the windows were put into other records since: what was found before is void.
        """


ShardsNow = Callable[[], Shards]
"""Gives the shards of a catalog as they are now, at the start of each search."""


class LocalShards:
    """Shards in this process; a `Shards`.

    Parameters
    ----------
    shards : sequence of OutlineShard
        The shards.
    """

    def __init__(self, shards: Sequence[Any]) -> None:
        self._shards = shards

    def __len__(self) -> int:
        return len(self._shards)

    def ask(self, question: Callable[[Any, Q], A], each: Sequence[Q]) -> list[A]:
        """Ask one after the other: each works on all threads.

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
        """
        return [question(shard, one) for shard, one in zip(self._shards, each, strict=True)]


def ask_all(shards: Shards, question: Callable[[Any, Q], A], one: Q) -> list[A]:
    """Ask all shards the same.

    Parameters
    ----------
    shards : Shards
        The shards.
    question : callable
        A method of `WindowShard`.
    one : object
        Its argument.

    Returns
    -------
    list
        The answer of each shard, in order.
    """
    return shards.ask(question, [one] * len(shards))
