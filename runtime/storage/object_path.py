"""Paths of objects: what opens, stats and names files works on them as it does on disk."""

import fnmatch
import os
import re
import stat
from functools import lru_cache
from itertools import takewhile
from pathlib import Path, PosixPath
from typing import Any

from samesong.runtime.storage.address import is_local, require_address
from samesong.runtime.storage.object_file import ObjectFile
from samesong.runtime.storage.objects import ObjectInfo, Objects
from samesong.runtime.storage.options import in_force

_WILDCARD = re.compile(r"[*?[]")


class ObjectPath(PosixPath):
    """The path of an object, such as ``s3://bucket/music/song.flac``.

    Only reading is offered. Names with two slashes in a row, or with ``.`` between slashes, cannot
    be told from those without.

    Examples
    --------
    >>> path = ObjectPath("s3://bucket/music/song.flac")
    >>> str(path), path.name, str(path.parent)
    ('s3://bucket/music/song.flac', 'song.flac', 's3://bucket/music')
    """

    _known: ObjectInfo | None = None

    def __str__(self) -> str:
        scheme, _, rest = super().__str__().partition(":/")
        return f"{scheme}://{rest}"

    def __fspath__(self) -> str:
        return str(self)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """Return the size and time of the object, as they were when it was first found.

        Parameters
        ----------
        follow_symlinks : bool, optional
            Unused: objects are no links.

        Returns
        -------
        os.stat_result
            Those of a regular file.

        Raises
        ------
        OSError
            If there is no such object, or it cannot be seen.
        """
        del follow_symlinks
        info = self._info()
        seconds = int(info.modified.timestamp())
        fields = (stat.S_IFREG | 0o444, 0, 0, 1, 0, 0, info.size, seconds, seconds, seconds)
        return os.stat_result(fields, {"st_mtime_ns": round(info.modified.timestamp() * 1e9)})

    def exists(self, *, follow_symlinks: bool = True) -> bool:
        """Return whether there is such an object.

        Parameters
        ----------
        follow_symlinks : bool, optional
            Unused: objects are no links.

        Returns
        -------
        bool
            False for a folder, which is only the beginning of names.
        """
        del follow_symlinks
        try:
            self._info()
        except FileNotFoundError:
            return False
        return True

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Return whether there is such an object.

        Parameters
        ----------
        follow_symlinks : bool, optional
            Unused: objects are no links.

        Returns
        -------
        bool
            As `exists`.
        """
        return self.exists(follow_symlinks=follow_symlinks)

    def open(self, mode: str = "rb", *_args: Any, **_kwargs: Any) -> Any:
        """Open the object for reading its bytes.

        Parameters
        ----------
        mode : str, optional
            ``"rb"``.
        *_args, **_kwargs : object
            Unused: there is no buffer, and no text.

        Returns
        -------
        ObjectFile
            Its bytes, unbuffered.

        Raises
        ------
        ValueError
            If it is to be opened otherwise.
        OSError
            If there is no such object, or it cannot be seen.
        """
        if mode != "rb":
            raise ValueError(f"objects are opened with mode 'rb', not {mode!r}")
        return ObjectFile(self._objects(), self._info())

    def matches(self) -> list["ObjectPath"]:
        """Return the objects of this path, whose name may hold wildcards, or of all below it.

        Returns
        -------
        list of ObjectPath
            Sorted: itself, or what ``*``, ``?`` and ``[...]`` stand for, none of them for a slash,
            or all objects below it; each with its size and time.

        Raises
        ------
        OSError
            If they cannot be listed.
        """
        key = self._key()
        if not _WILDCARD.search(key):
            if key and self.exists():
                return [self]
            return self._below(key)
        wanted = key.split("/")
        plain = takewhile(lambda part: not _WILDCARD.search(part), wanted)
        return [
            path
            for path in self._below("/".join(plain))
            if len(parts := path._key().split("/")) == len(wanted)
            and all(map(_is_like, parts, wanted))
        ]

    def _below(self, prefix: str) -> list["ObjectPath"]:
        bucket = self._bucket()
        found = []
        for info in self._objects().list(prefix):
            path = ObjectPath(f"{bucket}/{info.name}")
            path._known = info
            found.append(path)
        return sorted(found)

    def _info(self) -> ObjectInfo:
        if self._known is None:
            self._known = self._objects().find(self._key())
        return self._known

    def _objects(self) -> Objects:
        return _objects(self._bucket(), in_force())

    def _bucket(self) -> str:
        scheme, bucket, *_ = self.parts
        return f"{scheme}//{bucket}"

    def _key(self) -> str:
        return "/".join(self.parts[2:])


def _is_like(part: str, wanted: str) -> bool:
    """Return whether a name is what a shell would take a pattern for: hidden ones are asked for."""
    is_hidden = part.startswith(".") and not wanted.startswith(".")
    return not is_hidden and fnmatch.fnmatchcase(part, wanted)


def as_path(name: str | os.PathLike[str]) -> Path:
    """Return the path of a file on disk or in an object store.

    Parameters
    ----------
    name : str or path
        A path, or the address of an object.

    Returns
    -------
    Path
        An `ObjectPath` for an address.

    Examples
    --------
    >>> as_path("music/song.flac"), as_path("s3://bucket/song.flac")
    (PosixPath('music/song.flac'), ObjectPath('s3://bucket/song.flac'))
    """
    if isinstance(name, Path):
        return name
    text = os.fspath(name)
    return Path(text) if is_local(text) else ObjectPath(require_address(text))


@lru_cache(maxsize=16)
def _objects(bucket: str, options: tuple[tuple[str, str], ...]) -> Objects:
    """Return the objects of a bucket, whose connections all of its paths share."""
    del options  # with others, it is another one
    return Objects(bucket)
