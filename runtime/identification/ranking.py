"""The answer of an identification: the tracks most like a query, best first."""

from dataclasses import dataclass
from typing import Any

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.trace import Trace


@dataclass(frozen=True)
class Match:
    """One track of a ranking.

    Attributes
    ----------
    rank : int
        1 for the best.
    track : TrackInfo
        The studio recording.
    score : float
        Probability that the query is this track's song rather than another of the catalog or none
        of them, 0 to 1; see `samesong.runtime.identification.posterior`. Other recordings of the
        song that are among the contenders count for it (`samesong.runtime.identification.works`).
    key_shift : int
        Semitones by which the query lies above the track, -5 to 6.
    query_span, reference_span : tuple of float
        The parts that match, (start, end) in seconds of the query and of the track.
    tempo_ratio : float
        Tempo of the query divided by that of the track.

    Examples
    --------
    >>> import samesong
    >>> track = samesong.TrackInfo("1", "Greensleeves", None, None, None, "/music/1.flac", 150.0)
    >>> match = Match(1, track, 0.97, -3, (0.0, 60.0), (30.0, 90.0), 1.0)
    >>> match.to_dict()["title"], match.to_dict()["key_shift"]
    ('Greensleeves', -3)
    """

    rank: int
    track: TrackInfo
    score: float
    key_shift: int
    query_span: tuple[float, float]
    reference_span: tuple[float, float]
    tempo_ratio: float

    def to_dict(self) -> dict[str, Any]:
        """Return the match as ``identify --json`` prints it."""
        return {
            "rank": self.rank,
            "track_id": self.track.track_id,
            "title": self.track.title,
            "artist": self.track.artist,
            "isrc": self.track.isrc,
            "iswc": self.track.iswc,
            "score": self.score,
            "key_shift": self.key_shift,
            "query_span": list(self.query_span),
            "reference_span": list(self.reference_span),
            "tempo_ratio": self.tempo_ratio,
        }


@dataclass(frozen=True)
class Ranking:
    """The tracks most like one query.

    Attributes
    ----------
    query : str
        Path of the query.
    matches : tuple of Match
        Best first.
    accepted : bool
        True if the first match reaches the threshold; if not, the song is probably not in the
        catalog.
    seconds : float
        Time that identifying took.
    trace : Trace or None
        What was done for it.

    Examples
    --------
    >>> ranking = Ranking("live.flac", matches=(), accepted=False, seconds=0.4)
    >>> ranking.to_dict()
    {'query': 'live.flac', 'matches': [], 'accepted': False, 'seconds': 0.4}
    """

    query: str
    matches: tuple[Match, ...]
    accepted: bool
    seconds: float
    trace: Trace | None = None

    def to_dict(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the ranking as ``identify --json`` prints it.

        Parameters
        ----------
        explain : bool, optional
            Add what ``--explain`` prints.

        Returns
        -------
        dict
            Plain values.
        """
        content: dict[str, Any] = {
            "query": self.query,
            "matches": [match.to_dict() for match in self.matches],
            "accepted": self.accepted,
            "seconds": self.seconds,
        }
        if explain and self.trace is not None:
            content["explain"] = self.trace.to_dict()
        return content
