"""The files whose tracks a catalog has, and what a further file is to them."""

from dataclasses import asdict, replace
from pathlib import Path

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.content import FileContent, read_stamp
from samesong.runtime.files.discovery import is_gone, locate, stored_path
from samesong.runtime.files.reader import FileReader
from samesong.runtime.indexing.analyse_file import track_id_of
from samesong.runtime.indexing.outcome import Outcome, Status
from samesong.runtime.indexing.pending import PendingChanges
from samesong.runtime.indexing.set_by_hand import retagged
from samesong.runtime.indexing.track_lookup import TrackLookup, hashes_of, stamp_of


class KnownFiles:
    """Compares files with those behind a catalog's tracks, by their audio.

    A track follows its audio: to another path, and to other tags.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog; tracks that lost their path to another are removed from it.
    pending : PendingChanges
        Takes the tracks of files that were moved or tagged.
    reader : FileReader
        Reads the files.
    reread : bool, optional
        Whether files whose size and time are the same are read again.

    Attributes
    ----------
    dropped : list of CatalogTrack
        The tracks that were removed.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        pending: PendingChanges,
        reader: FileReader,
        *,
        reread: bool = False,
    ) -> None:
        self._catalog = catalog
        self._pending = pending
        self._reader = reader
        self._reread = reread
        self._tracks = TrackLookup(catalog.tracks())
        self._claimed: dict[str, Outcome] = {}
        self.dropped: list[CatalogTrack] = []

    def unchanged(self, path: Path) -> Outcome | None:
        """Return the outcome of a file that is as it was when it was last read.

        Parameters
        ----------
        path : Path
            The file, which is not opened.

        Returns
        -------
        Outcome or None
            None if it has to be read.
        """
        here = self.at(stored_path(path))
        if here is None or self._reread:
            return None
        stamp = stamp_of(here)
        if stamp is None or stamp != read_stamp(path):
            return None
        return Outcome(path, Status.PRESENT, here.track_id)

    def classify(self, path: Path, content: FileContent) -> Outcome:
        """Return what is to be done with a file.

        Parameters
        ----------
        path : Path
            The file, which is opened only if its tags are to be read again.
        content : FileContent
            Its content.

        Returns
        -------
        Outcome
            With the status `ADDED` or `REPLACED` if it has yet to be analysed; others are final.
        """
        name = stored_path(path)
        here = self.at(name)
        if here is not None and _is_of(here, content):
            return self._refresh(path, here, content)
        for key in hashes_of(content):
            if (first := self._claimed.get(key)) is not None:
                self._tracks.displace(name)
                return replace(first, path=path, status=Status.DUPLICATE)
        owner = self._owner(content)
        if owner is None:
            return self._claim(path, content, Status.REPLACED if here else Status.ADDED)
        if self._is_in_place(owner):
            self._tracks.displace(name)
            return Outcome(path, Status.DUPLICATE, owner.track_id, owner.path)
        self._move(path, owner, content)
        return Outcome(path, Status.MOVED, owner.track_id, owner.path)

    def is_new_content(self, path: Path, content: FileContent) -> bool:
        """Return whether a known path has other audio than the track that was read from it.

        Parameters
        ----------
        path : Path
            The file.
        content : FileContent
            Its content.

        Returns
        -------
        bool
            False for a path that no track was read from.
        """
        here = self.at(stored_path(path))
        return here is not None and not _is_of(here, content)

    def is_known_content(self, content: FileContent) -> bool:
        """Return whether a track of the catalog has this audio.

        Parameters
        ----------
        content : FileContent
            Content of a file.

        Returns
        -------
        bool
            True wherever the file of that track is.
        """
        return self._owner(content) is not None

    def at(self, path: str) -> CatalogTrack | None:
        """Return the track that was read from a path.

        Parameters
        ----------
        path : str
            As `stored_path` returns it.

        Returns
        -------
        CatalogTrack or None
            None if there is none.
        """
        track_id = self._tracks.at(path)
        return None if track_id is None else self._pending.current(track_id)

    def add(self, track: CatalogTrack) -> None:
        """Note a track that was analysed; it takes the place of the one at its path.

        Parameters
        ----------
        track : CatalogTrack
            The track.
        """
        replaced = self.at(track.path)
        if replaced is not None:
            self._tracks.take(replaced)
        self._tracks.put(track)

    def settle(self) -> None:
        """Commit what is pending, and remove tracks whose path is another one's now.

        Raises
        ------
        CatalogError
            If the catalog cannot be written.
        """
        self._pending.commit()
        gone = [self._catalog.track(i) for i in self._tracks.displaced if i in self._catalog]
        for track in gone:
            self._tracks.take(track)
        if gone:
            self._catalog.remove(track.track_id for track in gone)
        self.dropped += gone

    def forget_claims(self) -> None:
        """Let content that was found in this run be analysed from another file."""
        self._claimed.clear()

    def _owner(self, content: FileContent) -> CatalogTrack | None:
        # A track that was tagged since has its first content's id.
        first = track_id_of(content.content_hash)
        track_id = self._tracks.with_content(content) or (first if first in self._catalog else None)
        return None if track_id is None else self._pending.current(track_id)

    def _is_in_place(self, track: CatalogTrack) -> bool:
        """Return whether the file of a track is where it was, with the audio that it had."""
        if self._tracks.at(track.path) != track.track_id or is_gone(track.path):
            return False
        path = locate(track.path)
        if stamp_of(track) == read_stamp(path):
            return True
        try:
            with self._reader.open(path) as file:
                return _is_of(track, self._reader.content(file))
        except Exception:  # whatever is wrong with it, it may be readable another time
            return True

    def _claim(self, path: Path, content: FileContent, status: Status) -> Outcome:
        outcome = Outcome(path, status, track_id_of(content.content_hash))
        for key in hashes_of(content):
            self._claimed[key] = replace(outcome, detail=stored_path(path))
        return outcome

    def _refresh(self, path: Path, track: CatalogTrack, content: FileContent) -> Outcome:
        tagged = self._retagged(path, track)
        self._update(track, replace(tagged, **asdict(content)))
        status = Status.PRESENT if tagged == track else Status.RETAGGED
        return Outcome(path, status, track.track_id)

    def _move(self, path: Path, track: CatalogTrack, content: FileContent) -> None:
        # The title of a file without tags is its name.
        tagged = self._retagged(path, track)
        self._update(track, replace(tagged, path=stored_path(path), **asdict(content)))

    def _retagged(self, path: Path, track: CatalogTrack) -> CatalogTrack:
        with self._reader.open(path) as file:
            return retagged(track, self._reader.tags(file))

    def _update(self, before: CatalogTrack, after: CatalogTrack) -> None:
        if after != before:
            self._tracks.take(before)
            self._tracks.put(after)
            self._pending.update(after)


def _is_of(track: CatalogTrack, content: FileContent) -> bool:
    return content.is_same_audio(track.content_hash, track.audio_hash)
