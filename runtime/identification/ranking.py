"""The answer of an identification: the works that a query is closest to, best first."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.display.data_frame import data_frame, span_columns
from samesong.runtime.display.text import percent
from samesong.runtime.identification.html_ import matches_html
from samesong.runtime.identification.trace import Trace
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.works.work_name import work_artist, work_title

if TYPE_CHECKING:
    from samesong.runtime.display.data_frame import DataFrame

COLUMNS = (
    *("query", "verdict", "rank", "title", "artist", "probability", "key_shift", "tempo_ratio"),
    *("query_start", "query_end", "reference_start", "reference_end"),
    *("work_id", "track_id", "path", "duration", "isrc", "iswc", "n_versions"),
)
"""Columns of `Ranking.to_pandas`."""


@dataclass(frozen=True)
class Match:
    """One work of a ranking, told by the recording of it that the query is closest to.

    Attributes
    ----------
    rank : int
        1 for the best.
    work_id : str
        The work.
    track : TrackInfo
        The studio recording that the query is closest to.
    probability : float
        Probability that the query is a performance of this work rather than of another one of the
        catalog or of none of them, 0 to 1; see `samesong.runtime.identification.posterior`.
    versions : tuple of TrackInfo
        The other recordings of the work in the catalog.
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
    >>> match = Match(1, "1", track, 0.97, (), -3, (0.0, 60.0), (30.0, 90.0), 1.0)
    >>> match.to_dict()["title"], match.to_dict()["key_shift"]
    ('Greensleeves', -3)
    """

    rank: int
    work_id: str
    track: TrackInfo
    probability: float
    versions: tuple[TrackInfo, ...]
    key_shift: int
    query_span: tuple[float, float]
    reference_span: tuple[float, float]
    tempo_ratio: float

    @property
    def title(self) -> str | None:
        """Title of the work, which may be another one than that of the closest recording."""
        return work_title((self.track, *self.versions))

    @property
    def artist(self) -> str | None:
        """Artist of the work, who may be another one than that of the closest recording."""
        return work_artist((self.track, *self.versions))

    def to_dict(self) -> dict[str, Any]:
        """Return the match as ``identify --json`` prints it."""
        return {
            "rank": self.rank,
            "work_id": self.work_id,
            "track_id": self.track.track_id,
            "path": self.track.path,
            "duration": self.track.duration,
            "title": self.title,
            "artist": self.artist,
            "isrc": self.track.isrc,
            "iswc": self.track.iswc,
            "probability": self.probability,
            "key_shift": self.key_shift,
            "query_span": list(self.query_span),
            "reference_span": list(self.reference_span),
            "tempo_ratio": self.tempo_ratio,
            "recording": _recording(self.track),
            "versions": [_recording(track) for track in self.versions],
        }

    def _repr_html_(self) -> str:
        return matches_html(f"Match {self.rank}", [self])


def _recording(track: TrackInfo) -> dict[str, Any]:
    """Return a recording by its own title, whatever its work is called."""
    names = ("track_id", "title", "artist", "path", "duration")
    return {name: getattr(track, name) for name in names}


@dataclass(frozen=True)
class Ranking:
    """The works that one query is closest to.

    Attributes
    ----------
    query : str
        Name of the query: its path, where it has one.
    verdict : Verdict
        On the first match: the query is a performance of that work, may be one, or is probably one
        of none of the catalog's works.
    matches : tuple of Match
        One a work, best first.
    none : float
        Probability that the query is a performance of none of the works that it was compared with,
        0 to 1.
    seconds : float
        Time that identifying took.
    trace : Trace or None
        What was done for it.

    Examples
    --------
    >>> ranking = Ranking("live.flac", Verdict.NONE, matches=(), none=1.0, seconds=0.4)
    >>> ranking.accepted
    False
    >>> ranking.to_dict()["verdict"]
    'none'
    """

    query: str
    verdict: Verdict
    matches: tuple[Match, ...]
    none: float
    seconds: float
    trace: Trace | None = None

    @property
    def error(self) -> None:
        """None, where a `samesong.Failure` has its reason."""
        return None

    @property
    def accepted(self) -> bool:
        """True if the query is taken for a performance of the first match's work."""
        return self.verdict is Verdict.MATCH

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
            "verdict": str(self.verdict),
            "accepted": self.accepted,
            "matches": [match.to_dict() for match in self.matches],
            "none": self.none,
            "seconds": self.seconds,
        }
        if explain and self.trace is not None:
            content["explain"] = self.trace.to_dict()
        return content

    def to_pandas(self) -> "DataFrame":
        """Return the matches as a table for pandas; ``pandas.concat`` joins those of many queries.

        Returns
        -------
        pandas.DataFrame
            One row a match, and the columns `COLUMNS`: the keys of `to_dict`, spans as their start
            and end.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        about = {"query": self.query, "verdict": str(self.verdict)}
        rows = (
            {
                **about,
                **match.to_dict(),
                **span_columns("query", match.query_span),
                **span_columns("reference", match.reference_span),
                "n_versions": len(match.versions),
            }
            for match in self.matches
        )
        return data_frame(COLUMNS, rows)

    def _repr_html_(self) -> str:
        none = f"none of these: {percent(self.none)}"
        return matches_html(f"{self.query}: {self.verdict} ({none})", self.matches)
