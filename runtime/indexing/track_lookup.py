"""Finding the tracks of a catalog by their paths and by their audio, while they change."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.files.content import FileContent, FileStamp, read_stamp
from samesong.runtime.files.discovery import locate


class TrackLookup:
    """Tracks by their paths and by their audio.

    Parameters
    ----------
    tracks : iterable of CatalogTrack
        The tracks. Two have one path only where a run that moved files was killed; it is then
        that of the one whose file is there.
    """

    def __init__(self, tracks: Iterable[CatalogTrack]) -> None:
        self._at_path: dict[str, str] = {}
        self._by_hash: dict[str, str] = {}
        self._displaced: set[str] = set()
        of_path = defaultdict(list)
        for track in tracks:
            of_path[track.path].append(track)
        for rivals in of_path.values():
            for track in sorted(rivals, key=_is_in_place) if len(rivals) > 1 else rivals:
                self.put(track)

    def at(self, path: str) -> str | None:
        """Return the track of a path.

        Parameters
        ----------
        path : str
            As `stored_path` returns it.

        Returns
        -------
        str or None
            Its track_id.
        """
        return self._at_path.get(path)

    def with_content(self, content: FileContent) -> str | None:
        """Return the track of some content.

        Parameters
        ----------
        content : FileContent
            Content of any file.

        Returns
        -------
        str or None
            The track_id of one with these bytes, or else with this audio.
        """
        for key in hashes_of(content):
            if (track_id := self._by_hash.get(key)) is not None:
                return track_id
        return None

    def put(self, track: CatalogTrack) -> None:
        """Note a track as it is now; the one at its path is displaced.

        Parameters
        ----------
        track : CatalogTrack
            The track.
        """
        if self._at_path.get(track.path) != track.track_id:
            self.displace(track.path)
        self._displaced.discard(track.track_id)
        self._at_path[track.path] = track.track_id
        for key in hashes_of(track):
            self._by_hash[key] = track.track_id

    def take(self, track: CatalogTrack) -> None:
        """Forget a track.

        Parameters
        ----------
        track : CatalogTrack
            The track, as it was put.
        """
        self._displaced.discard(track.track_id)
        if self._at_path.get(track.path) == track.track_id:
            del self._at_path[track.path]
        for key in hashes_of(track):
            if self._by_hash.get(key) == track.track_id:
                del self._by_hash[key]

    def displace(self, path: str) -> None:
        """Take a path from its track, whose audio may yet turn up under another.

        Parameters
        ----------
        path : str
            As `stored_path` returns it.
        """
        displaced = self._at_path.pop(path, None)
        if displaced is not None:
            self._displaced.add(displaced)

    @property
    def displaced(self) -> Collection[str]:
        """The track_ids of tracks without a path."""
        return frozenset(self._displaced)


def hashes_of(content: FileContent | CatalogTrack) -> Iterable[str]:
    """Return what content is known by.

    Parameters
    ----------
    content : FileContent or CatalogTrack
        Content of a file.

    Returns
    -------
    iterable of str
        The hash of its bytes, and that of its audio if there is one.
    """
    return filter(None, (content.content_hash, content.audio_hash))


def stamp_of(track: CatalogTrack) -> FileStamp | None:
    """Return the size and time of a track's file as when it was last read.

    Parameters
    ----------
    track : CatalogTrack
        The track.

    Returns
    -------
    FileStamp or None
        None if they were not noted.
    """
    if track.size is None or track.modified is None:
        return None
    return FileStamp(track.size, track.modified)


def _is_in_place(track: CatalogTrack) -> tuple[bool, float]:
    return stamp_of(track) == read_stamp(locate(track.path)), track.added.timestamp()
