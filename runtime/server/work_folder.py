"""Where a service keeps uploads while it works on them; nothing of it outlives the service."""

import fcntl
import shutil
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_PREFIX = "samesong-serve-"
_LOCK = ".lock"


class WorkFolder:
    """A temporary folder of one process; a context manager that removes it.

    A process that is killed cannot remove its own. The next one does: a lock, which ends with its
    process, tells folders in use from those left behind.
    """

    def __init__(self) -> None:
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
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._held.callback(shutil.rmtree, path, ignore_errors=True)
        lock = self._held.enter_context((path / _LOCK).open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        return path

    def folder(self) -> tempfile.TemporaryDirectory[str]:
        """Return a folder of its own for one request; a context manager that removes it."""
        return tempfile.TemporaryDirectory(dir=self.path, ignore_cleanup_errors=True)


def _sweep(parent: Path) -> None:
    for left in parent.glob(f"{_PREFIX}*"):
        # An OSError: it is locked, not ours, or just being made.
        with suppress(OSError), (left / _LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
