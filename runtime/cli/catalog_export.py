"""``samesong catalog export``: all that a catalog knows of its tracks, as CSV."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.options import OutputFile, json_option
from samesong.runtime.cli.output import print_json, say
from samesong.runtime.display.text import counted
from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.files.csv_formulas import guard
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.indexing.code_fields import in_standard_spelling, invalid_fields
from samesong.runtime.indexing.metadata_list import EDITED, FIELDS, PATH

INVALID = "invalid"
"""Column of the fields that hold no valid code, with spaces between."""

_FOR_PEOPLE = (INVALID, "track_id", "work", "work_reason", "twin_of", "duration", "added")
"""Columns that no list brings back, since the catalog finds them itself."""

COLUMNS = (PATH, *FIELDS, EDITED, *_FOR_PEOPLE)


@click.command(cls=Command)
@catalog_argument()
@click.option(
    "--output",
    "-o",
    type=OutputFile(),
    required=True,
    help="CSV file to write; /dev/stdout for a pipe.",
)
@json_option
def export(catalog: str, output: Path, *, as_json: bool) -> None:
    """Write the tracks of CATALOG to a CSV file, with works and what was set by hand.

    Codes are in the spelling of their standard; the column 'invalid' names the fields of a track
    that hold no valid code, which are written as they are.

    'samesong index CATALOG PATH... --metadata FILE.csv' takes all of it in again, into the same
    catalog or a new one. --json prints what was written where.
    """
    if as_json and output.exists() and output.samefile("/dev/stdout"):
        raise click.UsageError(
            f"--json and --output {output} both write to standard output: give one of them, or "
            "name a file"
        )
    tracks = Catalog(catalog).tracks()
    with whole_file(output) as stream:
        stream.write(_table(tracks).encode("utf-8-sig"))
    if as_json:
        print_json({"output": stored_path(output), "n_tracks": len(tracks)})
    elif not str(output).startswith("/dev/"):
        say(f"{counted(len(tracks), 'track')}: {output}")


def _table(tracks: Iterable[CatalogTrack]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(COLUMNS)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    for track in tracks:
        row = {
            **track.to_dict(),
            **{name: in_standard_spelling(name, getattr(track, name)) for name in FIELDS},
            "work": track.work,
            EDITED: " ".join(track.edited),
            INVALID: " ".join(invalid_fields(track)),
        }
        writer.writerow([guard(_cell(row[name])) for name in COLUMNS])
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if isinstance(value, float) else str(value)
