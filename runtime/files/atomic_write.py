"""Files that are written whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO


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
    part = target.with_name(f".{token_hex(8)}.part") if is_plain(target) else None
    try:
        with (part or target).open("wb") as stream:
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
