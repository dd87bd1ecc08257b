"""What users say about works: recordings joined, set apart, and works named."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from samesong.features.errors import CatalogError, GroupingError
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter


def join_works(catalog: CatalogWriter, track_ids: Sequence[str]) -> str:
    """Make one work of the works of some recordings, whatever their tags say.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    track_ids : sequence of str
        Recordings; all others of their works come along.

    Returns
    -------
    str
        work_id of the work: that of the first recording. It has the title that the user gave to
        the first of the works that has one.

    Raises
    ------
    GroupingError
        If no recordings are named.
    CatalogError
        If there is no such track, or the catalog cannot be written; then nothing has changed.
    """
    works = list(dict.fromkeys(catalog.track(track_id).work for track_id in track_ids))
    if not works:
        raise GroupingError("nothing to join: name the recordings of one song")
    found = catalog.find_recordings(works)
    tracks = [track for work in works for track in found[work]]
    title = next((track.work_title for track in tracks if track.work_title), None)
    catalog.update([replace(one, work_by_hand=works[0], work_title=title) for one in tracks])
    return works[0]


def split_work(catalog: CatalogWriter, track_ids: Collection[str]) -> tuple[str, str]:
    """Make a work of its own of some recordings of a work.

    Neither they nor the recordings that stay are joined again by what their tags say.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    track_ids : collection of str
        Recordings of one work, but not all of it.

    Returns
    -------
    kept, new : str
        work_id of the recordings that stay, as it was unless that is the id of one that leaves, and
        of those that leave.

    Raises
    ------
    GroupingError
        If they are no part of one work; then nothing has changed.
    CatalogError
        If there is no such track, or the catalog cannot be written; then nothing has changed.
    """
    leaving = [catalog.track(track_id) for track_id in dict.fromkeys(track_ids)]
    works = {track.work for track in leaving}
    if len(works) != 1:
        told = ", ".join(sorted(works)) or "none"
        raise GroupingError(
            f"recordings of one work can be split from it, but these are of {told}: split each "
            "work by itself"
        )
    [work] = works
    staying = [one for one in catalog.find_recordings(works)[work] if one not in leaving]
    if not staying:
        raise GroupingError(
            f"nothing to split: work {work} has no other recordings than these; name those that "
            "are another song"
        )
    taken = {track.work for track in catalog.tracks()} - {work}
    # No work is called by the id of a recording that is in another one.
    new = _name_after(leaving, taken)
    kept = work if work not in {one.track_id for one in leaving} else _name_after(staying, taken)
    catalog.update(
        [
            *(replace(track, work_by_hand=kept) for track in staying),
            *(replace(track, work_by_hand=new, work_title=None) for track in leaving),
        ]
    )
    return kept, new


def _name_after(tracks: Sequence[CatalogTrack], taken: Collection[str]) -> str:
    """Return the id of the first of some recordings, or one like it that is not taken."""
    first = min(tracks, key=lambda track: (track.added, track.track_id)).track_id
    names = (first if number == 1 else f"{first}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def regroup_works(catalog: CatalogWriter, track_ids: Collection[str]) -> int:
    """Forget what users said of the works of some recordings: tags and ears decide again.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    track_ids : collection of str
        Recordings; it is forgotten of all others of their works as well.

    Returns
    -------
    int
        Recordings that it was forgotten of, with the title that their work was given.

    Raises
    ------
    CatalogError
        If there is no such track, or the catalog cannot be written; then nothing has changed.
    """
    found = catalog.find_recordings({catalog.track(track_id).work for track_id in track_ids})
    by_hand = [track for tracks in found.values() for track in tracks if track.work_by_hand]
    catalog.update([replace(track, work_by_hand=None, work_title=None) for track in by_hand])
    return len(by_hand)


def name_work(catalog: CatalogWriter, work_id: str, title: str | None) -> None:
    """Give a work a title, which need not be that of any recording.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    work_id : str
        The work.
    title : str or None
        The title; None to go by the titles of its recordings again.

    Raises
    ------
    CatalogError
        If there is no such work, or the catalog cannot be written; then nothing has changed.
    """
    tracks = catalog.find_recordings([work_id])[work_id]
    if not tracks:
        raise CatalogError(
            f"no work {work_id!r} in {catalog.location}: 'samesong catalog works' names them"
        )
    catalog.update([replace(track, work_title=title) for track in tracks])
