"""The JSON of a track of the catalog, and the search for one by words."""

from collections.abc import Iterable
from typing import Any

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.server.library import Library


def track_json(track: CatalogTrack, library: Library) -> dict[str, Any]:
    """Return a track as the service tells it.

    Parameters
    ----------
    track : CatalogTrack
        A track of the library's catalog.
    library : Library
        Knows whether its recording can be played.

    Returns
    -------
    dict
        Content of `samesong.runtime.server.track_schemas.CatalogTrackModel`.
    """
    has_audio = library.audio(track) is not None
    return {**track.to_dict(), "work_id": track.work, "has_audio": has_audio}


def has_words(track: CatalogTrack, words: Iterable[str]) -> bool:
    """Return True if a track has all words of a search.

    Parameters
    ----------
    track : CatalogTrack
        The track.
    words : iterable of str
        In lower case, as `str.casefold` gives it.

    Returns
    -------
    bool
        Whether each is in its title or its work's, its artist, album, codes or path.
    """
    names = (track.title, track.work_title, track.artist, track.album)
    fields = (*names, track.isrc, track.iswc, track.path)
    text = "\n".join(filter(None, fields)).casefold()
    return all(word in text for word in words)
