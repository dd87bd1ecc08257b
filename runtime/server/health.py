"""The catalog as a service last saw it, at hand whatever else the service does."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from samesong.runtime.identification.shard_state import ShardState
from samesong.runtime.server.catalog_snapshot import CatalogSnapshot
from samesong.runtime.server.library import Library

_PATIENCE = 0.2  # seconds; opening a large catalog that was changed takes longer


class Health:
    """Looks at the catalog, and its shards, in threads of its own: their state is told at any time.

    Parameters
    ----------
    library : Library
        The catalog.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread = ThreadPoolExecutor(2, thread_name_prefix="samesong-health")
        self._looking: asyncio.Future[CatalogSnapshot] | None = None
        self._surveying: asyncio.Future[Sequence[ShardState]] | None = None
        self._last_shards = () if library.cluster is None else library.cluster.states()

    async def snapshot(self) -> CatalogSnapshot:
        """Return the catalog as it is now or, if that takes too long to find out, as it was.

        Returns
        -------
        CatalogSnapshot
            The catalog.

        Raises
        ------
        CatalogError, MismatchError
            If it is gone, damaged, or of another model now.
        ProblemError
            If the service is being stopped.
        """
        if self._looking is None or self._looking.done():
            loop = asyncio.get_running_loop()
            self._looking = loop.run_in_executor(self._thread, self._library.snapshot)
        looking = self._looking
        done, _ = await asyncio.wait([looking], timeout=_PATIENCE)
        if done:
            looking.result()  # raises what went wrong
        return self._library.last_read  # not the result, which may be of before a change since

    async def shards(self) -> Sequence[ShardState]:
        """Return the state of each shard, as of a moment ago if one does not answer at once.

        Returns
        -------
        sequence of ShardState
            In order; empty where the catalog is searched in this process.
        """
        cluster = self._library.cluster
        if cluster is None:
            return ()
        if self._surveying is None or self._surveying.done():
            loop = asyncio.get_running_loop()
            self._surveying = loop.run_in_executor(self._thread, cluster.states)
        surveying = self._surveying
        done, _ = await asyncio.wait([surveying], timeout=_PATIENCE)
        if done:
            self._last_shards = surveying.result()
        return self._last_shards

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()
