"""The audio files that a user names: found in folders, hashed, and named in a catalog."""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samesong.features.audio_file import AudioFile, opened
from samesong.features.decoding.formats import SUFFIXES
from samesong.features.errors import DecodeError
from samesong.runtime.storage.address import is_local
from samesong.runtime.storage.object_path import ObjectPath, as_path

_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


@dataclass
class Found:
    """Audio files that a search found.

    Attributes
    ----------
    files : list of Path
        Each file once, in the order of the arguments, those of a folder sorted.
    failures : list of tuple of str
        Path and reason of what could not be searched.
    passed_over : list of Path
        Files of searched folders whose names are not those of audio, sorted as `files` are.
    """

    files: list[Path] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    passed_over: list[Path] = field(default_factory=list)


def find_audio(paths: Iterable[str | Path]) -> Found:
    """Find audio files, in a folder and all folders below it.

    Links are followed, each folder is searched once, and hidden ones are passed over.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, taken whatever their names, and folders; of an object store, also addresses with
        wildcards.

    Returns
    -------
    Found
        The files, what else is in the folders, and the folders that could not be searched.
    """
    found = Found()
    seen_folders: set[tuple[int, int]] = set()
    seen_files: set[Path] = set()

    def take(path: Path) -> None:
        if path not in seen_files:
            seen_files.add(path)
            found.files.append(path)

    def search(folder: Path) -> None:
        try:
            status = folder.stat()
            # A link may lead back to a folder above it.
            if (status.st_dev, status.st_ino) in seen_folders:
                return
            seen_folders.add((status.st_dev, status.st_ino))
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            found.failures.append((str(folder), f"cannot be searched: {error.strerror}"))
            return
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith("."):
                continue
            if os.path.isdir(path):
                search(path)
            elif path.suffix.lower() in SUFFIXES:
                take(path)
            else:
                found.passed_over.append(path)

    def search_store(address: str) -> None:
        path = as_path(address)
        try:
            named = path.matches() if isinstance(path, ObjectPath) else []
        except OSError as error:
            found.failures.append((address, f"cannot be searched: {error.strerror}"))
            return
        if not named:
            found.failures.append((address, "there is no such object, and none below it"))
        for one in named:
            below = one.relative_to(path).parts if one.is_relative_to(path) else ()
            if any(part.startswith(".") for part in below):
                continue
            if not below or one.suffix.lower() in SUFFIXES:
                take(one)
            else:
                found.passed_over.append(one)

    for path in paths:
        if not is_local(os.fspath(path)):
            search_store(os.fspath(path))
            continue
        absolute = Path(os.path.abspath(path))
        if os.path.isdir(absolute):
            search(absolute)
        else:
            take(absolute)
    return found


def content_hash(recording: Path | AudioFile) -> str:
    """Return the SHA-256 of a file's bytes, read in small pieces.

    Parameters
    ----------
    recording : Path or AudioFile
        The file; one that is open stays open.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    DecodeError
        If it is not a file that can be read.
    """
    with opened(recording) as file:
        try:
            file.stream.seek(0)
            stream: Any = file.stream
            return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise DecodeError(f"{file.path}: cannot be read ({error.strerror})") from error


def stored_path(path: Path) -> str:
    r"""Return a path as a catalog stores it.

    Parameters
    ----------
    path : Path
        Any path.

    Returns
    -------
    str
        Its text, in which bytes that are not UTF-8 are written ``\x..``.
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def locate(stored: str) -> Path:
    r"""Return the path that a stored one was made of.

    Parameters
    ----------
    stored : str
        What `stored_path` returned.

    Returns
    -------
    Path
        The path; where a file is named by the very text ``\x..``, that file.
    """
    if is_local(stored) and "\\x" in stored and not os.path.lexists(stored):
        name = _ESCAPED.sub(lambda byte: bytes([int(byte[1], 16)]), os.fsencode(stored))
        return Path(os.fsdecode(name))
    return as_path(stored)


def is_gone(stored: str) -> bool:
    """Return whether there is no file any more at a stored path.

    Parameters
    ----------
    stored : str
        What `stored_path` returned.

    Returns
    -------
    bool
        False also where nobody can tell: the disk fails, or its folder must not be read.
    """
    try:
        locate(stored).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
