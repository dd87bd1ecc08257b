"""The files that a command writes a set list into, and their formats, as its options tell them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from samesong.runtime.cli.options import OutputFile
from samesong.runtime.cli.output import say
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.text import counted
from samesong.runtime.setlist.document import Setlist

Report = tuple[str, Path]
"""A format's name, and a file to write."""

REMEDY = "give --format, or OUTPUT a suffix of " + ", ".join(
    suffix for known in FORMATS.values() for suffix in (known.suffix, *known.other_suffixes)
)
"""What to do where they tell none."""


output_option = click.option(
    "--output",
    "-o",
    "outputs",
    type=OutputFile(),
    multiple=True,
    help="Write the list into this file; give it again for other formats.",
)


def chosen(form: str | None, outputs: Sequence[Path]) -> list[Report]:
    """Return the format of each OUTPUT: what ``--format`` says, or else its suffix.

    Raises
    ------
    click.UsageError
        If a suffix tells none, or one format is named for several files.
    """
    if form is not None and len(outputs) > 1:
        raise click.UsageError(
            f"--format {form} is for one OUTPUT, not {len(outputs)}: their suffixes tell theirs"
        )
    return [(form or _told_by(output), output) for output in outputs]


def save(setlist: Setlist, reports: Iterable[Report]) -> None:
    """Write a set list into files, and say so.

    Raises
    ------
    OSError, SetlistError
        If one cannot be written.
    """
    for form, output in reports:
        FORMATS[form].save(setlist, output)
        say(f"{counted(len(setlist.songs), 'song')}: {output}")


def _told_by(output: Path) -> str:
    suffix = output.suffix.lower()
    for name, known in FORMATS.items():
        if suffix in (known.suffix, *known.other_suffixes):
            return name
    raise click.UsageError(f"the name of {output} tells no format: {REMEDY}")
