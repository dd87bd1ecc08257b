"""The routes that identify and compare uploaded recordings."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.identification.comparison import Comparison, compare_windows
from samesong.runtime.server.clients import client_of
from samesong.runtime.server.comparison_json import comparison_json
from samesong.runtime.server.identify_schemas import ComparisonModel, RankingModel
from samesong.runtime.server.known_songs import FIELDS, repertoire_of
from samesong.runtime.server.length_limit import length_limit
from samesong.runtime.server.openapi import UPLOADING, refusals, upload_body
from samesong.runtime.server.remarks import remarks_on
from samesong.runtime.server.service import Service
from samesong.runtime.server.upload_form import Upload
from samesong.runtime.server.uploads import check_duration, receive, receive_form


def identify_routes(service: Service) -> APIRouter:
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
    router = APIRouter(prefix="/v1", tags=["identify"])
    limit = service.settings.upload_bytes

    @router.post(
        "/identify",
        response_model=RankingModel,
        responses=refusals(409, *UPLOADING),
        openapi_extra=upload_body("audio", known=True),
        summary="Identify a recording",
        description="Rank the songs of the catalog by the probability that a recording performs "
        "them.",
    )
    async def identify(
        request: Request, top: Annotated[int, Query(ge=1, le=100)] = 10
    ) -> dict[str, Any]:
        service.pool.require_room(client_of(request))
        with service.work.folder() as folder:
            (audio,), fields = await receive_form(request, Path(folder), ["audio"], limit, FIELDS)
            work = partial(identify_upload, service, audio, top, repertoire_of(fields))
            return await service.pool.run(work, client_of(request))

    @router.post(
        "/compare",
        response_model=ComparisonModel,
        responses=refusals(404, *UPLOADING),
        openapi_extra=upload_body("query", optional=("reference",)),
        summary="Compare two recordings",
        description="Compare two recordings: are they the same song, and where do they match?",
    )
    async def compare(
        request: Request,
        track_id: Annotated[
            str | None,
            Query(description="A track to compare with, instead of the part 'reference'."),
        ] = None,
    ) -> dict[str, Any]:
        service.pool.require_room(client_of(request))
        parts = ["query", "reference"] if track_id is None else ["query"]
        with service.work.folder() as folder:
            uploads = await receive(request, Path(folder), parts, limit)
            work = partial(compare_uploads, service, uploads, track_id)
            return comparison_json(await service.pool.run(work, client_of(request)))

    return router


def identify_upload(
    service: Service, audio: Upload, top: int, repertoire: Repertoire
) -> dict[str, Any]:
    """Identify a recording.

    Parameters
    ----------
    service : Service
        The resources of the service.
    audio : Upload
        The recording.
    top : int
        Songs to return.
    repertoire : Repertoire
        What is known of it.

    Returns
    -------
    dict
        Content of `samesong.runtime.server.identify_schemas.RankingModel`.

    Raises
    ------
    SamesongError, ProblemError
        If it cannot be identified.
    """
    check_duration(audio, service.settings.seconds, service.reader)
    search = service.searches.find(repertoire)
    limit = length_limit(audio.name, service.settings.seconds)
    with service.reader.open(audio.path) as file:
        ranking = search.identifier.identify(file, top, progress=limit)
    warnings = [*search.warnings, *remarks_on(audio.name, file.notes)]
    return {**ranking.to_dict(), "query": audio.name, "warnings": warnings}


def compare_uploads(service: Service, uploads: list[Upload], track_id: str | None) -> Comparison:
    """Compare a recording with another, or with a track.

    Parameters
    ----------
    service : Service
        The resources of the service.
    uploads : list of Upload
        One or two recordings.
    track_id : str or None
        The track that a single recording is compared with.

    Returns
    -------
    Comparison
        The comparison.

    Raises
    ------
    SamesongError, ProblemError
        If they cannot be compared.
    """
    for upload in uploads:
        check_duration(upload, service.settings.seconds, service.reader)
    library = service.library
    names = [upload.name for upload in uploads]
    windows = []
    for upload in uploads:
        limit = length_limit(upload.name, service.settings.seconds)
        with service.reader.open(upload.path) as file:
            windows.append(library.analyser.recording(file, progress=limit))
    if track_id is not None:
        track = library.track(track_id)
        names.append(track.title or track.track_id)
        stored = library.snapshot().catalog.windows(track_id)
        windows.append([one.window for one in stored])
    return compare_windows(
        (names[0], names[1]), windows[0], windows[1], service.scorer, library.bundle
    )
