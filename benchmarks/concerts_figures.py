"""How right set lists are: which songs they name, and where these begin and end."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

TEMPO = 0.03
"""Share of the true tempo by which one that is right may be off."""


@dataclass(frozen=True)
class Played:
    """A song that was played.

    Attributes
    ----------
    start, end
        In seconds of the concert.
    track_id
        The track that it is a performance of; None when that is not in the catalog.
    identified
        Whether `samesong identify` names it when it is cut out of the concert; None: not asked.
    key_shift, tempo_ratio
        Semitones above the studio recording, and times its tempo.
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

    Then, key_shift and tempo_ratio say nothing.
    """

    start: float
    end: float
    track_id: str | None
    key_shift: int = 0
    tempo_ratio: float = 1.0


@dataclass(frozen=True)
class Concert:
    """What was played at a concert, what was listed, and what that took.

    Attributes
    ----------
    seconds
        How long the concert lasts.
    cpu_seconds
        Processor time of finding the list.
    played, listed
        In their order.
    """

    seconds: float
    cpu_seconds: float
    played: tuple[Played, ...]
    listed: tuple[Listed, ...]


def overlap(a: Played | Listed, b: Played | Listed) -> float:
    """Return for how many seconds two songs lie on each other."""
    return max(0.0, min(a.end, b.end) - max(a.start, b.start))


def matches(played: Sequence[Played], listed: Sequence[Listed]) -> Iterator[tuple[Played, Listed]]:
    """Yield which song of a concert each rightly named song of its list is.

    It is right when for half of its time at least that track was being played. A song that is
    listed twice is right once.
    """
    taken: list[Played] = []
    for one in listed:
        for song in played:
            same = one.track_id is not None and one.track_id == song.track_id
            if same and song not in taken and overlap(song, one) >= (one.end - one.start) / 2:
                taken.append(song)
                yield song, one
                break


@dataclass(frozen=True)
class Figures:
    """Measures of one or more set lists.

    Attributes
    ----------
    hours
        Of concerts.
    songs
        Songs played whose track is in the catalog, teases and parts of medleys included.
    named, right
        Songs listed with a track, and those of them that are right.
    precision, recall, f1
        Of named songs; a share is 0 when there is nothing to take it of.
    identified
        Songs that single-song identification names when they are cut out of the concert.
    recall_of_identified, f1_of_identified
        The same measures when only those songs are looked for; claims for the others that are
        right count neither way.
    boundary_seconds
        Median error of the begins and ends of the songs that are right; None when there are none.
    keys_right, tempos_right
        Songs that are right of which the key shift is, and the tempo to `TEMPO`.
    false_claims_per_hour
        Songs named wrongly, an hour.
    strangers, strangers_unnamed
        Songs played that are not in the catalog, and those of them on half of which no name lies.
    cpu_seconds_per_hour
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
    keys_right: int
    tempos_right: int
    false_claims_per_hour: float
    strangers: int
    strangers_unnamed: int
    cpu_seconds_per_hour: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for JSON."""
        return asdict(self)


def measure(concerts: Sequence[Concert]) -> Figures:
    """Take all measures over some concerts together; at least one."""
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
