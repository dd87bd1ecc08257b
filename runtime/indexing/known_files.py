"""The files whose tracks a catalog has, and what a further file is to them."""

from dataclasses import replace

from samesong.features import AudioFile
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.discovery import is_gone, stored_path
from samesong.runtime.files.tags import read_tags
from samesong.runtime.indexing.analyse_file import track_id_of
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.indexing.pending import PendingChanges


class KnownFiles:
    """Compares files with those behind a catalog's tracks.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog; tracks whose file has other content now are removed from it.
    pending : PendingChanges
        Takes the tracks of files that were moved.
    """

    def __init__(self, catalog: CatalogWriter, pending: PendingChanges) -> None:
        self._catalog = catalog
        self._pending = pending
        self._at_path = {track.path: track.track_id for track in catalog.tracks()}
        self._claimed: dict[str, str] = {}

    def classify(self, file: AudioFile, digest: str) -> Outcome:
        """Return what is to be done with a file.

        Parameters
        ----------
        file : AudioFile
            The file.
        digest : str
            The SHA-256 of its content in hexadecimal.

        Returns
        -------
        Outcome
            With the status `ADDED` or `REPLACED` if it has yet to be analysed; others are final.

        Raises
        ------
        CatalogError
            If the catalog cannot be written.
        """
        track_id = track_id_of(digest)
        name = stored_path(file.path)
        owner = self._claimed.get(track_id)
        if owner is None and track_id in self._catalog:
            owner = self._catalog.track(track_id).path
            if owner == name:
                return Outcome(file.path, Status.PRESENT, track_id)
            if is_gone(owner):
                self._move(file, track_id, owner)
                return Outcome(file.path, Status.MOVED, track_id, owner)
        if owner is not None:
            self._drop(name)
            return Outcome(file.path, Status.DUPLICATE, track_id, owner)
        self._claimed[track_id] = name
        status = Status.REPLACED if name in self._at_path else Status.ADDED
        return Outcome(file.path, status, track_id)

    def add(self, path: str, track_id: str) -> None:
        """Note that a file was analysed.

        Parameters
        ----------
        path : str
            As `stored_path` returns it.
        track_id : str
            Its track.
        """
        self._at_path[path] = track_id

    def forget_claims(self) -> None:
        """Let content that was found in this run be analysed from another file."""
        self._claimed.clear()

    def _move(self, file: AudioFile, track_id: str, owner: str) -> None:
        name = stored_path(file.path)
        self._drop(name)
        # The title of a file without tags is its name.
        track = replace(self._catalog.track(track_id), path=name, title=read_tags(file).title)
        self._pending.update(track)
        self._claimed[track_id] = name
        self._at_path.pop(owner, None)
        self._at_path[name] = track_id

    def _drop(self, name: str) -> None:
        """Remove the track that was read from a path whose content is another one's now."""
        stale = self._at_path.pop(name, None)
        if stale is not None and stale in self._catalog:
            self._catalog.remove([stale])
