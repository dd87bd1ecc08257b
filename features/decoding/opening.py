"""Opening a file for its bytes, and telling why it cannot be."""

import os
from pathlib import Path
from typing import BinaryIO

from samesong.features.errors import DecodeError


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading, unbuffered.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    BinaryIO
        Its bytes.

    Raises
    ------
    DecodeError
        If it is missing, is no file, or must not be read.
    """
    try:
        if not path.exists():
            raise DecodeError(f"{quoted(path)} does not exist; check the path")
        if not path.is_file():  # reading a pipe or a device would never end
            raise DecodeError(f"{quoted(path)} is not a file; give the path of one recording")
        return path.open("rb", buffering=0)
    except OSError as error:
        raise DecodeError(
            f"{quoted(path)} cannot be read ({error.strerror}); check its permissions"
        ) from error


def require_bytes(path: Path, stream: BinaryIO) -> None:
    """Refuse a file that is empty, or on a disk that fails.

    Parameters
    ----------
    path : Path
        The file, for messages.
    stream : BinaryIO
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
