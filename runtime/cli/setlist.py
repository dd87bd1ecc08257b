"""``samesong setlist``: the songs of a whole concert, with times."""

import tempfile
from pathlib import Path

import click

from samesong.features.errors import SetlistError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cli.exit_codes import DONE, UNUSABLE
from samesong.runtime.cli.formats import REMEDY, Report, chosen, output_option, save
from samesong.runtime.cli.options import (
    FiniteRange,
    OutputFile,
    keep_apart,
    model_options,
    plot_option,
)
from samesong.runtime.cli.output import complain, print_table, say, short_time
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.files.atomic_write import is_plain
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.plots import save_setlist
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.song_names import confidence
from samesong.runtime.reports.text import counted, semitones
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import SetlistFinder

_TABLE = "table"
_HEADERS = [">start", ">end", "title", "artist", ">sure", ">key", ">tempo", "track"]
_MINUTE = 60.0
_RETRY = (
    "run the same command with --resume {} and another --output or --plot to write the list "
    "without analysing the recording again"
)


@click.command()
@click.argument("catalog")
@click.argument("concert")
@click.option(
    "--format",
    "form",
    type=click.Choice([_TABLE, *FORMATS]),
    help="Format; by default that of the suffix of OUTPUT, or a table.",
)
@output_option
@plot_option("Draw the list as a timeline to a PNG file")
@click.option(
    "--resume",
    type=OutputFile(),
    metavar="FILE",
    help="Save progress to FILE and resume from it; by default the first OUTPUT.partial. Removed "
    "once the list is written.",
)
@click.option(
    "--threshold",
    type=FiniteRange(0, 1),
    default=ACCEPTED,
    show_default=True,
    help="Minimum probability for naming a song; below it the song is listed as unknown.",
)
@model_options
def setlist(
    *,
    catalog: str,
    concert: str,
    form: str | None,
    outputs: tuple[Path, ...],
    plot: Path | None,
    resume: Path | None,
    threshold: float,
    model: str,
    device: Device,
) -> int:
    """List the songs of the recording CONCERT with their times, named by the tracks of CATALOG.

    Songs that are not in the catalog are listed as unknown. When interrupted, the command prints
    the songs found so far; with --output or --resume, run it again to resume.
    """
    if form == _TABLE and outputs:
        raise click.UsageError(f"a table cannot be written to a file: {REMEDY}")
    reports = chosen(form, outputs)
    form, output = reports[0] if reports else (form or _TABLE, None)
    if resume is None and output is not None and is_plain(output):
        resume = output.with_name(f"{output.name}.partial")
    keep_apart([concert], [*outputs, plot, resume])
    bundle = ModelBundle.load(model)
    opened = Catalog(catalog, bundle)
    opened.require_tracks()
    finder = SetlistFinder(bundle, opened, device, threshold=threshold)
    if resume is None:
        with tempfile.TemporaryDirectory() as folder:
            found = _find(finder, concert, Path(folder) / "state", form, None)
    else:
        found = _find(finder, concert, resume, form, resume)
    try:
        _deliver(found, form, reports, plot)
    except (OSError, SetlistError) as error:
        complain(f"{error}: {_RETRY.format(resume)}" if resume else str(error))
        if output is not None:
            _print(found, _TABLE)
        return UNUSABLE
    if resume is not None:
        resume.unlink(missing_ok=True)
    return DONE


def _find(
    finder: SetlistFinder, concert: str, state: Path, form: str, kept: Path | None
) -> Setlist:
    """Find the set list; when interrupted, print what there is of it."""
    until = 0.0
    try:
        with ProgressDisplay("minutes") as progress:
            shown = -1

            def show(done: float, duration: float) -> None:
                nonlocal until, shown
                until = done
                if (minute := int(done / _MINUTE)) > shown:
                    shown = minute
                    progress.step("listen", minute, max(minute, int(duration / _MINUTE)))

            return finder.find(concert, progress=show, resume=state)
    except KeyboardInterrupt:
        complain(
            f"songs until {short_time(until)}; "
            + (f"run the same command to resume from {kept}" if kept else "no progress was saved")
        )
        _print(finder.so_far(concert, state), form)
        raise


def _deliver(found: Setlist, form: str, reports: list[Report], plot: Path | None) -> None:
    """Print or save a list, and draw it where a picture is wanted."""
    if not reports:
        _print(found, form)
    save(found, reports)
    if plot is not None:
        save_setlist(found, plot)


def _print(found: Setlist, form: str) -> None:
    if form != _TABLE:
        click.echo(FORMATS[form].write(found), nl=False)
        return
    rows = []
    for song in found.songs:
        track = song.track
        rows.append(
            [
                short_time(song.start),
                short_time(song.end),
                "(unknown song)" if track is None else track.title,
                track and track.artist,
                confidence(song) or None,
                None if song.key_shift is None else semitones(song.key_shift),
                None if song.tempo_ratio is None else f"{song.tempo_ratio:.2f}",
                track and track.track_id,
            ]
        )
    unknown = sum(song.track is None for song in found.songs)
    songs = counted(len(rows), "song")
    say(f"{found.recording} ({short_time(found.duration)}): {songs}, {unknown} unknown")
    if rows:
        print_table(_HEADERS, rows)
