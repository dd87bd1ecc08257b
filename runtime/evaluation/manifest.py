"""Manifests: lists of recordings whose works are known, as CSV."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from samesong.features.errors import ManifestError

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
        The CSV, in UTF-8; the paths in it are relative to its folder.

    Returns
    -------
    list of ListedRecording
        At least one.

    Raises
    ------
    ManifestError
        If a column is missing, a row is bad (with its line and value), or there is none.
    """
    path = Path(path)
    recordings: dict[Path, ListedRecording] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = set(_COLUMNS) - set(reader.fieldnames or [])
            if missing:
                raise ManifestError(
                    f"{path} lacks the columns {', '.join(sorted(missing))}: its first line must "
                    f"name {', '.join(_COLUMNS)}"
                )
            for row in reader:
                recording = _recording(row, path.parent, f"{path}, line {reader.line_num}")
                if recording.path in recordings:
                    raise ManifestError(
                        f"{path}, line {reader.line_num}: {row['path']!r} is listed twice; "
                        "a recording would be its own version: remove one row"
                    )
                recordings[recording.path] = recording
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"{path} cannot be read as CSV in UTF-8: {error}") from error
    if not recordings:
        raise ManifestError(f"{path} lists no recordings: add one a line")
    return list(recordings.values())


def _recording(row: dict[str, str | None], folder: Path, where: str) -> ListedRecording:
    values = {name: (row[name] or "").strip() for name in _COLUMNS}
    for name, value in values.items():
        if not value:
            raise ManifestError(f"{where}: {name} is empty; give a value or remove the row")
    if values["kind"] not in _KINDS:
        raise ManifestError(
            f"{where}: kind is {values['kind']!r}, but must be one of {', '.join(_KINDS)}"
        )
    return ListedRecording(folder / values["path"], values["work_id"], cast(Kind, values["kind"]))
