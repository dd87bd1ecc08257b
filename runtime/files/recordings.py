"""The recordings that a user asks about: files as they are named, and all in folders."""

import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from samesong.features.decoding.formats import SUFFIXES
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.files.failure import Failure
from samesong.runtime.storage.address import is_local


def find_recordings(paths: Iterable[str]) -> tuple[list[str], list[Failure]]:
    """Find recordings, in a folder and all folders below it.

    Parameters
    ----------
    paths : iterable of str
        Files, taken whatever their names, and folders; addresses as `find_audio` takes them.

    Returns
    -------
    recordings : list of str
        Files as they were named, and those of folders with the name of the folder in front.
    failures : list of Failure
        The folders that have no recordings.
    """
    recordings: list[str] = []
    failures: list[Failure] = []
    for path in paths:
        if not is_local(path):
            found = find_audio([path])
            recordings += map(str, found.files)
            failures += [Failure(one, f"{one}: {reason}") for one, reason in found.failures]
            continue
        if not os.path.isdir(path):
            recordings.append(path)
            continue
        found, start = find_audio([path]), os.path.abspath(path)
        recordings += [os.path.join(path, os.path.relpath(file, start)) for file in found.files]
        failures += [Failure(folder, f"{folder} {reason}") for folder, reason in found.failures]
        if not found.files and not found.failures:
            failures.append(Failure(path, f"{path}: no audio files in this folder"))
    return recordings, failures


def each_recording(given: Iterable[Any]) -> Iterator[Any]:
    """Yield recordings in any form, each folder among them as all that is in it.

    Parameters
    ----------
    given : iterable of object
        Paths of files and folders, and whatever else passes for a recording.

    Yields
    ------
    str or object or Failure
        Paths of files, all else as it was given, and the folders that have no recordings.
    """
    for one in given:
        if isinstance(one, (str, os.PathLike)) and _holds_several(os.fspath(one)):
            found, failures = find_recordings([os.fspath(one)])
            yield from failures
            yield from found
        else:
            yield one


def _holds_several(path: str) -> bool:
    if is_local(path):
        return os.path.isdir(path)
    return "*" in path or PurePath(path).suffix.lower() not in SUFFIXES
