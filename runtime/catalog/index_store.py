"""The index of a catalog in an object store: parts that never change, and a list of them.

A part is named by its content, so that a copy of it on this machine stays right for ever. The list,
written when all of its parts are, takes the place of the one before in one step, unless another
writer was faster. A reader sees the old index or the new one, never half of each.
"""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.level_parts import LevelParts, encoded
from samesong.runtime.outlines.store import Outlines
from samesong.runtime.storage.cache import ObjectCache
from samesong.runtime.storage.objects import Objects

OUTLINES = "outlines"
"""Folder of the index in a catalog."""

MANIFEST = f"{OUTLINES}/manifest.json"
"""The list of the parts."""

PART_BYTES = 2**26
"""Bytes of a part, about: they are held in memory while it is fetched or written."""

_ATTEMPTS = 3


@dataclass(frozen=True)
class _Manifest:
    """The parts of an index, of outlines and of levels, and what says of which windows it is."""

    parts: list[str]
    levels: list[str]
    windows: str | None

    @classmethod
    def of(cls, content: bytes) -> Self:
        try:
            found = cls(**json.loads(content))
            sizes = {len(bytes.fromhex(digest)) for digest in (*found.parts, *found.levels)}
        except (ValueError, TypeError) as error:
            raise ValueError(f"the list of its parts is damaged ({error})") from None
        if not sizes <= {hashlib.sha256().digest_size}:
            raise ValueError("the list of its parts is damaged (a name is no SHA-256)")
        return found


class StoreIndex:
    """The objects of an index; an `samesong.runtime.catalog.index_files.IndexFiles`.

    Parameters
    ----------
    objects : Objects
        The catalog's.
    identity : str
        As `samesong.Catalog.identity`: copies of another catalog's parts are not this one's.
    """

    def __init__(self, objects: Objects, identity: str) -> None:
        self._objects = objects
        self._cache = ObjectCache(f"{objects.location} {identity}")
        self._opened: _Manifest | None = None

    def open(self, kind: np.dtype[Any]) -> list[Outlines]:
        """Open the outlines, from this machine's copies as far as there are any.

        Parameters
        ----------
        kind : dtype
            `samesong.runtime.outlines.store.record_type` of the windows.

        Returns
        -------
        list of Outlines
            One a part.

        Raises
        ------
        FileNotFoundError
            If there is no index.
        ValueError
            If it is damaged.
        OSError
            If it cannot be read.
        """
        for attempt in range(_ATTEMPTS):
            _, found = self._read()
            try:
                opened = [self._outlines(digest, kind) for digest in found.parts]
            except FileNotFoundError:
                # Another index took its place, and its parts are gone.
                if attempt == _ATTEMPTS - 1:
                    raise ValueError("parts of it are missing") from None
                continue
            self._cache.keep([*found.parts, *found.levels])
            self._opened = found
            return opened
        raise AssertionError("unreachable")

    def is_of(self, version: int) -> bool:
        """Return whether the index that was opened is of just the windows that there are.

        Parameters
        ----------
        version : int
            Of the table of windows.

        Returns
        -------
        bool
            True if the names of all windows need not be read to find out which it lacks.
        """
        if self._opened is None or self._opened.windows is None:
            return False
        return self._opened.windows == self._stamp(version)

    def levels(self, valid: NDArray[np.int64]) -> LevelParts | None:
        """Open the coarsest levels of the windows of the index that was opened.

        Parameters
        ----------
        valid : ndarray
            (n_keys,) int64: keys of the windows that are still what they were.

        Returns
        -------
        LevelParts or None
            None if they are damaged, or gone since another index took its place.

        Raises
        ------
        OSError
            If they cannot be read.
        """
        digests = self._opened.levels if self._opened is not None else []
        with ExitStack() as held, suppress(FileNotFoundError, ValueError):
            files: list[Any] = []
            for digest in digests:
                files.append(held.enter_context(self._copy(digest)))
                if hashlib.file_digest(files[-1], "sha256").hexdigest() != digest:
                    raise ValueError("it was damaged on this machine")
            return LevelParts(files, valid)
        for digest in digests:
            self._cache.drop(digest)
        return None

    def replace(
        self,
        write: Callable[[IO[bytes]], None],
        record_bytes: int,
        levels: Iterable[pa.Table],
        version: int,
    ) -> None:
        """Make an index, in place of the one before.

        Parameters
        ----------
        write : callable
            Writes it to an empty file.
        record_bytes : int
            Bytes of a record, which no part divides.
        levels : iterable of pyarrow.Table
            The coarsest levels of all windows, as `encoded` takes them.
        version : int
            Of the table of windows.

        Raises
        ------
        OSError
            If it cannot be written; then the one before stays.
        CatalogError
            If another writer made one meanwhile.
        """
        before: Mapping[str, Any] | None = None
        try:
            before, _ = self._read()
        except FileNotFoundError:
            pass
        except ValueError:
            self.remove()
        with TemporaryFile() as file:
            write(file)
            file.seek(0)
            size = max(1, PART_BYTES // record_bytes) * record_bytes
            parts = self._written(iter(lambda: file.read(size), b""))
        made = _Manifest(parts, self._written(encoded(levels, PART_BYTES)), self._stamp(version))
        content = json.dumps(asdict(made)).encode()
        if before is None:
            done = self._objects.create(MANIFEST, content)
        else:
            done = self._objects.replace(MANIFEST, content, before)
        if done is None and self._read()[1] != made:
            raise CatalogError(
                f"another process made an index of catalog {self._objects.location} meanwhile: "
                "run it again"
            )
        self._delete([*made.parts, *made.levels])

    def remove(self) -> None:
        """Remove the index, if there is one.

        Raises
        ------
        OSError
            If it cannot be removed.
        """
        self._objects.delete(MANIFEST)  # first, so that no index lacks parts
        self._delete([])

    def _read(self) -> tuple[Mapping[str, Any], _Manifest]:
        found, content = self._objects.read(MANIFEST)
        return found.version, _Manifest.of(content)

    def _written(self, contents: Iterable[bytes]) -> list[str]:
        digests = []
        for content in contents:
            digests.append(hashlib.sha256(content).hexdigest())
            self._objects.write(_name(digests[-1]), content)
        return digests

    def _copy(self, digest: str) -> IO[bytes]:
        return self._cache.open(digest, lambda: self._objects.read(_name(digest))[1])

    def _outlines(self, digest: str, kind: np.dtype[Any]) -> Outlines:
        try:
            with self._copy(digest) as file:
                return Outlines(file, kind)
        except ValueError:  # perhaps it was damaged on this machine
            self._cache.drop(digest)
        with self._copy(digest) as file:
            return Outlines(file, kind)

    def _stamp(self, version: int) -> str | None:
        """Return what no other content of the table of windows has."""
        # As LanceDB names versions, the newest first.
        name = f"windows.lance/_versions/{2**64 - 1 - version:020}.manifest"
        try:
            return self._objects.find(name).version.get("e_tag")
        except FileNotFoundError:
            return None

    def _delete(self, but: Collection[str]) -> None:
        """Delete all parts but some, those included that a writer that died left."""
        for found in list(self._objects.list(OUTLINES)):
            if found.name != MANIFEST and os.path.basename(found.name) not in but:
                self._objects.delete(found.name)


def _name(digest: str) -> str:
    return f"{OUTLINES}/{digest}"
