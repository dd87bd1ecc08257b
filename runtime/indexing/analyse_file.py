"""From an audio file to its track and windows in a catalog."""

from dataclasses import asdict
from datetime import UTC, datetime

from samesong.features import AudioFile
from samesong.features.progress import OnProgress
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.files.content import FileContent
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.files.reader import FileReader
from samesong.runtime.indexing.set_by_hand import from_tags
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.representation.window import Window

AnalysedTrack = tuple[CatalogTrack, list[Window]]
"""A track and its windows."""

_ID_LENGTH = 16


def track_id_of(digest: str) -> str:
    """Return the id of a track that is read from some content; it keeps it under other tags.

    Parameters
    ----------
    digest : str
        The content's SHA-256 in hexadecimal.

    Returns
    -------
    str
        Its beginning.
    """
    return digest[:_ID_LENGTH]


def analyse_file(
    file: AudioFile,
    content: FileContent,
    analyser: Analyser,
    progress: OnProgress | None = None,
    *,
    reader: FileReader,
) -> AnalysedTrack:
    """Analyse a file.

    Parameters
    ----------
    file : AudioFile
        The file; it stays open.
    content : FileContent
        Its content.
    analyser : Analyser
        Makes its windows.
    progress : callable, optional
        As for `Analyser.stream`.
    reader : FileReader
        Opened the file, and reads its tags.

    Returns
    -------
    tuple of CatalogTrack and list of Window
        The track and its windows.

    Raises
    ------
    AudioError
        If it cannot be used.
    """
    windows = analyser.recording(file, progress=progress)
    track = CatalogTrack(
        track_id=track_id_of(content.content_hash),
        **from_tags(reader.tags(file)),
        path=stored_path(file.path),
        duration=file.info.duration,
        **asdict(content),
        n_windows=len(windows),
        added=datetime.now(UTC),
    )
    return track, windows
