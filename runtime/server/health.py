"""The catalog as a service last saw it, at hand whatever else the service does."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from samesong.runtime.server.library import CatalogSnapshot, Library

_PATIENCE = 0.2  # seconds; opening a large catalog that was changed takes longer


class Health:
    """Looks at the catalog in a thread of its own, so that its state is told at any time.

    Parameters
    ----------
    library : Library
        The catalog.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="samesong-health")
        self._looking: asyncio.Future[CatalogSnapshot] | None = None
        self._last = library.snapshot()

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
            self._last = looking.result()
        return self._last

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()
