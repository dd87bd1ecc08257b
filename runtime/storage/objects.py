"""The objects of an object store, read and written whole or by ranges; imports obstore alone.

Writing can be made to depend on what is there: that is how processes that know nothing of each
other agree on who holds a catalog, and on what its index is.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from samesong.features.errors import MissingExtraError, install_hint
from samesong.runtime.storage.faults import reason_in, told_by_store
from samesong.runtime.storage.options import for_obstore


@dataclass(frozen=True)
class ObjectInfo:
    """An object, without its content.

    Attributes
    ----------
    name : str
        Below the address of its `Objects`.
    size : int
        In bytes.
    modified : datetime
        When it was written, by the clock of the store.
    version : mapping of str to str
        Which one of this name it is, as `Objects.replace` and `Objects.read_range` take it.
    """

    name: str
    size: int
    modified: datetime
    version: Mapping[str, Any]


class Objects:
    """The objects below an address.

    Parameters
    ----------
    location : str
        The address, such as ``s3://bucket/catalog``; credentials and the like are those of
        `samesong.runtime.storage.options`.

    Raises
    ------
    MissingExtraError
        If obstore is not installed.
    OSError
        If the options are not right. So do all methods where the store refuses, is full or cannot
        be reached; the message says what to do. A `FileNotFoundError` is an object that is not
        there, a `PermissionError` one that may not be read or written.
    """

    def __init__(self, location: str) -> None:
        try:
            self._library: Any = import_module("obstore")
            stores: Any = import_module("obstore.store")
        except ImportError as error:
            raise MissingExtraError(
                f"{location} is in an object store, which needs obstore: {install_hint('cluster')}"
            ) from error
        self.location = location
        with self._told():
            self._store: Any = stores.from_url(location, **for_obstore(location))

    def read(self, name: str) -> tuple[ObjectInfo, bytes]:
        """Return an object and its content.

        Parameters
        ----------
        name : str
            The object.

        Returns
        -------
        ObjectInfo, bytes
            The object and its content.
        """
        with self._told():
            found = self._library.get(self._store, name)
            return _info(found.meta), bytes(found.bytes())

    def find(self, name: str) -> ObjectInfo:
        """Return an object without its content.

        Parameters
        ----------
        name : str
            The object.

        Returns
        -------
        ObjectInfo
            The object.
        """
        with self._told():
            return _info(self._library.head(self._store, name))

    def read_range(self, found: ObjectInfo, start: int, end: int) -> bytes:
        """Return some bytes of an object.

        Parameters
        ----------
        found : ObjectInfo
            The object; should it be another one by now, that is an `OSError`.
        start, end : int
            First byte, and the byte after the last.

        Returns
        -------
        bytes
            The bytes.
        """
        options = {"range": (start, end), "if_match": found.version["e_tag"]}
        try:
            with self._told():
                got = self._library.get(self._store, found.name, options=options)
                return bytes(got.bytes())
        except FileExistsError:
            raise OSError(errno.ESTALE, "it was written to meanwhile") from None

    def create(self, name: str, content: bytes) -> Mapping[str, Any] | None:
        """Write an object unless there is one.

        Parameters
        ----------
        name : str
            The object.
        content : bytes
            Its content.

        Returns
        -------
        mapping or None
            Its version; None if there is one.
        """
        return self._put(name, content, "create")

    def replace(
        self, name: str, content: bytes, version: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Write an object in place of one version of it.

        Parameters
        ----------
        name : str
            The object.
        content : bytes
            Its content.
        version : mapping
            That version.

        Returns
        -------
        mapping or None
            Its new version; None if it is another one by now, or gone.
        """
        try:
            return self._put(name, content, dict(version))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes | memoryview) -> Mapping[str, Any]:
        """Write an object, whatever is there; a large one in parts, several at a time.

        Parameters
        ----------
        name : str
            The object.
        content : bytes
            Its content.

        Returns
        -------
        mapping
            Its version.
        """
        with self._told():
            return _version(self._library.put(self._store, name, content))

    def delete(self, name: str) -> None:
        """Delete an object, if it is there.

        Parameters
        ----------
        name : str
            The object.
        """
        try:
            with self._told():
                self._library.delete(self._store, name)
        except FileNotFoundError:
            return

    def names(self) -> set[str]:
        """Return the names of what is right below the address: of objects, and of folders.

        Returns
        -------
        set of str
            Without what they have in common, and without slashes.
        """
        with self._told():
            found = self._library.list_with_delimiter(self._store)
            return {meta["path"] for meta in found["objects"]} | set(found["common_prefixes"])

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Yield all objects, sorted by name on S3.

        Parameters
        ----------
        prefix : str, optional
            A folder that they are to be in.

        Yields
        ------
        ObjectInfo
            Each of them.
        """
        with self._told():
            for page in self._library.list(self._store, prefix=prefix or None):
                yield from map(_info, page)

    def _put(self, name: str, content: bytes, mode: Any) -> Mapping[str, Any] | None:
        try:
            with self._told():
                # In one request, whose condition the store checks.
                return _version(
                    self._library.put(self._store, name, content, mode=mode, use_multipart=False)
                )
        except FileExistsError:
            return None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn obstore's errors into an `OSError` that says what to do."""
        kinds = self._library.exceptions
        try:
            yield
        except (kinds.AlreadyExistsError, kinds.PreconditionError) as error:
            raise FileExistsError(errno.EEXIST, "there is another one", self.location) from error
        except (kinds.BaseError, OSError, ValueError) as error:
            raise _as_os_error(error) from error


def _as_os_error(error: Exception) -> OSError:
    message = str(error)
    if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in message:
        return FileNotFoundError(errno.ENOENT, "there is no such object")
    kind = PermissionError if "403" in message else OSError
    number = errno.EACCES if kind is PermissionError else errno.EIO
    return kind(number, told_by_store(message) or reason_in(message))


def _info(meta: Mapping[str, Any]) -> ObjectInfo:
    return ObjectInfo(meta["path"], meta["size"], meta["last_modified"], _version(meta))


def _version(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: found[name] for name in ("e_tag", "version") if found.get(name) is not None}
