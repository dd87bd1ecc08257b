"""The recordings that a user asks about: files as they are named, and all in folders."""

import os
from collections.abc import Iterable
from pathlib import PurePath

from samesong.features.decoding.formats import SUFFIXES
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.storage.address import is_local


def find_recordings(paths: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Find recordings, in a folder and all folders below it.

    Parameters
    ----------
    paths : iterable of str
        Files, taken whatever their names, and folders; addresses as `find_audio` takes them.

    Returns
    -------
    recordings : list of str
        Files as they were named, and those of folders with the name of the folder in front.
    failures : dict of str to str
        Reasons why a folder has no recordings, by its name.
    """
    recordings: list[str] = []
    failures: dict[str, str] = {}
    for path in paths:
        if not is_local(path):
            found = find_audio([path])
            recordings += map(str, found.files)
            failures |= {one: f"{one}: {reason}" for one, reason in found.failures}
            continue
        if not os.path.isdir(path):
            recordings.append(path)
            continue
        found, start = find_audio([path]), os.path.abspath(path)
        recordings += [os.path.join(path, os.path.relpath(file, start)) for file in found.files]
        failures |= {folder: f"{folder} {reason}" for folder, reason in found.failures}
        if not found.files and not found.failures:
            failures[path] = f"{path}: no audio files in this folder"
    return recordings, failures


def holds_several(path: str) -> bool:
    """Return whether a path may be that of several recordings.

    Parameters
    ----------
    path : str
        A path or an address.

    Returns
    -------
    bool
        True of folders, and of addresses with wildcards or of no audio file.
    """
    if is_local(path):
        return os.path.isdir(path)
    return "*" in path or PurePath(path).suffix.lower() not in SUFFIXES
