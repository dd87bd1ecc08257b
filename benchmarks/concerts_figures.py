"""Accuracy of set lists: songs that they name, and times at which these begin and end."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

TEMPO = 0.03
"""Share of the true tempo by which a correct one may be off."""


@dataclass(frozen=True)
class Played:
    """A song that was played.

    Attributes
    ----------
    start, end : float
        In seconds of the concert.
    track_id : str or None
        The track that it is a performance of; None when that is not in the catalog.
    identified : bool or None
        True if `samesong identify` names it when it is cut out of the concert; None: not asked.
    key_shift : int
        Semitones above the studio recording.
    tempo_ratio : float
        Tempo divided by that of the studio recording.
    """

    start: float
    end: float
    track_id: str | None
    identified: bool | None = None
    key_shift: int = 0
    tempo_ratio: float = 1.0


@dataclass(frozen=True)
class Listed:
    """A song of a set list; its track_id is None when it is listed as unknown.

    Then, key_shift and tempo_ratio mean nothing.
    """

    start: float
    end: float
    track_id: str | None
    key_shift: int = 0
    tempo_ratio: float = 1.0


@dataclass(frozen=True)
class Concert:
    """Songs played at a concert, songs listed, and the cost of the list.

    Attributes
    ----------
    seconds : float
        Length of the concert.
    cpu_seconds : float
        Processor time of finding the list.
    played : tuple of Played
        In order.
    listed : tuple of Listed
        In order.
    """

    seconds: float
    cpu_seconds: float
    played: tuple[Played, ...]
    listed: tuple[Listed, ...]


def overlap(a: Played | Listed, b: Played | Listed) -> float:
    """Return the seconds for which two songs overlap.

    Parameters
    ----------
    a, b : Played or Listed
        Two songs of a concert.

    Returns
    -------
    float
        0 if they do not overlap.
    """
    return max(0.0, min(a.end, b.end) - max(a.start, b.start))


def matches(played: Sequence[Played], listed: Sequence[Listed]) -> Iterator[tuple[Played, Listed]]:
    """Yield the correctly named songs of a list, each with the song that was played.

    A song is correct if its track was being played for at least half of its time. A song that is
    listed twice is correct once.

    Parameters
    ----------
    played : sequence of Played
        Songs of a concert.
    listed : sequence of Listed
        Songs of its list.

    Yields
    ------
    tuple of Played and Listed
        In the order of the list.
    """
    taken: list[Played] = []
    for one in listed:
        for song in played:
            same = one.track_id is not None and one.track_id == song.track_id
            if same and song not in taken and overlap(song, one) >= (one.end - one.start) / 2:
                taken.append(song)
                yield song, one
                break


def edit_distance(played: Sequence[object], listed: Sequence[object]) -> int:
    """Return the Levenshtein distance of two sequences: all edits cost the same.

    Parameters
    ----------
    played, listed : sequence
        Sequences of anything that can be compared.

    Returns
    -------
    int
        0 if they are equal.
    """
    row = list(range(len(listed) + 1))
    for number, one in enumerate(played, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(listed, 1):
            replaced = before + (one != other)
            before = row[place]
            row[place] = min(replaced, before + 1, row[place - 1] + 1)
    return row[-1]


@dataclass(frozen=True)
class Figures:
    """Measures of one or more set lists.

    Edit distance and boundary deviation are those of MIREX's task Set List Identification (J.-C.
    Wang, M.-C. Yen, Y.-H. Yang and H.-M. Wang, "Automatic set list identification and song
    segmentation for full-length concert videos", ISMIR 2014). As there, songs that are not in the
    catalog count neither way unless they are given a name.

    Attributes
    ----------
    hours : float
        Length of the concerts.
    songs : int
        Songs played whose track is in the catalog, teases and parts of medleys included.
    named, right : int
        Songs listed with a track, and those of them that are correct.
    precision, recall, f1 : float
        Of named songs; 0 where there are none to divide by.
    identified : int
        Songs that `samesong identify` names when they are cut out of the concert.
    recall_of_identified, f1_of_identified : float
        The same measures for these songs alone; correctly named others count neither way.
    boundary_seconds : float or None
        Median error of starts and ends of correct songs; None when there are none.
    edit_distance : int
        Fewest insertions, deletions and replacements that turn the named songs of each list into
        the songs of the catalog that were played, in order; of all concerts together.
    start_deviation, end_deviation : float or None
        Mean error of starts, and of ends, of correct songs in seconds; None when there are none.
    keys_right, tempos_right : int
        Correct songs with the correct key shift, and with the tempo correct to `TEMPO`.
    false_claims_per_hour : float
        Wrongly named songs an hour.
    strangers, strangers_unnamed : int
        Songs played that are not in the catalog, and those of them that are not named for half of
        their time or more.
    cpu_seconds_per_hour : float
        Processor time of an hour of concert.
    """

    hours: float
    songs: int
    named: int
    right: int
    precision: float
    recall: float
    f1: float
    identified: int
    recall_of_identified: float
    f1_of_identified: float
    boundary_seconds: float | None
    edit_distance: int
    start_deviation: float | None
    end_deviation: float | None
    keys_right: int
    tempos_right: int
    false_claims_per_hour: float
    strangers: int
    strangers_unnamed: int
    cpu_seconds_per_hour: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for JSON.

        Returns
        -------
        dict
            Each attribute by its name.
        """
        return asdict(self)


def measure(concerts: Sequence[Concert]) -> Figures:
    """Take all measures over some concerts together.

    Parameters
    ----------
    concerts : sequence of Concert
        At least one.

    Returns
    -------
    Figures
        Of all concerts together, longer ones counting for more.
    """
    found = [list(matches(concert.played, concert.listed)) for concert in concerts]
    pairs = [pair for concert in found for pair in concert]
    songs = [s for concert in concerts for s in concert.played if s.track_id is not None]
    named = [s for concert in concerts for s in concert.listed if s.track_id is not None]
    identified = sum(bool(song.identified) for song in songs)
    right_of_identified = sum(bool(song.identified) for song, _ in pairs)
    wrong = len(named) - len(pairs)
    errors = [
        abs(a - b) for song, one in pairs for a, b in ((song.start, one.start), (song.end, one.end))
    ]
    hours = sum(concert.seconds for concert in concerts) / 3600
    strangers = [
        max((overlap(song, one) for one in concert.listed if one.track_id), default=0.0)
        < (song.end - song.start) / 2
        for concert in concerts
        for song in concert.played
        if song.track_id is None
    ]
    precision, recall = _share(len(pairs), len(named)), _share(len(pairs), len(songs))
    recall_of_identified = _share(right_of_identified, identified)
    return Figures(
        hours=hours,
        songs=len(songs),
        named=len(named),
        right=len(pairs),
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
        identified=identified,
        recall_of_identified=recall_of_identified,
        f1_of_identified=_f1(
            _share(right_of_identified, right_of_identified + wrong), recall_of_identified
        ),
        boundary_seconds=median(errors) if errors else None,
        edit_distance=sum(
            edit_distance(_sequence(concert.played), _sequence(concert.listed))
            for concert in concerts
        ),
        start_deviation=fmean(errors[::2]) if errors else None,
        end_deviation=fmean(errors[1::2]) if errors else None,
        keys_right=sum(song.key_shift == one.key_shift for song, one in pairs),
        tempos_right=sum(
            abs(one.tempo_ratio / song.tempo_ratio - 1) <= TEMPO for song, one in pairs
        ),
        false_claims_per_hour=wrong / hours,
        strangers=len(strangers),
        strangers_unnamed=sum(strangers),
        cpu_seconds_per_hour=sum(concert.cpu_seconds for concert in concerts) / hours,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _sequence(songs: Sequence[Played] | Sequence[Listed]) -> list[str]:
    return [song.track_id for song in songs if song.track_id is not None]
