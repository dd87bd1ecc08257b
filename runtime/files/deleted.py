"""Telling files that were deleted from those on a disk or a share that is not there just now."""

import os
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path

from samesong.runtime.storage.object_path import ObjectPath

# Below these, disks and shares come and go with their folders.
_MOUNTED_BELOW = frozenset({"/", "/home", "/media", "/mnt", "/net", "/run/media", "/Volumes"})
_MOUNTED_BELOW_USERS = frozenset({"/media", "/run/media"})

_REQUESTS = 32
"""Objects that are asked for at a time: a store takes its time, however little it is asked."""


class Presence(Enum):
    """What can be said of a file without reading it."""

    THERE = "there"
    DELETED = "deleted"
    UNREACHABLE = "unreachable"
    """It is not there, nor anything that shows that its disk is."""


def presence(paths: Iterable[Path]) -> dict[Path, Presence]:
    """Tell which of a collection's files are there, deleted or on a disk that is not.

    A missing file counts as deleted if its folder holds something else, or if its folder is gone
    and another file of the collection is below the same parent, on that parent's disk. Else it may
    be that nothing is mounted there.

    Parameters
    ----------
    paths : iterable of Path
        Absolute paths of all files of the collection.

    Returns
    -------
    dict of Presence
        By the paths.
    """
    paths = list(paths)
    objects = [path for path in paths if isinstance(path, ObjectPath)]
    missing: list[Path] = []
    found: dict[Path, Presence] = {}
    disks: dict[Path, set[int]] = defaultdict(set)
    with ThreadPoolExecutor(_REQUESTS) as threads:
        found.update(zip(objects, threads.map(_presence_in_store, objects), strict=True))
    for path in paths:
        if path in found:
            continue
        try:
            disk = os.stat(path).st_dev
        except (FileNotFoundError, NotADirectoryError):
            missing.append(path)
        except OSError:
            found[path] = Presence.UNREACHABLE
        else:
            found[path] = Presence.THERE
            for folder in path.parents:
                disks[folder].add(disk)
    folders = {folder: _is_reachable(folder, disks) for folder in {p.parent for p in missing}}
    for path in missing:
        gone = folders[path.parent] and not os.path.islink(path)
        found[path] = Presence.DELETED if gone else Presence.UNREACHABLE
    return found


def _presence_in_store(path: ObjectPath) -> Presence:
    """Ask for an object; a store that answers has lost it, unless it is the whole bucket."""
    try:
        return Presence.THERE if path.exists() else Presence.DELETED
    except OSError:
        return Presence.UNREACHABLE


def _is_reachable(folder: Path, disks: dict[Path, set[int]]) -> bool:
    try:
        return bool(os.listdir(folder))  # where nothing is mounted, the folder is there and empty
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError:
        return False
    above = next(parent for parent in (folder, *folder.parents) if os.path.lexists(parent))
    # A link may lead to a disk that is not there.
    if not os.path.isdir(above) or _may_be_mounted_below(above):
        return False
    return os.stat(above).st_dev in disks.get(above, ())


def _may_be_mounted_below(folder: Path) -> bool:
    if str(folder) in _MOUNTED_BELOW:
        return True
    return str(folder.parent) in _MOUNTED_BELOW_USERS and not os.path.ismount(folder)
