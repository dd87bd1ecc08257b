"""Comparing a catalog with the files that it was made from: ghosts, and recordings held twice."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from samesong.features import AudioFile
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.folder import AUDIO
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.files.content import read_content, read_stamp
from samesong.runtime.files.deleted import Presence, presence
from samesong.runtime.files.discovery import locate, stored_path
from samesong.runtime.indexing.track_lookup import stamp_of
from samesong.runtime.storage.address import is_local


@dataclass(frozen=True)
class FileReport:
    """The files of a catalog's tracks.

    Attributes
    ----------
    deleted : list of CatalogTrack
        Tracks whose file is gone.
    unreachable : list of CatalogTrack
        Tracks whose file cannot be seen, nor that its disk is there: no fault of the catalog.
    changed : list of CatalogTrack
        Tracks whose file has other audio now.
    retagged : list of CatalogTrack
        Tracks whose file has the same audio and was written to since it was indexed.
    doubles : list of tuple of CatalogTrack
        Tracks of the same audio, two or more each, of which none is marked as another's twin.
    """

    deleted: list[CatalogTrack]
    unreachable: list[CatalogTrack]
    changed: list[CatalogTrack]
    retagged: list[CatalogTrack]
    doubles: list[tuple[CatalogTrack, ...]]


def check_files(catalog: Catalog) -> FileReport:
    """Compare tracks with their files, of which those alone are read whose size or time changed.

    Parameters
    ----------
    catalog : Catalog
        The catalog.

    Returns
    -------
    FileReport
        The findings.
    """
    located = _located(catalog)
    by_state = _by_presence(catalog, located)
    changed, retagged = [], []
    for track in by_state[Presence.THERE]:
        path = located[track.track_id]
        if stamp_of(track) in (None, read_stamp(path)):
            continue
        try:
            with AudioFile(path) as file:
                content = read_content(file)
        except Exception:  # whatever is wrong with it, it is not as it was
            changed.append(track)
            continue
        if not content.is_same_audio(track.content_hash, track.audio_hash):
            changed.append(track)
        elif content.content_hash != track.content_hash:
            retagged.append(track)
    return FileReport(
        deleted=by_state[Presence.DELETED],
        unreachable=by_state[Presence.UNREACHABLE],
        changed=changed,
        retagged=retagged,
        doubles=_doubles(catalog.tracks()),
    )


def by_presence(catalog: Catalog) -> dict[Presence, list[CatalogTrack]]:
    """Return the tracks of a catalog by whether their files are there.

    Parameters
    ----------
    catalog : Catalog
        The catalog.

    Returns
    -------
    dict of list of CatalogTrack
        All kinds of `Presence`, each sorted by path.
    """
    return _by_presence(catalog, _located(catalog))


def missing_below(
    catalog: Catalog, folders: Iterable[str | Path], files: Collection[Path]
) -> list[CatalogTrack]:
    """Return the tracks of deleted files in folders that were searched.

    Parameters
    ----------
    catalog : Catalog
        The catalog.
    folders : iterable of str or Path
        The folders; other paths are passed over.
    files : collection of Path
        What was found in them.

    Returns
    -------
    list of CatalogTrack
        Sorted by path.
    """
    searched = tuple(
        f"{stored_path(Path(os.path.abspath(folder))).rstrip('/')}/"
        for folder in folders
        if os.path.isdir(folder)
    )
    found = {stored_path(path) for path in files}
    if not searched or not any(
        track.path not in found and track.path.startswith(searched) for track in catalog.tracks()
    ):
        return []
    deleted = by_presence(catalog)[Presence.DELETED]
    return [track for track in deleted if track.path.startswith(searched)]


def _located(catalog: Catalog) -> dict[str, Path]:
    """Return files by their tracks; what a store tells of one is kept with its path."""
    return {track.track_id: _file_of(track, catalog.location) for track in catalog.tracks()}


def _by_presence(catalog: Catalog, located: dict[str, Path]) -> dict[Presence, list[CatalogTrack]]:
    found = presence(located.values())
    return {
        state: [track for track in catalog.tracks() if found[located[track.track_id]] is state]
        for state in Presence
    }


def _file_of(track: CatalogTrack, location: str) -> Path:
    """Return the file of a track; one that was uploaded is where its catalog is."""
    path = locate(track.path)
    if is_local(location) and is_local(track.path) and not path.exists():
        uploaded = Path(location) / AUDIO / track.track_id / path.name
        if uploaded.exists():
            return uploaded.absolute()
    return path


def _doubles(tracks: Iterable[CatalogTrack]) -> list[tuple[CatalogTrack, ...]]:
    by_audio: dict[str, list[CatalogTrack]] = {}
    for track in tracks:
        if track.twin_of is None:
            by_audio.setdefault(track.audio_hash or track.content_hash, []).append(track)
    return [tuple(same) for same in by_audio.values() if len(same) > 1]
