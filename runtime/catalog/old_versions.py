"""Old versions of a catalog's tables: kept for those who read them, and for nobody else.

A reader goes on with the version that it opened. It holds a lock that it shares with all readers,
and that ends with its process. In an object store there is no lock, so that readers are assumed.
"""

import fcntl
import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from samesong.runtime.storage.address import is_local

KEPT = timedelta(days=1)
"""Time for which a version is kept for readers after another has taken its place: longer than any
concert takes."""

_SLACK = timedelta(minutes=1)  # between two readings of the clock, LanceDB's and this one


class ReaderLock:
    """The lock of one reader of a catalog, held until the reader is gone.

    Parameters
    ----------
    location : str
        The catalog's.
    """

    def __init__(self, location: str) -> None:
        self._folder: int | None = None
        if not is_local(location):
            return
        with suppress(OSError):  # no folder, or a file system without locks
            self._folder = os.open(Path(location), os.O_RDONLY | os.O_DIRECTORY)
            self._close = weakref.finalize(self, os.close, self._folder)
            # Whoever removes old versions leaves the last, which is opened after this.
            fcntl.flock(self._folder, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def release(self) -> None:
        """Let go of it now, rather than when the reader is gone.

        That may be much later, since an error that was caught keeps those who were at work then.
        """
        if self._folder is not None:
            self._folder = None
            self._close()

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Keep other readers out, unless there are some.

        Yields
        ------
        bool
            True if there is no other reader.
        """
        if self._folder is None:
            yield False
            return
        try:
            fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            is_alone = False
        else:
            is_alone = True
        try:
            yield is_alone
        finally:
            with suppress(OSError):
                fcntl.flock(self._folder, fcntl.LOCK_SH | fcntl.LOCK_NB)


def removable_age(made: Sequence[datetime], now: datetime) -> timedelta:
    """Return the age from which versions of a table can be removed while others read it.

    The age of a version says when it was made, while what matters is when another took its place.

    Parameters
    ----------
    made : sequence of datetime
        When its versions were made; not empty.
    now : datetime
        The present.

    Returns
    -------
    timedelta
        An age that exceeds that of all versions that were the last one within `KEPT`.

    Examples
    --------
    >>> now = datetime(2026, 1, 31, 12)
    >>> removable_age([now - timedelta(days=days) for days in (9, 7, 0)], now)
    datetime.timedelta(days=7, seconds=60)
    """
    last_then = max((time for time in made if time <= now - KEPT), default=min(made))
    return now - last_then + _SLACK
