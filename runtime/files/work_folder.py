"""Temporary folders of commands; nothing of them outlives the next command that needs one."""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

Kind = Literal["serve", "setlist", "demo", "bench", "input"]
"""The commands that have one, and what is piped in."""

_KINDS: tuple[Kind, ...] = ("serve", "setlist", "demo", "bench", "input")
_LOCK = ".lock"
_HOUR = 3600.0
"""Seconds after which a folder without a lock is none that is just being made."""


class WorkFolder:
    """A temporary folder of one process; a context manager that removes it.

    A process that is killed cannot remove its own. The next one does, whatever command it was: a
    lock, which ends with its process, tells folders in use from those left behind.

    Parameters
    ----------
    kind : {'serve', 'setlist', 'demo', 'bench', 'input'}
        The command.

    Attributes
    ----------
    path : Path
        The folder.
    """

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._held = ExitStack()
        _sweep(Path(tempfile.gettempdir()))
        self.path = self._make()
        while not self.path.is_dir():  # another process swept it just before it was locked
            self.path = self._make()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove it."""
        self._held.close()

    def _make(self) -> Path:
        path = Path(tempfile.mkdtemp(prefix=_prefix(self._kind)))
        self._held.callback(shutil.rmtree, path, ignore_errors=True)
        lock = self._held.enter_context((path / _LOCK).open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        return path

    def folder(self) -> tempfile.TemporaryDirectory[str]:
        """Return a folder of its own for one request; a context manager that removes it."""
        return tempfile.TemporaryDirectory(dir=self.path, ignore_cleanup_errors=True)


def _prefix(kind: Kind) -> str:
    return f"samesong-{kind}-"


def _sweep(parent: Path) -> None:
    for left in (path for kind in _KINDS for path in parent.glob(f"{_prefix(kind)}*")):
        with suppress(OSError):  # it is locked, or gone meanwhile
            status = left.lstat()
            if status.st_uid != os.getuid():
                continue
            if not (left / _LOCK).exists():
                if time.time() - status.st_mtime > _HOUR:
                    left.rmdir()  # empty, or else it is not ours
                continue
            with (left / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
