"""Manifests: lists of recordings whose works are known, as CSV."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from samesong.features.errors import ManifestError
from samesong.runtime.files.csv_table import CsvRow, read_csv_table

Kind = Literal["studio", "live", "cover"]

_KINDS = ("studio", "live", "cover")
_COLUMNS = ("path", "work_id", "kind")


@dataclass(frozen=True)
class ListedRecording:
    """One row of a manifest.

    Attributes
    ----------
    path : Path
        The audio file.
    work_id : str
        Name of the work that it is a performance of.
    kind : {'studio', 'live', 'cover'}
        Kind of performance.
    """

    path: Path
    work_id: str
    kind: Kind


def read_listed_recordings(path: str | Path) -> list[ListedRecording]:
    """Read a manifest: a CSV with the columns path, work_id and kind.

    Parameters
    ----------
    path : str or Path
        The CSV, in any form of `read_csv_table`; the paths in it are relative to its folder.

    Returns
    -------
    list of ListedRecording
        At least one.

    Raises
    ------
    ManifestError
        If a column is missing, a row is bad (with its line and value), or there is none.
    """
    table = read_csv_table(path, _COLUMNS)
    missing = set(_COLUMNS) - set(table.columns)
    if missing:
        raise ManifestError(
            f"{path} lacks the columns {', '.join(sorted(missing))}: its first line must "
            f"name {', '.join(_COLUMNS)}"
        )
    recordings: dict[Path, ListedRecording] = {}
    for row in table.rows:
        where = f"{path}, line {row.line}"
        recording = _recording(row, Path(path).parent, where)
        if recording.path in recordings:
            raise ManifestError(
                f"{where}: {row.cells['path']!r} is listed twice; "
                "a recording would be its own version: remove one row"
            )
        recordings[recording.path] = recording
    if not recordings:
        raise ManifestError(f"{path} lists no recordings: add one a line")
    return list(recordings.values())


def _recording(row: CsvRow, folder: Path, where: str) -> ListedRecording:
    if row.surplus:
        raise ManifestError(
            f"{where}: {', '.join(row.surplus)!r} is in no column; put quotation marks around a "
            "text that holds a separator"
        )
    values = {name: row.cells[name] for name in _COLUMNS}
    for name, value in values.items():
        if not value:
            raise ManifestError(f"{where}: {name} is empty; give a value or remove the row")
    if values["kind"] not in _KINDS:
        raise ManifestError(
            f"{where}: kind is {values['kind']!r}, but must be one of {', '.join(_KINDS)}"
        )
    return ListedRecording(folder / values["path"], values["work_id"], cast(Kind, values["kind"]))
