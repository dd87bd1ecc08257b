"""The recordings among what a user gives, one by one."""

import os
from collections.abc import Iterable, Iterator
from typing import Any

from samesong.runtime.files.recordings import find_recordings, holds_several
from samesong.runtime.identification.failure import Failure


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
        if isinstance(one, (str, os.PathLike)) and holds_several(os.fspath(one)):
            found, failures = find_recordings([os.fspath(one)])
            yield from (Failure(folder, reason) for folder, reason in failures.items())
            yield from found
        else:
            yield one
