"""``samesong report``: convert a set list from JSON to other formats."""

import sys
from pathlib import Path
from typing import BinaryIO

import click

from samesong.features.errors import SetlistError
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.cut_option import cut, cut_option
from samesong.runtime.cli.formats import REMEDY, chosen, output_option, save
from samesong.runtime.cli.options import json_option, keep_apart, plot_option
from samesong.runtime.cli.output import name_files, print_json
from samesong.runtime.files.json_text import decode_json
from samesong.runtime.plots import save_setlist
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.json_ import schema
from samesong.runtime.setlist.document import Setlist


def _show_schema(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        print_json(schema())
        context.exit()


@click.command(cls=Command)
@click.argument("setlist", type=click.File("rb"), metavar="SETLIST.json")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="Format; by default that of the suffix of OUTPUT. Without OUTPUT the list is printed.",
)
@output_option
@cut_option
@plot_option("Draw the list as a timeline to a PNG file")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_schema,
    help="Print the JSON Schema of SETLIST.json and exit.",
)
@json_option
def report(
    *,
    setlist: BinaryIO,
    form: str | None,
    outputs: tuple[Path, ...],
    folder: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Convert a set list to another format, for example after correcting it by hand.

    SETLIST.json is a file written by 'samesong setlist --format json'; - is standard input.
    """
    if as_json and form not in (None, "json") and not outputs:
        raise click.UsageError(f"--json and --format {form} exclude each other: give one of them")
    reports = chosen(form, outputs)
    printed = "json" if as_json else None if reports else form
    if printed is None and not reports and plot is None and folder is None:
        raise click.UsageError(REMEDY)
    keep_apart([] if setlist is sys.stdin.buffer else [setlist.name], [*outputs, plot])
    try:
        found = Setlist.from_dict(decode_json(setlist.read()))
    except (ValueError, SetlistError) as error:
        raise SetlistError(
            f"{setlist.name} is not a set list: {error}. 'samesong report --schema' shows its form"
        ) from error
    if printed is not None:
        click.echo(FORMATS[printed].write(found), nl=False)
    save(found, reports)
    if plot is not None:
        save_setlist(found, plot)
    if printed is None:
        name_files([*outputs, *([] if plot is None else [plot])])
    cut(found, folder, told=printed is None)
