"""Works: tracks of a catalog that are recordings of one song, by their tags."""

from collections.abc import Mapping

from samesong.runtime.catalog.interface import TrackInfo

Work = tuple[str, ...]
"""Values of tags that all tracks of a work share."""


def work_of(track: TrackInfo) -> Work:
    """Return the work of a track.

    Parameters
    ----------
    track : TrackInfo
        Its tags decide.

    Returns
    -------
    tuple of str
        Its ISWC; if it has none, its artist and title, in any case of letters; without these, a
        work of its own.
    """
    if track.iswc:
        return ("ISWC", track.iswc)
    if track.artist and track.title:
        return ("artist and title", track.artist.casefold(), track.title.casefold())
    return ("track", track.track_id)


def work_scores(scores: Mapping[str, float], works: Mapping[str, Work]) -> dict[str, float]:
    """Return the probability of each track's work: those of all its tracks, added.

    A performance is one of the song, whichever of its recordings it is closest to.

    Parameters
    ----------
    scores : mapping of str to float
        Probability of each track, by track_id, no two of which can be true.
    works : mapping of str to tuple of str
        The work of some of these tracks; others are left out.

    Returns
    -------
    dict of str to float
        Probability of the work of each track in `works`, 0 to 1.
    """
    totals: dict[Work, float] = {}
    for track_id, work in works.items():
        totals[work] = totals.get(work, 0.0) + scores[track_id]
    return {track_id: min(1.0, totals[work]) for track_id, work in works.items()}
