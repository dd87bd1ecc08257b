"""The recordings that a user asks about: files as they are named, and all in folders."""

import os
from collections.abc import Iterable

from samesong.runtime.files.discovery import find_audio
from samesong.runtime.storage.address import is_local


def find_queries(paths: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Find recordings, in a folder and all folders below it.

    Parameters
    ----------
    paths : iterable of str
        Files, taken whatever their names, and folders; addresses as `find_audio` takes them.

    Returns
    -------
    queries : list of str
        Files as they were named, and those of folders with the name of the folder in front.
    failures : dict of str to str
        Reasons why a folder has no recordings, by its name.
    """
    queries: list[str] = []
    failures: dict[str, str] = {}
    for path in paths:
        if not is_local(path):
            found = find_audio([path])
            queries += map(str, found.files)
            failures |= {one: f"{one}: {reason}" for one, reason in found.failures}
            continue
        if not os.path.isdir(path):
            queries.append(path)
            continue
        found, start = find_audio([path]), os.path.abspath(path)
        queries += [os.path.join(path, os.path.relpath(file, start)) for file in found.files]
        failures |= {folder: f"{folder} {reason}" for folder, reason in found.failures}
        if not found.files and not found.failures:
            failures[path] = f"{path}: no audio files in this folder"
    return queries, failures
