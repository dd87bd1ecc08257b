"""Checking a catalog: that every track has all of its windows once, and that all can be read."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import pyarrow as pa

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.columns import CHECK, CatalogTrack
from samesong.runtime.catalog.reader import Catalog
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
    """

    n_tracks: int
    n_windows: int
    problems: list[str]
    leftovers: int


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
        for track in catalog.tracks():
            problems += _track_problems(track, found[track.track_id])
        problems += _index_problems(catalog)
    leftovers = sum(indices.total() for id_, indices in found.items() if id_ not in catalog)
    n_windows = sum(indices.total() for indices in found.values()) - leftovers
    return CatalogReport(len(catalog), n_windows, problems, leftovers)


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


def _track_problems(track: CatalogTrack, indices: Counter[int]) -> list[str]:
    if indices == Counter(range(track.n_windows)):
        return []
    return [
        f"track {track.track_id} ({track.path}) should have {track.n_windows} windows once each, "
        f"but has {indices.total()}, {len(indices)} of them different: remove it and index it again"
    ]
