"""The place of a catalog in an object store: held by one writer at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.index_store import OUTLINES
from samesong.runtime.catalog.lance import explained
from samesong.runtime.catalog.lease import CLOCK, LEASE, WriterLease
from samesong.runtime.storage.object_path import ObjectPath
from samesong.runtime.storage.objects import Objects

_TRACKS = "tracks.lance"
_TABLES = (_TRACKS, "windows.lance")
_OURS = {*_TABLES, LEASE, CLOCK, OUTLINES}


@contextmanager
def hold_store(location: str, *, may_make: bool) -> Iterator[WriterLease]:
    """Hold the place of a catalog for one writer.

    Parameters
    ----------
    location : str
        Its address.
    may_make : bool
        Whether a catalog may be made there.

    Yields
    ------
    WriterLease
        What it is held by.

    Raises
    ------
    CatalogError
        If there is no catalog and none may be made, another process is writing to it, there are
        other things, or the store cannot be read or written.
    """
    with explained("write to", location):
        objects = Objects(location)
        names = objects.names()
    if _TRACKS not in names:
        if not may_make:
            raise CatalogError(f"no catalog at {location}: check the address")
        if _is_object(location):
            raise CatalogError(f"{location} is an object: name a new or empty folder")
        if not names <= _OURS:
            raise CatalogError(
                f"{location} holds other things (such as {min(names - _OURS)!r}) and no catalog: "
                "name a new or empty folder"
            )
    with ExitStack() as held:
        with explained("write to", location):
            lease = held.enter_context(WriterLease(objects))
        if _TRACKS not in names:
            held.callback(_discard_unfinished, objects)
        yield lease


def _is_object(location: str) -> bool:
    path = ObjectPath(location.rstrip("/"))
    with explained("make", location):
        return len(path.parts) > 2 and path.exists()  # two are those of a bucket


def store_holds_catalog(location: str) -> bool:
    """Return whether a catalog is in an object store.

    Parameters
    ----------
    location : str
        Its address.

    Returns
    -------
    bool
        Whether its table of tracks is there, or was being made.

    Raises
    ------
    CatalogError
        If the store cannot be read.
    """
    with explained("read", location):
        return _TRACKS in Objects(location).names()


def _discard_unfinished(objects: Objects) -> None:
    """Remove what is left of a catalog that could not be made; but not its lease, which is held."""
    with suppress(OSError):
        if next(objects.list(f"{_TRACKS}/_versions"), None) is None:
            for table in _TABLES:
                for found in list(objects.list(table)):
                    objects.delete(found.name)
