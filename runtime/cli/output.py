"""Printing: rich tables on a terminal, plain lines when piped, JSON for programs."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click


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
        character if character.isprintable() else character.encode("unicode_escape").decode()
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


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: framed on a terminal, in plain aligned columns when piped.

    Parameters
    ----------
    headers : sequence of str
        Column names; a leading ``>`` aligns the column to the right.
    rows : sequence of sequence of object
        Cells; None is shown as ``-``.
    """
    cells = [["-" if cell is None else printable(cell) for cell in row] for row in rows]
    names = [header.removeprefix(">") for header in headers]
    right = [header.startswith(">") for header in headers]
    if sys.stdout.isatty():
        _draw(names, cells, right)
        return
    lines = [names, *cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


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


def _draw(names: list[str], cells: list[list[str]], right: list[bool]) -> None:
    from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table()
    for name, to_right in zip(names, right, strict=True):
        table.add_column(name, justify="right" if to_right else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)
