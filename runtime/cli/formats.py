"""Output files of set lists, and the format of each."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import click

from samesong.features.errors import SetlistError
from samesong.runtime.cli.options import OutputFile
from samesong.runtime.display.text import counted
from samesong.runtime.files.atomic_write import is_plain
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.setlist.document import Setlist

Report = tuple[str, Path]
"""Name of a format, and the file to write."""

REMEDY = "give --format, or OUTPUT a suffix of " + ", ".join(
    dict.fromkeys(
        suffix for known in FORMATS.values() for suffix in (known.suffix, *known.other_suffixes)
    )
)
"""Advice for a command that names no format."""


output_option = click.option(
    "--output",
    "-o",
    "outputs",
    type=OutputFile(),
    multiple=True,
    help="File to write the list to; repeat for several formats.",
)


def chosen(form: str | None, outputs: Sequence[Path]) -> list[Report]:
    """Return the format of each OUTPUT: that of ``--format``, or else that of its suffix.

    Parameters
    ----------
    form : str or None
        Value of ``--format``.
    outputs : sequence of Path
        Values of ``--output``.

    Returns
    -------
    list of (str, Path)
        Format and file of each output.

    Raises
    ------
    click.UsageError
        If a suffix is unknown, or ``--format`` is given with several files.
    """
    if form is not None and len(outputs) > 1:
        raise click.UsageError(
            f"--format {form} cannot apply to {len(outputs)} OUTPUT files: leave it out, and the "
            "suffix of each file decides its format"
        )
    return [(form or _by_suffix(output), output) for output in outputs]


def save(setlist: Setlist, reports: Iterable[Report]) -> None:
    """Write a set list to files.

    Parameters
    ----------
    setlist : Setlist
        The set list.
    reports : iterable of (str, Path)
        Format and file of each report.

    Raises
    ------
    OSError, SetlistError
        If a file cannot be written.
    """
    for form, output in reports:
        FORMATS[form].save(setlist, output)


def save_growing(setlist: Setlist, reports: Iterable[Report]) -> None:
    """Write a set list that is not complete yet to files, without a word.

    Parameters
    ----------
    setlist : Setlist
        The set list so far.
    reports : iterable of (str, Path)
        Format and file of each report. Devices and pipes wait for the complete list, as do files
        that cannot be written now: if they still cannot be then, `save` says so.
    """
    for form, output in reports:
        if is_plain(output):
            with suppress(OSError, SetlistError):
                FORMATS[form].save(setlist, output)


def songs_in_words(setlist: Setlist) -> str:
    """Return the numbers of songs with and without a name.

    Parameters
    ----------
    setlist : Setlist
        The set list.

    Returns
    -------
    str
        Such as ``9 songs named, 2 unknown``.
    """
    unknown = len(setlist.songs) - setlist.n_named
    return f"{counted(setlist.n_named, 'song')} named, {unknown} unknown"


def _by_suffix(output: Path) -> str:
    name = output.name.lower()
    # The first of those with the longest suffix: .tracklist.txt is more than .txt.
    suffixes = [
        (suffix, form)
        for form, known in FORMATS.items()
        for suffix in (known.suffix, *known.other_suffixes)
        if name.endswith(suffix)
    ]
    if suffixes:
        return max(suffixes, key=lambda one: len(one[0]))[1]
    raise click.UsageError(f"the suffix of {output} names no format: {REMEDY}")
