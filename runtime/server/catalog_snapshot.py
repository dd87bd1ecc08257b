"""A version of the catalog that a service serves, and the change to the next one."""

import logging
from dataclasses import dataclass
from threading import Lock, Thread

from samesong.features.errors import SamesongError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.identification.identifier import Identifier
from samesong.runtime.identification.shards import ShardsNow

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class CatalogSnapshot:
    """A catalog as it was when it was read, with its identifier.

    Attributes
    ----------
    catalog : Catalog
        The catalog.
    identifier : Identifier
        Identifies recordings against it.
    shards : callable, optional
        Gives the shards that it is searched in, where they are elsewhere.
    """

    catalog: Catalog
    identifier: Identifier
    shards: ShardsNow | None = None


class Takeover:
    """Changes to a new version without a pause: searches use the one before until it was read.

    Parameters
    ----------
    first : CatalogSnapshot
        The first version, which is read at once.

    Raises
    ------
    ClusterError
        If its shards cannot be asked.
    """

    def __init__(self, first: CatalogSnapshot) -> None:
        self._read = first
        self._reading: Thread | None = None
        self._lock = Lock()
        if first.shards is not None:
            first.shards()

    def newest_read(self, newest: CatalogSnapshot) -> CatalogSnapshot:
        """Return the version to search, and have the newest one read meanwhile.

        Parameters
        ----------
        newest : CatalogSnapshot
            The catalog as it is now.

        Returns
        -------
        CatalogSnapshot
            It, where all shards have read it or there are none; else the one before.
        """
        with self._lock:
            if newest.shards is None:
                self._read = newest
            elif newest is not self._read and (
                self._reading is None or not self._reading.is_alive()
            ):
                self._reading = Thread(target=self._take_over, args=[newest], daemon=True)
                self._reading.start()
            return self._read

    def _take_over(self, newest: CatalogSnapshot) -> None:
        assert newest.shards is not None
        try:
            newest.shards()
        except SamesongError as error:
            _LOG.warning("the new version of the catalog is not searched yet: %s", error)
            return
        with self._lock:
            self._read = newest
