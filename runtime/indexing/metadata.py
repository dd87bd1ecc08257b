"""Taking the metadata of a list into a catalog."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.indexing.code_fields import in_standard_spelling
from samesong.runtime.indexing.metadata_list import ListedFile, MetadataList
from samesong.runtime.indexing.set_by_hand import edited

_SETTING_APART = ("work_by_hand", "split_from")


@dataclass(frozen=True)
class Taken:
    """What became of a list.

    Attributes
    ----------
    n_files : int
        Files of the list that are in the catalog.
    updated : list of str
        track_ids of those of them that were changed by it.
    problems : list of str
        Files and values that could not be used, and why.
    """

    n_files: int
    updated: list[str]
    problems: list[str]


def take_metadata(
    catalog: CatalogWriter, metadata: MetadataList, failed: Collection[Path] = ()
) -> Taken:
    """Set the fields of tracks as a list says; a value that a track has is no change.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    metadata : MetadataList
        The list.
    failed : collection of Path
        Files that were reported before, and need not be again.

    Returns
    -------
    Taken
        What became of it.

    Raises
    ------
    CatalogError
        If the catalog cannot be written.
    """
    tracks = {track.path: track for track in catalog.tracks()}
    changed: dict[str, CatalogTrack] = {}
    files: dict[str, ListedFile] = {}
    problems: list[str] = []
    n_files = 0
    for file in metadata.files:
        # What an export wrote for a name that is no text is the stored path itself.
        track = tracks.get(stored_path(file.path)) or tracks.get(str(file.path))
        if track is None:
            if file.path not in failed:
                problems.append(_absent(file, metadata.name))
            continue
        n_files += 1
        new = {name: value for name, value in file.values.items() if _is_new(track, name, value)}
        problems += [file.invalid[name] for name in new if name in file.invalid]
        if new := {name: value for name, value in new.items() if name not in file.invalid}:
            changed[track.track_id] = edited(track, new)
            files[track.track_id] = file
    if metadata.files and not n_files:
        folder = stored_path(metadata.folder)
        problems.append(
            f"{metadata.name} names no file of the catalog: its paths count from {folder}, or are "
            "absolute as 'samesong catalog list' prints them"
        )
    before = {track.track_id: track for track in tracks.values()}
    for track in _at_odds(changed.values(), before | changed):
        problems.append(_contradiction(track, files[track.track_id], metadata.name))
        as_it_was = {name: getattr(before[track.track_id], name) for name in _SETTING_APART}
        changed[track.track_id] = edited(track, as_it_was)
    updated = [track for track in changed.values() if track != before[track.track_id]]
    catalog.update(updated)
    return Taken(n_files, [track.track_id for track in updated], problems)


def _at_odds(
    changed: Iterable[CatalogTrack], tracks: Mapping[str, CatalogTrack]
) -> list[CatalogTrack]:
    """Return the tracks that are both put into a work by hand and split from one of it."""
    return [
        track
        for track in changed
        if track.work_by_hand
        and any(
            other in tracks and tracks[other].work_by_hand == track.work_by_hand
            for other in (track.split_from or "").split()
        )
    ]


def _contradiction(track: CatalogTrack, file: ListedFile, name: str) -> str:
    return (
        f"{name}, line {file.lines[0]}: {stored_path(file.path)} is put into work "
        f"{track.work_by_hand!r} (work_by_hand) and split from recordings of it (split_from): "
        "neither is used; correct one"
    )


def _is_new(track: CatalogTrack, name: str, value: str | None) -> bool:
    """Return whether a field has another value, not just another spelling of a code."""
    current = getattr(track, name)
    return in_standard_spelling(name, value) != in_standard_spelling(name, current)


def _absent(file: ListedFile, name: str) -> str:
    where = f"{name}, line {file.lines[0]}: {stored_path(file.path)}"
    if not file.path.exists():
        return f"{where} does not exist: check the path, which is relative to the list"
    return f"{where} is not in the catalog: index it as well, or the file that it is a copy of"
