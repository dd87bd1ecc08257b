"""The state of the shards that a catalog is searched in, as those who run them ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.identification.shards import ShardsNow


@dataclass(frozen=True)
class ShardState:
    """The state of one shard.

    Attributes
    ----------
    number : int
        From 0.
    n_windows : int
        Windows that it holds of the newest version it has.
    replicas : int
        Replicas that answered.
    nodes : tuple of str
        Addresses of the machines that they are on.
    """

    number: int
    n_windows: int
    replicas: int
    nodes: tuple[str, ...]


class ShardSource(Protocol):
    """Where the shards of a catalog run."""

    def of(self, catalog: Catalog) -> ShardsNow:
        """Return the shards of a version of the catalog.

        Parameters
        ----------
        catalog : Catalog
            The version.

        Returns
        -------
        callable
            Its first call has all shards read this version, and waits until they have.
        """

    def states(self) -> Sequence[ShardState]:
        """Return the state of each shard, asked for now or a moment ago.

        Returns
        -------
        sequence of ShardState
            In order.
        """
