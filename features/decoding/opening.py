"""Opening a file for its bytes, and telling why it cannot be."""

import os
from io import FileIO
from pathlib import Path

from samesong.features.errors import DecodeError


def open_file(path: Path) -> FileIO:
    """Open a file for reading, unbuffered.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FileIO
        Its bytes.

    Raises
    ------
    DecodeError
        If it is missing, is no file, or must not be read.
    """
    if not path.exists():
        raise DecodeError(f"{quoted(path)} does not exist; check the path")
    if not path.is_file():  # reading a pipe or a device would never end
        raise DecodeError(f"{quoted(path)} is not a file; give the path of one recording")
    try:
        return FileIO(os.fspath(path))
    except OSError as error:
        raise DecodeError(
            f"{quoted(path)} cannot be read ({error.strerror}); check its permissions"
        ) from error


def require_bytes(path: Path, stream: FileIO) -> None:
    """Refuse a file that is empty, or on a disk that fails.

    Parameters
    ----------
    path : Path
        The file, for messages.
    stream : FileIO
        Its bytes; their position changes.

    Raises
    ------
    DecodeError
        If nothing can be read.
    """
    try:
        stream.seek(0)
        first = stream.read(1)
    except OSError as error:
        raise DecodeError(
            f"{quoted(path)} cannot be read ({error.strerror}); check the disk it is on"
        ) from error
    if not first:
        raise DecodeError(f"{quoted(path)} is empty (0 bytes); copy it again from where it came")


def quoted(path: Path) -> str:
    """Return the name of a file for messages.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        Its path in quotes; a line break in it, or bytes that are no text, are escaped.
    """
    return repr(os.fspath(path))
