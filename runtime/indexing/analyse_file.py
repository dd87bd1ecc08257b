"""From an audio file to what a catalog keeps of it: its tags, its length and its windows."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from samesong.features import audio
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.rows import CatalogTrack
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.files.tags import read_tags
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.spectrograms import Progress
from samesong.runtime.representation.window import Window

Entry = tuple[CatalogTrack, list[Window]]

_ID_LENGTH = 16


def track_id_of(digest: str) -> str:
    """Return the name in a catalog of the content with a SHA-256."""
    return digest[:_ID_LENGTH]


def analysed(
    path: Path, digest: str, analyser: Analyser, progress: Progress | None = None
) -> Entry:
    """Analyse a file.

    Parameters
    ----------
    path, digest
        The file and the SHA-256 of its content.
    analyser
        What makes its windows.
    progress
        As for `Analyser.stream`.

    Raises
    ------
    AudioError, MissingExtraError
        If it cannot be used.
    """
    windows = analyser.recording(path, progress=progress)
    tags = read_tags(path)
    track = CatalogTrack(
        track_id=track_id_of(digest),
        title=tags.title,
        artist=tags.artist,
        album=tags.album,
        isrc=tags.isrc,
        iswc=tags.iswc,
        path=stored_path(path),
        duration=audio.probe(path).duration,
        content_hash=digest,
        n_windows=len(windows),
        added=datetime.now(UTC),
    )
    return track, windows


def moved(catalog: Catalog, track_id: str, path: Path) -> Entry:
    """Return a catalog's track under the path that its file has now; its windows are kept.

    The title is read again: of a file without tags it is the name.
    """
    track = replace(catalog.track(track_id), path=stored_path(path), title=read_tags(path).title)
    return track, [stored.window for stored in catalog.windows(track_id)]
