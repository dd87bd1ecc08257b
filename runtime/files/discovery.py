"""The audio files that a user names: found in folders, hashed, and named in a catalog."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from samesong.features.errors import DecodeError

# fmt: off
EXTENSIONS = frozenset({
    ".aac", ".aif", ".aiff", ".au", ".caf", ".flac", ".m4a", ".m4b", ".mka", ".mov", ".mp2",
    ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".w64", ".wav", ".webm",
})
# fmt: on
"""File names that are taken for audio when a folder is searched; a file that is named is tried."""


@dataclass
class Found:
    """What a search found.

    Attributes
    ----------
    files
        Each file once, in the order of the arguments, those of a folder sorted.
    failures
        Path and reason of what could not be searched.
    """

    files: list[Path] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)


def find_audio(paths: Iterable[str | Path]) -> Found:
    """Find audio files, in a folder and all folders below it.

    Links are followed, each folder is searched once, and hidden ones are passed over.

    Parameters
    ----------
    paths
        Files, taken whatever their names, and folders.
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
            elif path.suffix.lower() in EXTENSIONS:
                take(path)

    for path in map(Path, paths):
        absolute = Path(os.path.abspath(path))
        if os.path.isdir(absolute):
            search(absolute)
        else:
            take(absolute)
    return found


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal, read in small pieces.

    Raises
    ------
    DecodeError
        If it is not a file that can be read.
    """
    try:
        if path.exists() and not path.is_file():  # reading a pipe or a device would never end
            raise DecodeError(f"{path}: not a file")
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DecodeError(f"{path}: cannot be read ({error.strerror})") from error


def stored_path(path: Path) -> str:
    r"""Return a path as the catalog stores it: bytes that are not UTF-8 become ``\x..``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_gone(stored: str) -> bool:
    """Tell whether there is no file any more at a path that `stored_path` returned.

    One whose name is no valid text cannot be told from its stored path, and counts as there.
    """
    return "\\x" not in stored and not os.path.exists(stored)
