"""Tables that people keep in spreadsheets, read from CSV in whatever form those save it."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from samesong.features.errors import ManifestError
from samesong.runtime.files.text_encoding import decode_text

_SEPARATORS = ",;\t"
# A first line by which Excel is told, and tells, what separates cells.
_SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


@dataclass(frozen=True)
class CsvRow:
    """One row of a table.

    Attributes
    ----------
    line : int
        Number of the line in the file that it ends on, from 1.
    cells : mapping of str to str
        Its cells by the names of their columns, without space around them; an empty one for each
        that is missing.
    surplus : tuple of str
        Cells beyond the last column, if any of them holds something.
    """

    line: int
    cells: Mapping[str, str]
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True)
class CsvTable:
    """A table.

    Attributes
    ----------
    name : str
        Its file, for messages.
    header : tuple of str
        Its first line, as it is written.
    columns : tuple of str
        Names of its columns in lower case, words joined by ``_``.
    rows : tuple of CsvRow
        Those that hold something.
    encoding : str
        The encoding that it was decoded from, as Python names it.
    """

    name: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    encoding: str


def read_csv_table(path: str | Path, known: Collection[str]) -> CsvTable:
    """Read a table whose first line names its columns.

    Commas, semicolons or tabs separate cells; see `decode_text` for encodings.

    Parameters
    ----------
    path : str or Path
        The file.
    known : collection of str
        Columns that are looked for, which tell what separates cells.

    Returns
    -------
    CsvTable
        The table.

    Raises
    ------
    ManifestError
        If it cannot be read, is no text or no CSV, or names a column twice.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}; check the path") from error
    return parse_csv_table(content, str(path), known)


def parse_csv_table(content: bytes, name: str, known: Collection[str]) -> CsvTable:
    r"""Parse a table whose first line names its columns.

    Parameters
    ----------
    content : bytes
        What `read_csv_table` reads from a file.
    name : str
        Name of the file, for messages.
    known : collection of str
        As for `read_csv_table`.

    Returns
    -------
    CsvTable
        The table.

    Raises
    ------
    ManifestError
        As of `read_csv_table`.

    Examples
    --------
    >>> table = parse_csv_table(b"Path;Work ID\nlive/1.mp3;7\n", "list.csv", ["path"])
    >>> table.columns, table.rows[0].cells["work_id"]
    (('path', 'work_id'), '7')
    """
    try:
        text, encoding = decode_text(content)
    except ValueError as error:
        raise ManifestError(
            f"{name} is no CSV: {error}; save it as 'CSV UTF-8' in the spreadsheet"
        ) from error
    lines = iter(_records(text, name, known))
    header = [_one_line(cell) for cell in next(lines, (0, []))[1]]
    columns = tuple(_name(cell) for cell in header)
    twice = {column for column in columns if column and columns.count(column) > 1}
    if twice:
        raise ManifestError(f"{name} names the column {min(twice)!r} twice: rename one of them")
    rows = tuple(_row(line, columns, cells) for line, cells in lines)
    return CsvTable(name, tuple(header), tuple(filter(None, columns)), rows, encoding)


def _records(text: str, name: str, known: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line that holds something, and its cells."""
    told = _SEPARATOR_LINE.match(text)
    separator = told[1] if told else _separator(text, known)
    rest = io.StringIO(text[told.end() :] if told else text, newline="")
    reader = csv.reader(rest, delimiter=separator, strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num + bool(told), stripped
    except csv.Error as error:
        raise ManifestError(
            f"{name}, line {reader.line_num + bool(told)}: cannot be read as CSV ({error}); "
            "correct the quotation marks there"
        ) from error


def _separator(text: str, known: Collection[str]) -> str:
    """Return what separates the names of the first line, best those that are known."""
    first = next((line for line in text.splitlines() if line.strip(_SEPARATORS + " ")), "")

    def fit(separator: str) -> tuple[int, int]:
        names = [_name(cell) for cell in next(csv.reader([first], delimiter=separator))]
        return len(set(names) & set(known)), len(names)

    return max(_SEPARATORS, key=fit)


def _row(line: int, columns: tuple[str, ...], cells: list[str]) -> CsvRow:
    filled = cells + [""] * (len(columns) - len(cells))
    named = {name: cell for name, cell in zip(columns, filled, strict=False) if name}
    surplus = tuple(filled[len(columns) :])
    return CsvRow(line, named, surplus if any(surplus) else ())


def _one_line(cell: str) -> str:
    """Return the name of a column as messages may hold it."""
    return "".join(letter if letter.isprintable() else " " for letter in cell).strip()


def _name(cell: str) -> str:
    return _BETWEEN_WORDS.sub("_", cell.strip().casefold())
