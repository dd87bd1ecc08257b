"""What users say about works: recordings joined, set apart, and works named."""

from collections.abc import Collection, Iterable, Sequence
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
    joined = {track.track_id for track in tracks}
    catalog.update(
        [
            replace(
                track,
                work_by_hand=works[0],
                work_title=title,
                split_from=_ids((track.split_from or "").split(), without=joined),
            )
            for track in tracks
        ]
    )
    return works[0]


def split_work(catalog: CatalogWriter, track_ids: Collection[str]) -> list[str]:
    """Make a work of its own of some recordings of a work.

    They are not joined again with those that stay, whatever their tags say. Those that stay belong
    together by what did so before.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    track_ids : collection of str
        Recordings of one work, but not all of it.

    Returns
    -------
    list of str
        work_id of the recordings that stay, as it was unless that is the id of one that leaves;
        several where only those that leave held them together. The last is that of those that
        leave.

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
    new = _name_after(leaving, taken)
    others = [track.track_id for track in staying]
    catalog.update(
        [
            *_called_anew(staying, {track.track_id for track in leaving}, taken),
            *(
                replace(
                    track,
                    work_by_hand=new,
                    work_title=None,
                    split_from=_ids([*(track.split_from or "").split(), *others]),
                )
                for track in leaving
            ),
        ]
    )
    return [*dict.fromkeys(catalog.track(one).work for one in others), new]


def regroup_works(catalog: CatalogWriter, track_ids: Collection[str]) -> int:
    """Forget what users said of the works of some recordings: tags and ears decide again.

    Nothing is forgotten of others, save of one that was joined with these alone.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog.
    track_ids : collection of str
        Recordings.

    Returns
    -------
    int
        Recordings that it was forgotten of, with the title that their work was given.

    Raises
    ------
    CatalogError
        If there is no such track, or the catalog cannot be written; then nothing has changed.
    """
    named = [catalog.track(track_id) for track_id in dict.fromkeys(track_ids)]
    forgotten = {track.track_id: track for track in named if track.work_by_hand}
    kept: list[CatalogTrack] = []
    works = {track.work for track in forgotten.values()}
    taken = {track.work for track in catalog.tracks()} - works if works else set()
    for tracks in catalog.find_recordings(works).values():
        rest = [one for one in tracks if one.work_by_hand and one.track_id not in forgotten]
        if len(rest) == 1 and not rest[0].split_from:
            forgotten[rest[0].track_id] = rest[0]
        else:
            kept += _called_anew(rest, forgotten, taken)
    catalog.update(
        [
            *(
                replace(track, work_by_hand=None, split_from=None, work_title=None)
                for track in forgotten.values()
            ),
            *kept,
        ]
    )
    return len(forgotten)


def _called_anew(
    tracks: Sequence[CatalogTrack], gone: Collection[str], taken: Collection[str]
) -> list[CatalogTrack]:
    """Return those of a work by hand that is called by a recording that leaves, under a new name.

    No work is called by the id of a recording that is in another one.
    """
    called = [track for track in tracks if track.work_by_hand in gone]
    return [replace(track, work_by_hand=_name_after(called, taken)) for track in called]


def _name_after(tracks: Sequence[CatalogTrack], taken: Collection[str]) -> str:
    """Return the id of the first of some recordings, or one like it that is not taken."""
    first = min(tracks, key=lambda track: (track.added, track.track_id)).track_id
    names = (first if number == 1 else f"{first}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _ids(track_ids: Iterable[str], without: Collection[str] = ()) -> str | None:
    """Return track_ids as `CatalogTrack.split_from` holds them."""
    return " ".join(one for one in dict.fromkeys(track_ids) if one not in without) or None


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
