"""Tables in HTML, as notebooks show them below a cell."""

from collections.abc import Iterable, Sequence
from html import escape

from samesong.runtime.display.text import one_line


def html_table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in HTML.

    Parameters
    ----------
    caption : str
        Its caption.
    headers : sequence of str
        One a column, or none at all.
    rows : iterable of sequence of object
        One cell a column; None leaves it empty.

    Returns
    -------
    str
        A ``table`` element. All texts are escaped: tags of recordings may hold markup.

    Examples
    --------
    >>> html_table("A & B", ["title"], [["<b>"], [None]]).splitlines()[2:4]
    ['<tr><td>&lt;b&gt;</td></tr>', '<tr><td></td></tr>']
    """
    head = "".join(f"<th>{_text(one)}</th>" for one in headers)
    heading = f"<thead><tr>{head}</tr></thead>" if headers else ""
    body = ("".join(f"<td>{_text(cell)}</td>" for cell in row) for row in rows)
    lines = (
        f"<table><caption>{_text(caption)}</caption>",
        f"{heading}<tbody>",
        *(f"<tr>{cells}</tr>" for cells in body),
        "</tbody></table>",
    )
    return "\n".join(lines)


def html_line(text: str) -> str:
    """Return a sentence in HTML.

    Parameters
    ----------
    text : str
        The sentence.

    Returns
    -------
    str
        A ``p`` element, its text escaped.
    """
    return f"<p>{_text(text)}</p>"


def _text(cell: object) -> str:
    return "" if cell is None else escape(one_line(str(cell)))
