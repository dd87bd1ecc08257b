"""What processes that were killed left behind: in a catalog's folder, and of uploaded recordings.

A recording that is uploaded is kept in a folder with its track's id, which also holds a note of the
catalog that it was added to. Where that catalog has no such track, nobody wants the recording any
more: its upload was cut off, or its track was removed. Folders without that note are never touched.
"""

import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from samesong.runtime.catalog.index_files import UNFINISHED_INDEX
from samesong.runtime.catalog.track_values import TRACK_ID

_NOTE = ".samesong-catalog"
HOUR = 3600.0
"""Age in seconds at which a recording is an orphan where no lock shows that nobody adds it."""


def unfinished_files(folder: Path) -> list[Path]:
    """Return the files of a catalog that a writer did not finish.

    Parameters
    ----------
    folder : Path
        The catalog's.

    Returns
    -------
    list of Path
        Left behind, or being written: only who has the writer's lock may tell.
    """
    found = [*folder.glob("*.lance/*/.tmp*"), folder / UNFINISHED_INDEX]
    return [path for path in found if path.is_file()]


def note_catalog(folder: Path, identity: str) -> None:
    """Note in the folder of an uploaded recording which catalog it is added to.

    Parameters
    ----------
    folder : Path
        The folder of one recording.
    identity : str
        As `samesong.Catalog.identity`.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    (folder / _NOTE).write_text(identity, "utf-8")


def orphans(
    folder: Path, identity: str, track_ids: Collection[str], least_age: float = 0.0
) -> list[Path]:
    """Return the folders of uploaded recordings that are of no track of a catalog.

    Parameters
    ----------
    folder : Path
        The folder of all uploaded recordings.
    identity : str
        The catalog's.
    track_ids : collection of str
        The tracks that it has.
    least_age : float, optional
        Seconds since they were made, at least; 0 if it is certain that none is being added.

    Returns
    -------
    list of Path
        Those that were added to this catalog.
    """
    now = time.time()
    found = []
    for note in folder.glob(f"*/{_NOTE}"):
        with suppress(OSError, UnicodeError):
            if (
                note.parent.name not in track_ids
                and now - note.stat().st_mtime >= least_age
                and note.read_text("utf-8") == identity
            ):
                found.append(note.parent)
    return found


def remove_uploaded(folder: Path, track_id: str) -> None:
    """Delete the uploaded recording of a track, if there is one.

    Parameters
    ----------
    folder : Path
        The folder of all uploaded recordings.
    track_id : str
        The track.
    """
    if TRACK_ID.fullmatch(track_id):  # of a link, nothing is deleted at its other end
        shutil.rmtree(folder / track_id, ignore_errors=True)
