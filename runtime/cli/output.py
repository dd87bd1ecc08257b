"""How commands print: rich tables on a terminal, plain lines when piped, JSON for programs."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click


def printable(text: object) -> str:
    r"""Return text in one line without control characters: names may hold newlines or worse.

    >>> printable("two\nlines")
    'two\\nlines'
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in str(text)
    )


def say(text: str = "") -> None:
    """Print one line of a command's result."""
    click.echo(printable(text))


def complain(message: str) -> None:
    """Print an error or a warning on standard error."""
    click.echo(f"samesong: {printable(message)}", err=True)


def print_json(value: Any) -> None:
    """Print a value as JSON, in ASCII, which every terminal and program can read."""
    click.echo(json.dumps(value, indent=2))


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: drawn and fitted on a terminal; in plain, whole, aligned columns when piped.

    Parameters
    ----------
    headers
        One a column; one that begins with ``>`` marks a column aligned to the right.
    rows
        A cell a column; None is shown as ``-``.
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
    """Print names and values, one pair a line."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        click.echo(f"{name.ljust(width)}  {printable(value)}")


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds, with hours when there are some.

    >>> clock(75.4), clock(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def span(start_and_end: Sequence[float]) -> str:
    """Return a span of time, such as ``0:12-2:03``."""
    return "-".join(map(clock, start_and_end))


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
