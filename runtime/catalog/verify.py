"""Checking a catalog: that all is as it was written, and every track has all windows once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import TRACKS
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.track_values import CHECK, checksum, row_problem, values_of
from samesong.runtime.catalog.window_rows import WINDOW, is_as_written, windows_from

_COLUMNS = [*WINDOW, "index", CHECK]


@dataclass(frozen=True)
class CatalogReport:
    """Findings of `verify`.

    Attributes
    ----------
    n_tracks : int
        Tracks that were read.
    n_windows : int
        Windows of tracks that were read.
    problems : list of str
        What is wrong, one sentence each; empty for a sound catalog.
    leftovers : int
        Windows of no track, left by a writer that died; they do no harm.
    n_unusable : int
        Tracks whose rows no reader can use; until they are removed, nor can the catalog be.
    """

    n_tracks: int
    n_windows: int
    problems: list[str]
    leftovers: int
    n_unusable: int = 0


def verify(catalog: Catalog) -> CatalogReport:
    """Read all of a catalog and check it, in memory of some bytes a window.

    Parameters
    ----------
    catalog : Catalog
        The catalog.

    Returns
    -------
    CatalogReport
        The findings.
    """
    problems: list[str] = []
    all_read = False
    found: dict[str, Counter[int]] = defaultdict(Counter)
    try:
        for rows in catalog.iter_rows(_COLUMNS):
            for row, index in enumerate(rows["index"].to_pylist()):
                one = rows.slice(row, 1)
                found[one["track_id"][0].as_py()][index] += 1
                problems += _window_problems(one)
    except CatalogError as error:
        problems.append(str(error))
    else:
        all_read = True
        problems += _index_problems(catalog)
    tracks = values_of(catalog.columns(TRACKS.names))
    unusable = [problem for track in tracks if (problem := row_problem(track))]
    problems += [
        f"{problem}: run 'samesong catalog optimize {catalog.location}', which removes it, and "
        "index its file again"
        for problem in unusable
    ]
    usable = [track for track in tracks if not row_problem(track)]
    for track in usable:
        problems += _row_problems(track)
        if all_read:
            problems += _windows_problems(track, found[track["track_id"]])
    problems += _doubles(usable)
    ids = {track["track_id"] for track in usable}
    leftovers = sum(indices.total() for id_, indices in found.items() if id_ not in ids)
    n_windows = sum(indices.total() for indices in found.values()) - leftovers
    return CatalogReport(len(tracks), n_windows, problems, leftovers, len(unusable))


def _window_problems(row: pa.Table) -> list[str]:
    where = f"window {row['index'][0]} of track {row['track_id'][0]}"
    try:
        windows_from(row)
    except ValueError as error:
        return [f"{where} is damaged ({error}): remove the track and index it again"]
    if not is_as_written(row):
        return [f"{where} is not what was written: remove the track and index it again"]
    return []


def _index_problems(catalog: Catalog) -> list[str]:
    index = catalog.index
    if index.kind != "broken":
        return []
    return [f"the index is damaged ({index.problem}): run 'samesong catalog optimize'"]


def _row_problems(row: Mapping[str, Any]) -> list[str]:
    if checksum(row) == row[CHECK]:
        return []
    return [
        f"{_name(row)} is not what was written, in title, path or another field: remove it and "
        "index it again"
    ]


def _windows_problems(row: Mapping[str, Any], indices: Counter[int]) -> list[str]:
    if indices == Counter(range(row["n_windows"])):
        return []
    return [
        f"{_name(row)} should have {row['n_windows']} windows once each, "
        f"but has {indices.total()}, {len(indices)} of them different: remove it and index it again"
    ]


def _doubles(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    times = Counter(row["track_id"] for row in rows)
    return [
        f"track {track_id} is there {number} times: remove it and index it again"
        for track_id, number in times.items()
        if number > 1
    ]


def _name(row: Mapping[str, Any]) -> str:
    return f"track {row['track_id']} ({row['path']})"
