"""The JSON of a track of the catalog, and the search for one by words."""

from collections.abc import Sequence
from typing import Any

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.server.library import Library
from samesong.runtime.server.search import Rank, rank


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


def track_rank(
    track: CatalogTrack, words: Sequence[str], *, also: str | None = None
) -> Rank | None:
    """Return how well a track matches a search.

    Parameters
    ----------
    track : CatalogTrack
        The track.
    words : sequence of str
        Words of the search, as of `words_of`.
    also : str, optional
        Title of its work, where that is another one.

    Returns
    -------
    Rank or None
        None if one of them is not in its title or its work's, its artist, album, codes or path.
    """
    others = (track.artist, track.album, track.isrc, track.iswc, track.path)
    return rank(words, (track.title, track.work_title, also), others)
