"""``samesong setlist``: the songs of a whole concert, with times."""

from contextlib import ExitStack
from pathlib import Path

import click

from samesong.features.decoding.channels import Channel
from samesong.features.errors import DecodeError, SetlistError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.cli.catalog_argument import catalog_argument
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.concert_files import TimeInRecording, concert_files
from samesong.runtime.cli.cut_option import cut, cut_option
from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED, UNUSABLE
from samesong.runtime.cli.formats import (
    REMEDY,
    Report,
    chosen,
    output_option,
    save,
)
from samesong.runtime.cli.isolation import isolate_option
from samesong.runtime.cli.options import (
    FiniteRange,
    OutputFile,
    json_option,
    keep_apart,
    model_options,
    plot_option,
)
from samesong.runtime.cli.output import complain, name_files
from samesong.runtime.cli.places import RecordingPath
from samesong.runtime.cli.repertoire_options import repertoire_options, searched
from samesong.runtime.cli.setlist_search import SetlistSearch
from samesong.runtime.cli.setlist_table import TABLE, print_setlist
from samesong.runtime.cli.sound_options import sound_options
from samesong.runtime.cli.standard_input import DASH, StandardInput
from samesong.runtime.display.text import short_time
from samesong.runtime.files.atomic_write import is_plain
from samesong.runtime.files.work_folder import WorkFolder
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.isolation.choice import file_reader
from samesong.runtime.plots import save_setlist
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import SetlistFinder

_RETRY = (
    "run the same command with --resume {} and another --output or --plot to write the list "
    "without analysing the recording again"
)


@click.command(cls=Command)
@catalog_argument()
@click.argument("concert", type=RecordingPath(), nargs=-1, required=True, metavar="CONCERT...")
@click.option(
    "--from",
    "start",
    type=TimeInRecording(),
    default=0.0,
    metavar="TIME",
    help="Start of the part to search: seconds, m:ss or h:mm:ss.",
)
@click.option("--to", "end", type=TimeInRecording(), metavar="TIME", help="End of that part.")
@click.option("--talk", is_flag=True, help="List talk, applause and tuning between songs as well.")
@click.option(
    "--format",
    "form",
    type=click.Choice([TABLE, *FORMATS]),
    help="Format; by default that of the suffix of OUTPUT, or a table.",
)
@output_option
@cut_option
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
@repertoire_options
@sound_options
@isolate_option
@model_options
@json_option
def setlist(
    *,
    catalog: str,
    concert: tuple[str, ...],
    start: float,
    end: float | None,
    talk: bool,
    form: str | None,
    outputs: tuple[Path, ...],
    folder: Path | None,
    plot: Path | None,
    resume: Path | None,
    threshold: float,
    repertoire: Repertoire,
    channel: Channel | None,
    stream: int | None,
    isolate: bool,
    model: str,
    device: Device,
    as_json: bool,
) -> int:
    """List the songs of the recording CONCERT with their times, named by the tracks of CATALOG.

    CONCERT is a file, several files in order, or a folder of files numbered in order; times run on
    from one file to the next; - is standard input. Songs that are not in the catalog are listed as
    unknown. While the command works, it prints songs that are settled, and OUTPUT files grow. When
    interrupted, it prints the songs found so far; with --output or --resume, run it again to
    resume.
    """
    if end is not None and end <= start:
        raise click.UsageError(
            f"--to {short_time(end)} is not after --from {short_time(start)}: give a later time"
        )
    form, reports = _formats(form, outputs, as_json=as_json)
    output = reports[0][1] if reports else None
    is_piped = DASH in concert
    if is_piped and (len(concert) > 1 or resume is not None):
        raise click.UsageError("- is a whole concert, once: leave other files and --resume out")
    if folder is not None and (is_piped or isolate):
        raise click.UsageError(
            f"--cut reads the files themselves, without {'-' if is_piped else '--isolate'}: save "
            "the list as JSON, and cut with 'samesong report'"
        )
    piped = StandardInput(concert)
    if resume is None and output is not None and is_plain(output) and not is_piped:
        resume = output.with_name(f"{output.name}.partial")
    files = [Path(DASH)] if is_piped else concert_files(concert)
    keep_apart(files, [*outputs, plot, resume])
    with ExitStack() as held:
        reader = held.enter_context(file_reader(isolate=isolate, channel=channel, stream=stream))
        held.enter_context(piped)
        paths = [piped.path(str(path)) for path in files]
        audio = ConcertAudio(paths, start=start, end=end, reader=reader)
        told = len(audio.failures)
        for error in audio.failures.values():  # before hours of work without them
            complain(f"{error}; left out")
        bundle = ModelBundle.load(model)
        opened = Catalog(catalog, bundle)
        opened.require_tracks()
        scope = searched(opened, repertoire, bundle.fitted)
        finder = SetlistFinder(
            bundle, scope.catalog, device, threshold=threshold, known=scope.known
        )
        name = DASH if is_piped else None
        search = SetlistSearch(finder, audio, talk, form, reports, name)
        if resume is None:
            work = held.enter_context(WorkFolder("setlist"))
            found = search.find(work.path / "state", None)
        else:
            found = search.find(resume, resume)
    for error in list(audio.failures.values())[told:]:
        complain(f"{error}; left out")
    try:
        _deliver(found, form, reports, plot)
        cut(found, folder, stream=stream, told=form == TABLE)
    except (OSError, SetlistError, DecodeError) as error:
        complain(f"{error}: {_RETRY.format(resume)}" if resume else str(error))
        if output is not None:
            print_setlist(found, TABLE)
        return UNUSABLE
    if resume is not None:
        resume.unlink(missing_ok=True)
    return SOME_FAILED if audio.failures else DONE


def _formats(
    form: str | None, outputs: tuple[Path, ...], *, as_json: bool
) -> tuple[str, list[Report]]:
    """Return the format of what is printed, and the files to write."""
    if form == TABLE and outputs:
        raise click.UsageError(f"a table cannot be written to a file: {REMEDY}")
    if as_json and form not in (None, "json") and not outputs:
        raise click.UsageError(f"--json and --format {form} exclude each other: give one of them")
    reports = chosen(form, outputs)
    return "json" if as_json else TABLE if reports else form or TABLE, reports


def _deliver(found: Setlist, form: str, reports: list[Report], plot: Path | None) -> None:
    """Print or save a list, and draw it where a picture is wanted."""
    if not found.songs:
        complain(f"no music was found in {found.recording} that lasts as long as a song")
    save(found, reports)
    if plot is not None:
        save_setlist(found, plot)
    files = [output for _, output in reports] + ([] if plot is None else [plot])
    if all(path.is_file() for path in files):  # or else a report is on standard output
        print_setlist(found, form)
        if form == TABLE:
            name_files(files)
