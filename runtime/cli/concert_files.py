"""The files of a concert as a user names them, and the part of it."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from samesong.features.errors import DecodeError
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.storage.address import is_local

_TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)")
_SIXTY = 60


class TimeInRecording(click.ParamType[float]):
    """A time in a recording: seconds, m:ss or h:mm:ss."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the time.

        Parameters
        ----------
        value : str or float
            The argument.
        param : click.Parameter or None
            The option, for the message of an error.
        ctx : click.Context or None
            The command, for the message of an error.

        Returns
        -------
        float
            Seconds, 0 or above.

        Examples
        --------
        >>> TimeInRecording().convert("1:02:03.5", None, None)
        3723.5
        """
        if isinstance(value, float):
            return value
        found = _TIME.fullmatch(str(value).strip())
        if found is None:
            self._refuse(value, param, ctx)
        hours, minutes, seconds = (0.0 if part is None else float(part) for part in found.groups())
        clock = found[2] is not None
        if (clock and seconds >= _SIXTY) or (found[1] is not None and minutes >= _SIXTY):
            self._refuse(value, param, ctx)
        return 3600 * hours + 60 * minutes + seconds

    def _refuse(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> NoReturn:
        self.fail(f"{value!r} is no time: give seconds, m:ss or h:mm:ss", param, ctx)


def concert_files(arguments: Iterable[str]) -> list[Path]:
    """Return the files of a concert in the order in which they were recorded.

    Parameters
    ----------
    arguments : iterable of str
        Files, taken in the order given, and folders, whose files are in natural order: ``d1t9``
        before ``d1t10``.

    Returns
    -------
    list of Path
        At least one.

    Raises
    ------
    click.UsageError
        If a file is named twice.
    DecodeError
        If files do not exist, or a folder holds no audio files, or cannot be searched.
    """
    files: list[Path] = []
    missing: list[str] = []
    for argument in arguments:
        if is_local(argument) and not os.path.isdir(argument):
            files.append(Path(argument))
            missing += [] if os.path.exists(argument) else [argument]
            continue
        found = find_audio([argument])
        for folder, reason in found.failures:
            raise DecodeError(f"{folder} {reason}")
        if not found.files:
            raise DecodeError(f"{argument} holds no audio files: name the folder of the concert")
        files += sorted(found.files, key=natural_order)
    if missing:
        remedy = "does not exist; check the path"
        if len(missing) > 1:
            remedy = "do not exist; check the paths"
        raise DecodeError(f"{', '.join(map(repr, missing))} {remedy}")
    seen: set[Path] = set()
    for path in files:
        if path.resolve() in seen:
            raise click.UsageError(f"{path} is named twice: name each file of the concert once")
        seen.add(path.resolve())
    return files


def natural_order(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts paths as people number them.

    Parameters
    ----------
    path : Path
        Any path.

    Returns
    -------
    list of tuple
        Digits count by their value.

    Examples
    --------
    >>> [p.name for p in sorted([Path("d1t10.ogg"), Path("d1t9.ogg")], key=natural_order)]
    ['d1t9.ogg', 'd1t10.ogg']
    """
    parts = re.split(r"(\d+)", str(path).casefold())
    return [(int(part), "") if i % 2 else (-1, part) for i, part in enumerate(parts)]
