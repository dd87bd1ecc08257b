"""Reading files that others may have made: regular ones alone, and no more than is expected."""

import os
import stat
from pathlib import Path


class UnusableFileError(ValueError):
    """A file is missing, is no regular one, or is too large; the message says which."""


def read_regular_file(path: Path, most: int) -> bytes:
    """Read a file that may be anything: a pipe without a writer would keep a reader for ever.

    Parameters
    ----------
    path : Path
        The file; links are followed.
    most : int
        Bytes that it may have.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    UnusableFileError
        If it cannot be read, is a folder, pipe, socket or device, or has more bytes.
    """
    try:
        # Opening a pipe or a device must neither wait nor do anything.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise UnusableFileError("it is no regular file")
            if found.st_size > most:
                raise UnusableFileError(
                    f"it has {found.st_size:,} bytes, more than the {most:,} that are allowed"
                )
            content = stream.read(most + 1)
    except OSError as error:
        raise UnusableFileError(error.strerror or str(error)) from error
    except UnusableFileError:
        raise
    except ValueError as error:  # a path with a zero byte
        raise UnusableFileError(str(error)) from error
    if len(content) > most:  # it grew, or the system does not know its size
        raise UnusableFileError(f"it has more than the {most:,} bytes that are allowed")
    return content
