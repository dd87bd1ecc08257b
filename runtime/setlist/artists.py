"""The artists of a concert: who played some of its songs is likelier to have played the others.

Songs that were named by themselves tell whose concert it is. Then what is left is weighed again,
with other songs of that artist more likely beforehand.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from samesong.runtime.identification.known_works import raise_odds
from samesong.runtime.identification.retrieval import Contender
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.setlist.segments import Segment
from samesong.runtime.works.placeholders import names_nobody
from samesong.runtime.works.titles import artist_key

SONGS = 3
"""Different songs of an artist from which the concert is taken for theirs."""


def concert_artists(segments: Iterable[Segment]) -> frozenset[str]:
    """Return the artists of whom enough songs were named.

    Parameters
    ----------
    segments : iterable of Segment
        All segments of a concert, named.

    Returns
    -------
    frozenset of str
        As `artist_key` writes them, so that all spellings of a name count together. Names that
        stand for nobody, such as "Various artists", are left out.
    """
    works: dict[str, set[str | None]] = defaultdict(set)
    for segment in segments:
        if segment.verdict is Verdict.MATCH:
            works[_artist(segment.candidates[0])].add(segment.work_id)
    return frozenset(
        artist
        for artist, named in works.items()
        if len(named) >= SONGS and not names_nobody(artist)
    )


def favour_artists(
    segments: Sequence[Segment],
    odds: float,
    name: Callable[[Segment, Sequence[Contender]], Segment],
) -> list[Segment]:
    """Name again what is not by the artists of a concert so far.

    Songs that told whose concert it is stay as they are: they are no evidence for themselves.

    Parameters
    ----------
    segments : sequence of Segment
        All segments of a concert, named.
    odds : float
        Factor of the odds beforehand of these artists' songs, at least 1.
    name : callable
        Takes a segment for the most probable of some contenders, or for none of them.

    Returns
    -------
    list of Segment
        In the same order.
    """
    artists = concert_artists(segments)
    if not artists:
        return list(segments)
    return [
        segment
        if segment.verdict is Verdict.MATCH and _artist(segment.candidates[0]) in artists
        else name(
            segment,
            raise_odds(segment.candidates, lambda one: _artist(one) in artists, odds),
        )
        for segment in segments
    ]


def _artist(contender: Contender) -> str:
    """Return the artist of a work, by its recording that a segment is closest to."""
    return artist_key(contender.closest.track.artist)
