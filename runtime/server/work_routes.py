"""The routes of works: which recordings are of one song, and what people say about it."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query

from samesong.runtime.catalog.works import Work, works_of
from samesong.runtime.catalog.works_by_hand import (
    join_works,
    name_work,
    regroup_works,
    split_work,
)
from samesong.runtime.server.library import Library
from samesong.runtime.server.openapi import CHANGING, refusals
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.search import Rank, words_of
from samesong.runtime.server.service import Service
from samesong.runtime.server.track_json import track_json, track_rank
from samesong.runtime.server.track_schemas import RecordingsModel
from samesong.runtime.server.work_order import in_order
from samesong.runtime.server.work_schemas import (
    ChangedWorksModel,
    SortColumn,
    WorkModel,
    WorkPageModel,
    WorkTitleModel,
)

Words = Annotated[str, Query(description="Words of title, artist, album, codes or path.")]


def work_routes(service: Service) -> APIRouter:
    """Return the routes.

    Parameters
    ----------
    service : Service
        The resources of the service.

    Returns
    -------
    APIRouter
        The routes.
    """
    router = APIRouter(prefix="/v1/works", tags=["catalog"])
    library = service.library

    @router.get(
        "",
        response_model=WorkPageModel,
        responses=refusals(422, 503),
        summary="List works",
        description="Return a page of the works that have a recording with all words of a search, "
        "the best matches first, as those whose title begins with the words, then sorted by a "
        "column; what has nothing in it comes last.",
    )
    def works(
        q: Words = "",
        sort: SortColumn = SortColumn.RECORDINGS,
        descending: Annotated[
            bool | None,
            Query(description="The largest or latest first; by default only of recordings."),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> dict[str, Any]:
        words = words_of(q)
        is_falling = sort is SortColumn.RECORDINGS if descending is None else descending
        ordered = in_order(library.snapshot().catalog.works(), sort, descending=is_falling)
        ranked = ((_rank(work, words), work) for work in ordered)
        matching = [(place, work) for place, work in ranked if place is not None]
        found = [work for _, work in sorted(matching, key=lambda one: one[0])]
        return {
            "total": len(found),
            "n_tracks": sum(len(work.tracks) for work in found),
            "limit": limit,
            "offset": offset,
            "works": [_shown(work, library) for work in found[offset : offset + limit]],
        }

    @router.get(
        "/{work_id}",
        response_model=WorkModel,
        responses=refusals(404, 422, 503),
        summary="Get one work",
        description="Return one work with its recordings.",
    )
    def work(work_id: str) -> dict[str, Any]:
        return _one(work_id, library)

    @router.patch(
        "/{work_id}",
        response_model=WorkModel,
        responses=refusals(*CHANGING),
        summary="Name a work",
        description="Give a work a title of its own, which is kept when files are indexed again.",
    )
    def name(work_id: str, title: WorkTitleModel) -> dict[str, Any]:
        _one(work_id, library)
        given = (title.title or "").strip() or None
        library.change(lambda catalog: name_work(catalog, work_id, given))
        return _one(work_id, library)

    @router.post(
        "/join",
        response_model=ChangedWorksModel,
        responses=refusals(*CHANGING),
        summary="Join works",
        description="Make one work of the works of some recordings. It stays so when files are "
        "indexed again, whatever their tags say.",
    )
    def join(recordings: RecordingsModel) -> dict[str, Any]:
        track_ids = _known(recordings, library)
        joined = library.change(partial(join_works, track_ids=track_ids))
        return {"works": [_one(joined, library)]}

    @router.post(
        "/split",
        response_model=ChangedWorksModel,
        responses=refusals(*CHANGING),
        summary="Split a work",
        description="Make a work of their own of some recordings of a work. It stays so when files "
        "are indexed again, whatever their tags say.",
    )
    def split(recordings: RecordingsModel) -> dict[str, Any]:
        track_ids = _known(recordings, library)
        changed = library.change(partial(split_work, track_ids=track_ids))
        return {"works": [_one(work_id, library) for work_id in changed]}

    @router.post(
        "/regroup",
        response_model=ChangedWorksModel,
        responses=refusals(*CHANGING),
        summary="Undo joining and splitting",
        description="Forget what people said of the works of some recordings: tags and ears decide "
        "again.",
    )
    def regroup(recordings: RecordingsModel) -> dict[str, Any]:
        track_ids = _known(recordings, library)
        library.change(partial(regroup_works, track_ids=track_ids))
        now = dict.fromkeys(library.track(track_id).work for track_id in track_ids)
        return {"works": [_one(work_id, library) for work_id in now]}

    return router


def _known(recordings: RecordingsModel, library: Library) -> list[str]:
    """Return the tracks that a request names, once it is known that all of them are there."""
    return [library.track(track_id).track_id for track_id in dict.fromkeys(recordings.track_ids)]


def _one(work_id: str, library: Library) -> dict[str, Any]:
    tracks = library.snapshot().catalog.find_recordings([work_id])[work_id]
    if not tracks:
        raise ProblemError(404, "no-work", f"no work {work_id!r} in the catalog: search it again")
    (work,) = works_of(tracks)
    return _shown(work, library)


def _shown(work: Work, library: Library) -> dict[str, Any]:
    return {
        "work_id": work.work_id,
        "title": work.title,
        "artist": work.artist,
        "named_by_hand": any(track.work_title for track in work.tracks),
        "grouped_by_hand": any(track.work_by_hand for track in work.tracks),
        "tracks": [track_json(track, library) for track in work.tracks],
    }


def _rank(work: Work, words: Sequence[str]) -> Rank | None:
    """Return how well a work matches, by that recording of it which matches best."""
    ranks = (track_rank(track, words, also=work.title) for track in work.tracks)
    return min((one for one in ranks if one is not None), default=None)
