"""Tracks of a catalog that are recordings of one work, as far as their tags tell."""

from collections.abc import Mapping

from samesong.runtime.catalog.interface import TrackInfo

Work = tuple[str, ...]
"""What tracks of one work have in common."""


def work_of(track: TrackInfo) -> Work:
    """Return what the track shares with others of its work.

    That is its ISWC; where it has none its artist and title, in any case of letters; and without
    these only what it has alone.
    """
    if track.iswc:
        return ("ISWC", track.iswc)
    if track.artist and track.title:
        return ("artist and title", track.artist.casefold(), track.title.casefold())
    return ("track", track.track_id)


def work_scores(scores: Mapping[str, float], works: Mapping[str, Work]) -> dict[str, float]:
    """Return the probability of each track's work: those of all its tracks, added.

    A performance is one of the song, whichever of its recordings it is most like.

    Parameters
    ----------
    scores
        Probability of each track, by track_id, no two of which can be true.
    works
        The work of some of these tracks; others are left out.
    """
    totals: dict[Work, float] = {}
    for track_id, work in works.items():
        totals[work] = totals.get(work, 0.0) + scores[track_id]
    return {track_id: min(1.0, totals[work]) for track_id, work in works.items()}
