"""The folder in which a service keeps the recordings that are added to its catalog."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryFile

from samesong.features.errors import CatalogError, DiskFullError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.leftovers import note_catalog, orphans, remove_uploaded
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.track_values import TRACK_ID
from samesong.runtime.server.problems import FULL


class AudioFolder:
    """A folder of recordings, each in a subfolder with the id of its track.

    Recordings of the same name and different content are different tracks.

    Parameters
    ----------
    path : str or Path
        The folder; it is made when the first recording is kept.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(os.path.abspath(path))

    @property
    def path(self) -> Path:
        """The folder."""
        return self._path

    def has_orphans(self, catalog: Catalog) -> bool:
        """Return whether there are recordings for a catalog that are of none of its tracks.

        Parameters
        ----------
        catalog : Catalog
            The catalog.

        Returns
        -------
        bool
            True also while another process adds one.
        """
        track_ids = {track.track_id for track in catalog.tracks()}
        return bool(orphans(self._path, catalog.identity, track_ids))

    def require_writable(self) -> None:
        """Make the folder, and check that recordings can be kept in it.

        Raises
        ------
        CatalogError
            If they cannot.
        """
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self._path):
                pass
        except OSError as error:
            raise CatalogError(
                f"added recordings cannot be kept in {self._path} ({error.strerror}): name another "
                "folder with --audio-folder"
            ) from error

    def place(self, track_id: str, name: str) -> Path:
        """Return the path of a recording in this folder.

        Parameters
        ----------
        track_id : str
            The track.
        name : str
            Name of the file.

        Returns
        -------
        Path
            An absolute path, whether or not the file exists.

        Raises
        ------
        CatalogError
            If no folder can have the name of the track.
        """
        if not TRACK_ID.fullmatch(track_id):
            raise CatalogError(
                f"track {track_id!r} has an id that samesong never gives: index its file again"
            )
        return self._path / track_id / name

    def keep(self, recording: Path, track_id: str, identity: str) -> None:
        """Move a recording into the folder.

        Parameters
        ----------
        recording : Path
            The file.
        track_id : str
            Its track.
        identity : str
            Identity of the catalog that the track is added to.

        Raises
        ------
        CatalogError
            If it cannot be written; a `DiskFullError` if there is no room.
        """
        place = self.place(track_id, recording.name)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            note_catalog(place.parent, identity)
            shutil.move(recording, place)
        except OSError as error:
            kind = DiskFullError if error.errno in FULL else CatalogError
            raise kind(
                f"the recording cannot be kept in {self._path} ({error.strerror}): make room "
                "there, or name another folder with --audio-folder"
            ) from error

    def find(self, track: CatalogTrack) -> Path | None:
        """Return where a track's recording is in this folder.

        Parameters
        ----------
        track : CatalogTrack
            The track; its catalog may have been moved since, or be reached by another path.

        Returns
        -------
        Path or None
            None if it is not there.
        """
        there = file_below(self._path, Path(track.path))
        if there is not None or not TRACK_ID.fullmatch(track.track_id):
            return there
        return file_below(self._path, self.place(track.track_id, Path(track.path).name))

    def remove(self, track_id: str) -> None:
        """Delete the recording of a track, if it is here.

        Parameters
        ----------
        track_id : str
            The track.
        """
        remove_uploaded(self._path, track_id)


def file_below(folder: Path, path: Path) -> Path | None:
    """Return a file if it is in a folder, links followed.

    Parameters
    ----------
    folder : Path
        The folder.
    path : Path
        The file, as a catalog names it: it may be anything.

    Returns
    -------
    Path or None
        Its path without links; None if it is elsewhere or no file.
    """
    try:
        found = path.resolve()
        return found if found.is_relative_to(folder.resolve()) and found.is_file() else None
    except (OSError, RuntimeError, ValueError):  # such as a loop of links, or a zero in its name
        return None
