"""Printing: lines in one style or another, and JSON for programs."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from samesong.runtime.cli.verbosity import Verbosity, verbosity

_JOINERS = "\u200c\u200d"
"""Letters of no width that Persian and Indic titles are spelled with."""


def printable(text: object) -> str:
    r"""Return text in one line without control characters: file names may hold newlines or worse.

    Parameters
    ----------
    text : object
        Anything; converted by `str`.

    Returns
    -------
    str
        The text, with an escape for each unprintable character.

    Examples
    --------
    >>> printable("two\nlines")
    'two\\nlines'
    """
    return "".join(
        character
        if character.isprintable() or character in _JOINERS
        else character.encode("unicode_escape").decode()
        for character in str(text)
    )


def say(text: str = "") -> None:
    """Print one line of a command's result.

    Parameters
    ----------
    text : str, optional
        The line; empty by default.
    """
    click.echo(printable(text))


def say_in_style(text: str, style: str) -> None:
    """Print one line of a result, on a terminal in a style, and broken between words.

    Parameters
    ----------
    text : str
        The line.
    style : str
        How rich shows it, such as ``bold``.
    """
    if not sys.stdout.isatty():
        say(text)
        return
    from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)
    from rich.text import Text  # noqa: PLC0415

    Console(highlight=False).print(Text(printable(text), style=style))


def remark(text: str) -> None:
    """Print a line on what a command did beside its result, unless with ``--quiet``.

    Parameters
    ----------
    text : str
        The line.
    """
    if verbosity() is not Verbosity.QUIET:
        say(text)


def name_files(files: Sequence[Path]) -> None:
    """Print the names of files that were written, in one line.

    Parameters
    ----------
    files : sequence of Path
        The files; nothing is printed of none.
    """
    if files:
        remark(f"written: {', '.join(map(str, files))}")


def complain(message: str) -> None:
    """Print an error or a warning on standard error.

    Parameters
    ----------
    message : str
        One sentence, without a full stop.
    """
    click.echo(f"samesong: {printable(message)}", err=True)


def print_json(value: Any) -> None:
    """Print a value as JSON, in ASCII, which every terminal and program can read.

    Parameters
    ----------
    value : object
        Anything that `json.dumps` takes.
    """
    click.echo(json.dumps(value, indent=2))


def print_facts(facts: Sequence[tuple[str, object]]) -> None:
    """Print names and values, one pair per line.

    Parameters
    ----------
    facts : sequence of (str, object)
        Names and values, in order.
    """
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        click.echo(f"{name.ljust(width)}  {printable(value)}")
