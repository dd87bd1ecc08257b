"""Tables: fitted to a terminal, and whole, in aligned columns, where a program reads them."""

import sys
from collections.abc import Sequence

import click

from samesong.runtime.cli.output import printable

_GAP = 2
"""Spaces between columns."""
_READABLE = 24
"""Cells that a column of text gets before columns are left out for it: those of most titles."""


def print_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[object]],
    styles: Sequence[str | None] | None = None,
) -> None:
    """Print a table.

    A row takes one line. On a terminal that is too narrow, optional columns are left out, the last
    one first, and what is left of text ends in an ellipsis; times and figures are never cut.

    Parameters
    ----------
    headers : sequence of str
        Column names. A leading ``?`` makes a column optional; ``>`` after it, or alone, aligns it
        to the right and keeps it whole.
    rows : sequence of sequence of object
        Cells; None is shown as ``-``.
    styles : sequence of str or None, optional
        How rich shows each row on a terminal, such as ``bold``.
    """
    lines = [["-" if cell is None else printable(cell) for cell in row] for row in rows]
    names = [header.lstrip("?>") for header in headers]
    whole = [header.removeprefix("?").startswith(">") for header in headers]
    columns = [*zip(names, *lines, strict=True)]
    widths = [max(map(_width, column)) for column in columns]
    if not sys.stdout.isatty():
        for line in zip(*columns, strict=True):
            padded = map(_padded, line, widths, whole)
            click.echo((" " * _GAP).join(padded).rstrip())
        return
    optional = [header.startswith("?") for header in headers]
    shown = _fitting(widths, whole, optional)
    _draw(
        [names[column] for column in shown],
        [[line[column] for column in shown] for line in lines],
        [whole[column] for column in shown],
        styles or [None] * len(rows),
    )


def _width(text: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415  (slow to import)

    return cell_len(text)


def _padded(text: str, width: int, to_right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if to_right else text + space


def _fitting(widths: Sequence[int], whole: Sequence[bool], optional: Sequence[bool]) -> list[int]:
    """Return the columns that a terminal has room for."""
    from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)

    room = Console().width
    least = [
        width if kept else min(width, _READABLE) for width, kept in zip(widths, whole, strict=True)
    ]
    shown = list(range(len(widths)))
    for column in reversed(range(len(widths))):
        if sum(least[one] + _GAP for one in shown) - _GAP <= room:
            break
        if optional[column]:
            shown.remove(column)
    return shown


def _draw(
    names: Sequence[str],
    lines: Sequence[Sequence[str]],
    whole: Sequence[bool],
    styles: Sequence[str | None],
) -> None:
    from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
    for name, kept in zip(names, whole, strict=True):
        table.add_column(name, justify="right" if kept else "left", no_wrap=kept)
    for line, style in zip(lines, styles, strict=True):
        cells = (Text(cell, no_wrap=True, overflow="ellipsis") for cell in line)
        table.add_row(*cells, style=style)
    Console(highlight=False).print(table)
