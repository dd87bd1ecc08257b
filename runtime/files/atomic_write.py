"""Files that are written whole or not at all."""

import fcntl
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

_PART = re.compile(r"\.samesong-[0-9a-f]{16}\.part")
_HOUR = 3600.0
"""Seconds since it was written to after which a part without a lock is one that was left."""


@contextmanager
def whole_file(path: str | Path) -> Iterator[BinaryIO]:
    """Open a stream whose content takes the place of a file when all of it is written.

    Parameters
    ----------
    path : str or Path
        The file. A device, such as /dev/stdout, is written to directly, and so is what a link
        leads to.

    Yields
    ------
    BinaryIO
        The stream.

    Raises
    ------
    OSError
        If the file cannot be written; it names the file, which is then as it was.
    """
    target = Path(path)
    part = None
    if is_plain(target):
        _sweep(target.parent)
        part = target.with_name(f".samesong-{token_hex(8)}.part")
    try:
        with (part or target).open("wb") as stream:
            if part is not None:
                with suppress(OSError):  # some network disks have no locks
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield stream
        if part is not None:
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
    except OSError as error:
        # Writing to a stream fails without a name; and no one knows the one beside.
        if error.errno is None:
            raise OSError(f"{target} cannot be written: {error}") from error
        raise OSError(error.errno, error.strerror, str(target)) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove files that were being written when their process was killed."""
    for left in folder.glob(".samesong-*.part"):
        with suppress(OSError):  # it is locked by its process, or somebody else's
            if _PART.fullmatch(left.name) and time.time() - left.stat().st_mtime > _HOUR:
                with left.open("rb") as stream:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    left.unlink()


def is_plain(path: Path) -> bool:
    """Return whether a path is that of a file, or of one that is to be, rather than of a device.

    Parameters
    ----------
    path : Path
        Any path.

    Returns
    -------
    bool
        False for links and devices.
    """
    return not path.is_symlink() and (path.is_file() or not path.exists())
