"""A web page to print and to file: the set list with a timeline, in a single file."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from samesong.runtime.display.text import hms, one_line, percent, semitones, tempo, whole_seconds
from samesong.runtime.display.time_axis import tick_times
from samesong.runtime.reports.candidates import candidates, introduction
from samesong.runtime.reports.report_format import ReportFormat
from samesong.runtime.reports.song_names import (
    artist,
    probability_in_words,
    title,
    title_and_artist,
)
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Song

if TYPE_CHECKING:
    from jinja2 import Template

WIDTH, HEIGHT = 1000, 60  # of the timeline, in its own units
_DIGIT = 6  # width of a digit of a song's number
_UNKNOWN = "Not recognised"


def write_html(setlist: Setlist) -> str:
    """Return a set list as an HTML 5 page with an inline SVG timeline.

    A song without a name says what it may be. The page loads nothing and holds no script. It
    follows the reader's choice of light or dark, and is light in print. The template engine escapes
    every text.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        The page.
    """
    numbers = {id(song): number for number, song in enumerate(setlist.songs, 1)}
    entries = [(numbers.get(id(entry)), entry) for entry in setlist.entries]
    end = setlist.duration if setlist.end is None else setlist.end
    about = (setlist.artist, setlist.venue, setlist.date)
    return _template().render(
        name=one_line(setlist.name) or "recording",
        about=[one_line(told) for told in about if one_line(told)],
        notes=(setlist.notes or "").strip(),
        length=hms(setlist.duration),
        rows=_sectioned([_row(number, entry) for number, entry in entries]),
        named=setlist.n_named,
        unknown=len(setlist.songs) - setlist.n_named,
        part=None
        if (setlist.start, end) == (0, setlist.duration)
        else (hms(setlist.start), hms(end)),
        files=[(one_line(Path(file.path).name), hms(file.start)) for file in setlist.files],
        played=hms(sum(song.end - song.start for song in setlist.songs)),
        blocks=[_block(number, entry, setlist) for number, entry in entries],
        ticks=[(_x(time, setlist), hms(time)) for time in tick_times(setlist.duration)],
        width=WIDTH,
        height=HEIGHT,
        version=version("samesong"),
    )


@dataclass(frozen=True)
class _Block:
    """One song of the timeline, in its units."""

    x: float
    width: float
    top: float
    number: int | None
    unknown: bool
    label: str


def _block(number: int | None, song: Song | Interlude, setlist: Setlist) -> _Block:
    x, end = _x(song.start, setlist), _x(song.end, setlist)
    name = _title(song) if number is None else f"{number}. {_title(song)}"
    fits = number is not None and end - x >= _DIGIT * len(str(number))
    return _Block(
        x=x,
        width=max(round(end - x, 2), 0.5),
        top=round(HEIGHT * (1 - _fullness(song)), 2),
        number=number if fits else None,
        unknown=isinstance(song, Song) and song.track is None,
        label=", ".join(filter(None, (name, hms(song.start), probability_in_words(song)))),
    )


def _x(seconds: float, setlist: Setlist) -> float:
    return round(seconds / setlist.duration * WIDTH, 2) if setlist.duration else 0.0


def _fullness(song: Song | Interlude) -> float:
    """Return how much of its block a song fills; an unknown song fills it with hatching."""
    if isinstance(song, Interlude):
        return 0.0
    return 1.0 if song.probability is None else song.probability


def _title(song: Song | Interlude) -> str:
    return _UNKNOWN if isinstance(song, Song) and song.track is None else title(song)


def _row(number: int | None, song: Song | Interlude) -> dict[str, object]:
    played = song if isinstance(song, Song) else None
    track = None if played is None else played.track
    isrc, iswc = (None, None) if track is None else (track.isrc, track.iswc)
    shift, ratio = (None, None) if played is None else (played.key_shift, played.tempo_ratio)
    start, end = whole_seconds(song.start), whole_seconds(song.end)
    return {
        "number": number or "",
        "section": "" if played is None else one_line(played.section),
        "start": hms(start),
        "end": hms(end),
        "duration": hms(end - start),
        "title": _title(song),
        "unknown": track is None,
        "notes": "" if played is None else one_line(played.notes),
        "introduction": "" if played is None else introduction(played).capitalize(),
        "candidates": [
            {"name": title_and_artist(one.track), "probability": percent(one.probability)}
            for one in candidates(song)
        ],
        "artist": artist(song),
        "isrc": one_line(isrc),
        "iswc": one_line(iswc),
        "key": "" if shift is None else semitones(shift),
        "tempo": "" if ratio is None else tempo(ratio),
        "probability": probability_in_words(song),
    }


def _sectioned(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave the name of a section only in the first row of it."""
    current: object = ""
    for row in rows:
        if row["section"] in ("", current):
            row["section"] = ""
        else:
            current = row["section"]
    return rows


@cache
def _template() -> "Template":
    # The engine takes a while to import, and the other formats do without it.
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415

    source = files("samesong.runtime.reports").joinpath("report.html.jinja").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


FORMAT = ReportFormat("html", "text/html", ".html", "Report to print (HTML)", write_html)
