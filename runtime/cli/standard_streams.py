"""Standard streams that stop no command: progress that cannot be shown is not worth its work."""

import io
import os
import sys


def secure_standard_streams() -> None:
    """Open standard streams that are closed, and let nothing fail that is written to the last one.

    Without this, ``2>&-`` gives the number of standard error to the next file that is opened, such
    as one of a catalog, and libraries that write to standard error write into it; and a full disk
    behind standard error would end the work whose progress it tells.
    """
    _fill()
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
    if sys.stderr is sys.__stderr__:  # not where a program shows it elsewhere
        encoding = "utf-8" if sys.stderr is None else sys.stderr.encoding
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Forgiving(2, "w", closefd=False)),
            encoding=encoding,
            errors="backslashreplace",
            line_buffering=True,
        )


class _Forgiving(io.FileIO):
    """A file that takes what it cannot write for written."""

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Write bytes, or lose them.

        Parameters
        ----------
        data : bytes-like
            The bytes.

        Returns
        -------
        int
            How many were written, or lost.
        """
        try:
            written = super().write(data)
        except OSError:
            written = None
        return memoryview(data).nbytes if written is None else written


def _fill() -> None:
    """Open the null device for each of the three that is closed."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
