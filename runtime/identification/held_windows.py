"""The windows of a catalog that were read last, held in memory."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from samesong.runtime.catalog.interface import StoredWindow

HELD = 4096
"""Windows that are held, packed: 60 MB. The candidates of a query are some hundreds for each of its
windows; its finalists are among them, and so are those of the next stretch of a concert."""


class HeldWindows:
    """The windows that were read last; for many threads.

    Parameters
    ----------
    read : callable
        Reads windows by their keys, in any order; those that are gone are passed over.
    most : int, optional
        Windows to hold.
    """

    def __init__(
        self, read: Callable[[Sequence[int]], Sequence[StoredWindow]], most: int = HELD
    ) -> None:
        self._read = read
        self._most = most
        self._held: OrderedDict[int, StoredWindow] = OrderedDict()
        self._lock = Lock()

    def read(self, keys: Iterable[int]) -> dict[int, StoredWindow]:
        """Return windows, those that are not held from the catalog.

        Parameters
        ----------
        keys : iterable of int
            Their keys, each once.

        Returns
        -------
        dict of int to StoredWindow
            By key; those that are gone are left out.
        """
        wanted = list(keys)
        with self._lock:
            found = {key: self._held[key] for key in wanted if key in self._held}
        if missing := [key for key in wanted if key not in found]:
            found |= {one.key: one for one in self._read(missing)}
        self.hold(found.values())
        return found

    def hold(self, windows: Iterable[StoredWindow]) -> None:
        """Hold windows, in place of those that were wanted longest ago.

        Parameters
        ----------
        windows : iterable of StoredWindow
            The windows.
        """
        with self._lock:
            for one in windows:
                self._held[one.key] = one
                self._held.move_to_end(one.key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
