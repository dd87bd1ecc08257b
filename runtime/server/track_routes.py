"""The routes of the catalog: search, play, add and remove tracks."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import FileResponse

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.indexing.code_fields import read_field
from samesong.runtime.indexing.set_by_hand import edited
from samesong.runtime.server.audio_answer import AUDIO_FILE, audio_answer
from samesong.runtime.server.clients import client_of
from samesong.runtime.server.library import AddedTrack
from samesong.runtime.server.openapi import CHANGING, UPLOADING, Responses, refusals, upload_body
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.remarks import remarks_on
from samesong.runtime.server.search import words_of
from samesong.runtime.server.service import Service
from samesong.runtime.server.track_json import track_json, track_rank
from samesong.runtime.server.track_schemas import (
    AddedTrackModel,
    CatalogTrackModel,
    EditedModel,
    EditModel,
    RecordingsModel,
    RemovedModel,
    TrackPageModel,
)
from samesong.runtime.server.upload_form import Upload
from samesong.runtime.server.uploads import check_duration, receive

_THERE: Responses = {
    200: {"model": AddedTrackModel, "description": "It was in the catalog already."}
}


def track_routes(service: Service) -> APIRouter:
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
    router = APIRouter(prefix="/v1/tracks", tags=["catalog"])
    library = service.library

    def shown(track: CatalogTrack) -> dict[str, Any]:
        return track_json(track, library)

    @router.get(
        "",
        response_model=TrackPageModel,
        responses=refusals(422, 503),
        summary="List tracks",
        description="Return a page of the tracks that have all words of a search, those first "
        "whose title has them at the beginning of its words.",
    )
    def tracks(
        q: Annotated[str, Query(description="Words of title, artist, album, codes or path.")] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> dict[str, Any]:
        words = words_of(q)
        ranked = (
            (track_rank(track, words), track) for track in library.snapshot().catalog.tracks()
        )
        found = [(place, track) for place, track in ranked if place is not None]
        found.sort(key=lambda one: (one[0], _key(one[1].artist), _key(one[1].title)))
        page = [shown(track) for _, track in found[offset : offset + limit]]
        return {"total": len(found), "limit": limit, "offset": offset, "tracks": page}

    @router.post(
        "",
        status_code=201,
        response_model=AddedTrackModel,
        responses=refusals(*UPLOADING) | _THERE,
        openapi_extra=upload_body("audio"),
        summary="Add a recording",
        description="Add a recording to the catalog, and keep it to be played.",
    )
    async def add(request: Request, response: Response) -> dict[str, Any]:
        service.pool.require_room(client_of(request))
        with service.work.folder() as folder:
            limit = service.settings.upload_bytes
            (audio,) = await receive(request, Path(folder), ["audio"], limit)
            added = await service.pool.run(partial(_add, service, audio), client_of(request))
        response.status_code = 201 if added.is_new else 200
        response.headers["Location"] = f"/v1/tracks/{added.track.track_id}"
        return shown(added.track) | {"warnings": remarks_on(audio.name, added.notes)}

    @router.patch(
        "",
        response_model=EditedModel,
        responses=refusals(*CHANGING),
        summary="Edit tracks",
        description="Set fields of some tracks, all of them or none. What is set stays when files "
        "are indexed again; the files themselves are not changed.",
    )
    def edit(edit: EditModel) -> dict[str, Any]:
        values = _values(edit)
        chosen = [library.track(track_id) for track_id in dict.fromkeys(edit.track_ids)]
        library.change(
            lambda writer: writer.update(
                [edited(writer.track(track.track_id), values) for track in chosen]
            )
        )
        return {"tracks": [shown(library.track(track.track_id)) for track in chosen]}

    @router.post(
        "/remove",
        response_model=RemovedModel,
        responses=refusals(*CHANGING),
        summary="Remove tracks",
        description="Remove some tracks from the catalog, all of them or none, and their audio if "
        "it was uploaded.",
    )
    def remove_many(recordings: RecordingsModel) -> dict[str, Any]:
        return {"removed": library.remove(recordings.track_ids)}

    @router.get(
        "/{track_id}",
        response_model=CatalogTrackModel,
        responses=refusals(404, 422, 503),
        summary="Get one track",
        description="Return one track.",
    )
    def track(track_id: str) -> dict[str, Any]:
        return shown(library.track(track_id))

    @router.delete(
        "/{track_id}",
        status_code=204,
        responses=refusals(404, 422, 503, 507),
        summary="Remove a track",
        description="Remove a track from the catalog, and its audio if it was uploaded.",
    )
    def remove(track_id: str) -> None:
        library.remove([track_id])

    @router.get(
        "/{track_id}/audio",
        response_class=FileResponse,
        responses=refusals(404, 422, 503) | AUDIO_FILE,
        summary="Play a track",
        description="Return the recording of a track, or a part of it, to be played.",
    )
    def audio(track_id: str) -> FileResponse:
        found = library.track(track_id)
        path = library.audio(found)
        if path is None:
            raise ProblemError(
                404,
                "no-audio",
                f"the audio of this track is no longer at {found.path}, or not in a folder that "
                "may be played: put it back, or start the server with --music FOLDER; it can be "
                "identified without",
            )
        return audio_answer(path)

    return router


def _add(service: Service, audio: Upload) -> AddedTrack:
    check_duration(audio, service.settings.seconds, service.reader)
    return service.library.add(audio.path, service.reader, service.settings.seconds)


def _values(edit: EditModel) -> dict[str, str | None]:
    """Return the fields to set, codes in their standard's spelling."""
    given = edit.model_dump(exclude_unset=True, exclude={"track_ids"})
    if not given:
        raise ProblemError(
            422, "parameters", "nothing to change: give title, artist or another field"
        )
    try:
        return {name: read_field(name, text or "") for name, text in given.items()}
    except ValueError as error:
        raise ProblemError(422, "parameters", f"{error}: nothing was changed") from error


def _key(text: str | None) -> tuple[bool, str]:
    """Return a sort key: regardless of case, unknown names last."""
    return text is None, (text or "").casefold()
