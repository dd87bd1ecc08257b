"""Set lists on the screen: as a table, or in the format of a report."""

import click

from samesong.runtime.cli.formats import songs_in_words
from samesong.runtime.cli.output import say
from samesong.runtime.cli.table import print_table
from samesong.runtime.cli.verbosity import Verbosity, verbosity
from samesong.runtime.display.text import semitones, short_time, span, tempo
from samesong.runtime.reports.candidates import guess
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.song_names import probability_in_words
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.interlude import Interlude
from samesong.runtime.setlist.song import Song

TABLE = "table"
"""Name of the table among the formats of reports."""

_HEADERS = [">start", ">end", "title", "artist", ">prob.", "?>key", "?>tempo"]
_DETAILS = [">start", "track", "file"]


def print_setlist(found: Setlist, form: str) -> None:
    """Print a set list.

    Parameters
    ----------
    found : Setlist
        The set list.
    form : str
        `TABLE`, or the name of a report's format.
    """
    if form != TABLE:
        click.echo(FORMATS[form].write(found), nl=False)
        return
    end = found.duration if found.end is None else found.end
    part = f"{span((found.start, end))} of " if (found.start, end) != (0, found.duration) else ""
    length = f"{part}{short_time(found.duration)}"
    say(f"{found.recording} ({length}): {songs_in_words(found)}")
    for file in found.files:
        say(f"  {span((file.start, file.end))}  {file.path}")
    rows = [_row(entry) for entry in found.entries]
    headers = _HEADERS
    if any(song.section for song in found.songs):
        headers = ["part", *headers]
        parts = [entry.section if isinstance(entry, Song) else None for entry in found.entries]
        rows = [[part or "", *row] for part, row in zip(parts, rows, strict=True)]
    if rows:
        print_table(headers, rows, [_style(entry) for entry in found.entries])
    if verbosity() is Verbosity.VERBOSE:
        named = [(song.start, song.track) for song in found.songs if song.track is not None]
        print_table(
            _DETAILS, [[short_time(start), track.track_id, track.path] for start, track in named]
        )


def _style(entry: Song | Interlude) -> str:
    if isinstance(entry, Interlude):
        return "dim italic"
    return "dim" if entry.track is None else ""


def _row(entry: Song | Interlude) -> list[object]:
    times: list[object] = [short_time(entry.start), short_time(entry.end)]
    if isinstance(entry, Interlude):
        return [*times, f"({entry.kind})", *[None] * 4]
    track = entry.track
    return [
        *times,
        f"({', '.join(filter(None, ('unknown song', guess(entry, most=2))))})"
        if track is None
        else track.title,
        track and track.artist,
        probability_in_words(entry) or None,
        None if entry.key_shift is None else semitones(entry.key_shift),
        None if entry.tempo_ratio is None else tempo(entry.tempo_ratio),
    ]
