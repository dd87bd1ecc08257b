"""A recording that is piped in, which commands take under the name ``-``."""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from samesong.features.errors import SamesongError
from samesong.runtime.files.work_folder import WorkFolder

DASH = "-"
"""What stands for standard input among recordings."""

NAME = "standard input"
"""What people read for it."""


class StandardInput:
    """What is piped in, kept in a temporary file while it is needed; a context manager.

    Recordings are read more than once, and from their middle, which no pipe allows. Errors that
    leave the context name standard input, and not that file.

    Parameters
    ----------
    recordings : iterable of str
        All recordings of a command, `DASH` among them if it reads standard input.

    Raises
    ------
    click.UsageError
        If `DASH` is given twice, or standard input is a terminal.
    """

    def __init__(self, recordings: Iterable[str]) -> None:
        n_times = sum(name == DASH for name in recordings)
        if n_times > 1:
            raise click.UsageError("- is given twice, but standard input can be read only once")
        if n_times and sys.stdin.isatty():
            raise click.UsageError(
                "- stands for standard input, which is a terminal: pipe a recording in, such as "
                "'ffmpeg -i video.mp4 -f flac - | samesong ...'"
            )
        self._folder = WorkFolder("input") if n_times else None

    def __enter__(self) -> Self:
        if self._folder is not None:
            with (self._folder.path / NAME).open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._folder is None:
            return
        self._folder.close()
        if isinstance(error, SamesongError):
            raise type(error)(self.named(str(error))) from error

    def path(self, recording: str) -> str:
        """Return the file to read.

        Parameters
        ----------
        recording : str
            A recording as it was named.

        Returns
        -------
        str
            The temporary file for `DASH`; the name itself for all others.
        """
        if recording != DASH or self._folder is None:
            return recording
        return str(self._folder.path / NAME)

    def named(self, message: str) -> str:
        """Return a message about a recording, with the name that its reader knows.

        Parameters
        ----------
        message : str
            It may hold the path of the temporary file.

        Returns
        -------
        str
            The message.
        """
        if self._folder is None:
            return message
        return message.replace(f"{self._folder.path}{Path('/')}", "")
