"""Lists of metadata: tables that say about files what their tags do not."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from samesong.features.errors import ManifestError
from samesong.runtime.files.csv_formulas import unguard
from samesong.runtime.files.csv_table import CsvRow, CsvTable, read_csv_table
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.files.text_encoding import UTF_8
from samesong.runtime.indexing.code_fields import read_field
from samesong.runtime.indexing.set_by_hand import BY_HAND, FROM_TAGS

FIELDS = (*FROM_TAGS, *BY_HAND)
"""Columns that are used, beside `PATH` and `EDITED`."""
PATH = "path"
EDITED = "edited"
"""Column of the fields that were set by hand, empty ones included, with spaces between."""

# A list for 'samesong evaluate' has the user's own ids of works in this column.
_SAME = {"work_id": "work_code"}


@dataclass(frozen=True)
class ListedFile:
    """What a list says about one file.

    Attributes
    ----------
    lines : tuple of int
        The lines that name it.
    path : Path
        The file, absolute.
    values : mapping
        Values by the fields; None for those that were emptied by hand.
    invalid : mapping
        Why a value is none, by the fields.
    """

    lines: tuple[int, ...]
    path: Path
    values: Mapping[str, str | None]
    invalid: Mapping[str, str] = field(default_factory=dict)


@dataclass
class MetadataList:
    """A list of metadata.

    Attributes
    ----------
    name : str
        Its file, for messages.
    folder : Path
        The folder that its paths count from.
    files : list of ListedFile
        Each file once, in the order of the list.
    problems : list of str
        What could not be used, one sentence each.
    notes : list of str
        What the user should know although all could be used.
    """

    name: str
    folder: Path
    files: list[ListedFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_metadata_list(path: str | Path) -> MetadataList:
    """Read a list of metadata; what is wrong in it costs no more than the cell or the row.

    Parameters
    ----------
    path : str or Path
        A CSV with the column `PATH`, of files relative to the list, and any of `FIELDS`.

    Returns
    -------
    MetadataList
        The list.

    Raises
    ------
    ManifestError
        If it cannot be read, or has no column `PATH` or none of `FIELDS`.
    """
    table = read_csv_table(path, (PATH, *FIELDS, *_SAME))
    columns = {column: _SAME.get(column, column) for column in table.columns}
    if PATH not in columns or not set(FIELDS) & set(columns.values()):
        raise ManifestError(
            f"{path} has the columns {', '.join(table.header) or '(none)'}: its first line must "
            f"name {PATH}, and one or more of {', '.join(FIELDS)}"
        )
    if "work_code" in table.columns:
        columns.pop("work_id", None)
    folder = Path(path).absolute().parent
    found = MetadataList(table.name, folder, notes=list(_notes(table, columns)))
    by_path: dict[Path, list[ListedFile]] = {}
    for row in table.rows:
        listed = _listed(row, columns, found)
        if listed is not None:
            by_path.setdefault(listed.path, []).append(listed)
    found.files = [_joined(rows, found) for rows in by_path.values()]
    return found


def _notes(table: CsvTable, columns: Mapping[str, str]) -> Iterator[str]:
    if table.encoding not in (UTF_8, "utf-16"):
        yield (
            f"{table.name} was read as {table.encoding}: if letters are wrong, save it as "
            "'CSV UTF-8'"
        )
    if not table.rows:
        yield (
            f"{table.name} has no lines below its header, so nothing was changed by it: write one "
            f"line a file, with its {PATH} relative to the list"
        )
    unused = [name for name in table.columns if columns.get(name, name) not in (PATH, *FIELDS)]
    if unused and EDITED not in table.columns:  # an export has columns for people
        yield f"{table.name}: not used are the columns {', '.join(unused)}"


def _listed(row: CsvRow, columns: Mapping[str, str], found: MetadataList) -> ListedFile | None:
    where = f"{found.name}, line {row.line}"
    if not row.cells[PATH]:
        found.problems.append(f"{where} names no file: not used")
        return None
    if row.surplus:
        found.problems.append(
            f"{where}: {', '.join(row.surplus)!r} is in no column, so the line is not used: put "
            "quotation marks around a text that holds a separator"
        )
        return None
    values: dict[str, str | None] = dict.fromkeys(
        name for name in row.cells.get(EDITED, "").split() if name in FROM_TAGS
    )
    invalid = {}
    for column, name in columns.items():
        if name not in FIELDS or not row.cells[column]:
            continue
        text = unguard(row.cells[column])
        try:
            values[name] = read_field(name, text)
        except ValueError as error:
            values[name] = text
            invalid[name] = f"{where}: {error}: not used"
    return ListedFile((row.line,), _file(unguard(row.cells[PATH]), found.folder), values, invalid)


def _file(cell: str, folder: Path) -> Path:
    """Return the file of a cell, also where a spreadsheet on Windows wrote it."""
    path = Path(os.path.abspath(folder / cell))
    if "\\" in cell and not path.exists():
        other = Path(os.path.abspath(folder / cell.replace("\\", "/")))
        return other if other.exists() else path
    return path


def _joined(rows: Sequence[ListedFile], found: MetadataList) -> ListedFile:
    """Return what all rows of one file say together; what they contradict, none of them says."""
    values: dict[str, str | None] = {}
    for name in dict.fromkeys(name for row in rows for name in row.values):
        said = {row.values[name]: row.lines[0] for row in reversed(rows) if name in row.values}
        if len(said) == 1:
            values[name] = next(iter(said))
            continue
        differing = " and ".join(f"{value!r} (line {said[value]})" for value in reversed(said))
        found.problems.append(
            f"{found.name} gives {stored_path(rows[0].path)} the {name} {differing}: none of them "
            "is used; keep one"
        )
    invalid = {name: problem for row in rows for name, problem in row.invalid.items()}
    return ListedFile(tuple(row.lines[0] for row in rows), rows[0].path, values, invalid)
