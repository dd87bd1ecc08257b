"""The routes of answers that are kept: each has an address, to come back to and to share."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.server.answer_schemas import AnswerModel
from samesong.runtime.server.audio_answer import AUDIO_FILE, audio_answer
from samesong.runtime.server.clients import client_of
from samesong.runtime.server.comparison_json import comparison_json
from samesong.runtime.server.identify_routes import compare_uploads, identify_upload
from samesong.runtime.server.identify_schemas import ComparisonModel
from samesong.runtime.server.known_songs import FIELDS, repertoire_of
from samesong.runtime.server.openapi import UPLOADING, refusals, upload_body
from samesong.runtime.server.service import Service
from samesong.runtime.server.upload_form import TextField, Upload
from samesong.runtime.server.uploads import receive_form


def answer_routes(service: Service) -> APIRouter:
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
    router = APIRouter(prefix="/v1/answers", tags=["identify"])
    answers = service.answers

    @router.post(
        "",
        status_code=202,
        response_model=AnswerModel,
        responses=refusals(409, *UPLOADING),
        openapi_extra=upload_body("audio", known=True),
        summary="Identify a recording and keep the answer",
        description="Start to identify a recording. The answer and the recording are kept, until "
        "they are deleted or make room for later ones.",
    )
    async def start(
        request: Request, response: Response, top: Annotated[int, Query(ge=1, le=100)] = 10
    ) -> dict[str, Any]:
        client = client_of(request)
        service.pool.require_room(client)
        limit = service.settings.upload_bytes
        with answers.new() as (id_, folder):
            (audio,), fields = await receive_form(request, folder, ["audio"], limit, FIELDS)
            repertoire = repertoire_of(fields)
            # Refuses an empty catalog, and songs that it does not have.
            await run_in_threadpool(service.searches.find, repertoire)
            work = partial(_find, service, id_, audio, top, repertoire)
            record = await run_in_threadpool(answers.begin, id_, audio, _known(repertoire, fields))
            try:
                service.pool.submit(work, client)
            except BaseException:
                answers.finish(id_)
                answers.remove(id_)
                raise
        response.headers["Location"] = f"/v1/answers/{id_}"
        return record

    @router.get(
        "/{answer_id}",
        response_model=AnswerModel,
        responses=refusals(404, 422),
        summary="Get an answer",
        description="Return an answer, or that it is not there yet.",
    )
    def answer(answer_id: str) -> dict[str, Any]:
        return answers.get(answer_id)

    @router.delete(
        "/{answer_id}",
        status_code=204,
        responses=refusals(404, 422),
        summary="Delete an answer",
        description="Delete an answer and its recording.",
    )
    def remove(answer_id: str) -> None:
        answers.remove(answer_id)

    @router.get(
        "/{answer_id}/audio",
        response_class=FileResponse,
        responses=refusals(404, 422) | AUDIO_FILE,
        summary="Play the recording of an answer",
        description="Return the recording, or a part of it, to be played.",
    )
    def audio(answer_id: str) -> FileResponse:
        return audio_answer(answers.recording(answer_id))

    @router.get(
        "/{answer_id}/comparison",
        response_model=ComparisonModel,
        responses=refusals(404, 422, 429, 503, 507),
        summary="Compare the recording of an answer",
        description="Compare the recording of an answer with a track: where do they match?",
    )
    async def comparison(
        answer_id: str,
        request: Request,
        track_id: Annotated[str, Query(description="A track of the catalog.")],
    ) -> dict[str, Any]:
        name = answers.get(answer_id)["recording"]
        upload = Upload(name, answers.recording(answer_id))
        work = partial(compare_uploads, service, [upload], track_id)
        return comparison_json(await service.pool.run(work, client_of(request)))

    return router


def _find(service: Service, id_: str, audio: Upload, top: int, repertoire: Repertoire) -> None:
    try:
        result = identify_upload(service, audio, top, repertoire)
    except Exception as error:
        service.answers.finish(id_, state="failed", problem=service.explain(error).to_dict())
    else:
        service.answers.finish(id_, state="done", result=result)


def _known(repertoire: Repertoire, fields: list[TextField]) -> dict[str, Any]:
    return {
        "artists": list(repertoire.artists),
        "albums": list(repertoire.albums),
        "songs": len(repertoire.among or ()),
        "lists": [field.filename for field in fields if field.filename],
    }
