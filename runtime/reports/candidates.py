"""What a song without a name may be, in the words of reports."""

from collections.abc import Iterable

from samesong.runtime.display.text import percent
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.reports.answer import PERHAPS
from samesong.runtime.reports.song_names import artist_and_title, title_and_artist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Candidate, Song

MENTIONED = 0.01
"""Least probability of a candidate that is mentioned: a decision, since nobody would look into a
lesser one."""


def candidates(song: Song | Interlude) -> list[Candidate]:
    """Return what a song without a name may be.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.

    Returns
    -------
    list of Candidate
        The most probable one first; empty for a song with a name.
    """
    if isinstance(song, Interlude) or song.track is not None:
        return []
    return [one for one in song.candidates if one.probability >= MENTIONED]


def listed(song: Song) -> str:
    """Return the candidates of a song as a list in one cell.

    Parameters
    ----------
    song : Song
        A song of a set list.

    Returns
    -------
    str
        One line, such as ``Greensleeves - The Ensemble 37 %; Oh! Susanna 2 %``; empty for a song
        with a name.
    """
    return in_one_cell((title_and_artist(one.track), one.probability) for one in candidates(song))


def in_one_cell(named: Iterable[tuple[str, float]]) -> str:
    """Return songs with their probabilities as a list in one cell.

    Parameters
    ----------
    named : iterable of tuple of str and float
        The name and the probability of each, the most probable one first.

    Returns
    -------
    str
        One line, of those that are likely enough to be mentioned.

    Examples
    --------
    >>> in_one_cell([("Greensleeves", 0.37), ("Oh! Susanna", 0.02), ("Hymn", 0.001)])
    'Greensleeves 37 %; Oh! Susanna 2 %'
    """
    return "; ".join(f"{name} {percent(found)}" for name, found in named if found >= MENTIONED)


def introduction(song: Song) -> str:
    """Return the words before the candidates of a song.

    Parameters
    ----------
    song : Song
        A song of a set list.

    Returns
    -------
    str
        `PERHAPS` if the first candidate stands out, or else ``closest to``.
    """
    return PERHAPS if song.verdict is Verdict.PROBABLE else "closest to"


def guess(song: Song | Interlude, most: int = 3) -> str:
    """Return what a song without a name may be, in words.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.
    most : int, optional
        Candidates to mention, at most.

    Returns
    -------
    str
        One line; empty for a song with a name, and where nothing is worth mentioning.

    Examples
    --------
    >>> from samesong.runtime.setlist.song import SongTrack
    >>> sleeves = Candidate(track=SongTrack(track_id="1", title="Greensleeves"), probability=0.37)
    >>> susanna = Candidate(track=SongTrack(track_id="2", title="Oh! Susanna"), probability=0.02)
    >>> guess(Song(start=0.0, end=9.0, verdict="probable", candidates=(sleeves, susanna)))
    'perhaps Greensleeves, 37 %; or Oh! Susanna, 2 %'
    """
    found = candidates(song)[:most]
    if isinstance(song, Interlude) or not found:
        return ""
    named = (f"{title_and_artist(one.track)}, {percent(one.probability)}" for one in found)
    return f"{introduction(song)} {'; or '.join(named)}"


def described(song: Song | Interlude, most: int = 3) -> str:
    """Return the name of a song as players show it, and what it may be where it has none.

    Parameters
    ----------
    song : Song or Interlude
        An entry of a set list.
    most : int, optional
        Candidates to mention, at most.

    Returns
    -------
    str
        One line, such as ``Unknown, perhaps Greensleeves, 37 %``.
    """
    return ", ".join(filter(None, (artist_and_title(song), guess(song, most))))
