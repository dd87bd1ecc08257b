"""Markdown tables."""

from collections.abc import Sequence


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table.

    Parameters
    ----------
    headers : sequence of str
        Names of the columns.
    rows : sequence of sequence of object
        Cells, converted by `str`.

    Returns
    -------
    str
        The table, one line per row.
    """
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
