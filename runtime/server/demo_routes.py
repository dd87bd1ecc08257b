"""The routes of the demo's recordings, for a first visit without music of one's own."""

import shutil
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import FileResponse

from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.server.clients import client_of
from samesong.runtime.server.library import AddedTrack
from samesong.runtime.server.openapi import UPLOADING, Responses, refusals
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.remarks import remarks_on
from samesong.runtime.server.service import Service
from samesong.runtime.server.track_json import track_json
from samesong.runtime.server.track_schemas import AddedTrackModel

_LIVE, _STUDIO = "live_", "studio_"
_FILE: Responses = {200: {"description": "The file.", "content": {"audio/ogg": {}}}}


class DemoModel(BaseModel):
    """The recordings of the demo."""

    studio: list[str] = Field(description="Names of the recordings for a catalog.")
    live: list[str] = Field(description="Names of live recordings of some of their songs.")
    in_catalog: bool = Field(description="True when the catalog has the songs of the live ones.")


def demo_routes(service: Service) -> APIRouter:
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
    router = APIRouter(prefix="/v1/demo", tags=["demo"])
    library = service.library
    files = {path.name: path for path in sorted(DEMO_AUDIO.glob("*.opus"))}
    live = [name for name in files if name.startswith(_LIVE)]
    studio = [name for name in files if name not in live]

    def known(name: str, names: list[str]) -> Path:
        if name not in names:
            raise ProblemError(404, "no-demo", f"no demo recording {name!r}: see GET /v1/demo")
        return files[name]

    @router.get(
        "",
        response_model=DemoModel,
        responses=refusals(503),
        summary="List the demo's recordings",
        description="Return the names of the recordings that come with samesong.",
    )
    def demo() -> dict[str, Any]:
        there = {Path(track.path).name for track in library.snapshot().catalog.tracks()}
        has_all = there >= {name.replace(_LIVE, _STUDIO, 1) for name in live}
        return {"studio": studio, "live": live, "in_catalog": has_all}

    @router.post(
        "/{name}",
        status_code=201,
        response_model=AddedTrackModel,
        responses=refusals(404, *UPLOADING)
        | {200: {"model": AddedTrackModel, "description": "It was in the catalog already."}},
        summary="Add a recording of the demo",
        description="Add a studio recording of the demo to the catalog.",
    )
    async def add(name: str, request: Request, response: Response) -> dict[str, Any]:
        path = known(name, studio)
        work = partial(_add, service, path)
        added = await service.pool.run(work, client_of(request))
        response.status_code = 201 if added.is_new else 200
        return track_json(added.track, library) | {"warnings": remarks_on(name, added.notes)}

    @router.get(
        "/{name}/audio",
        response_class=FileResponse,
        responses=refusals(404, 422) | _FILE,
        summary="Get a recording of the demo",
        description="Return the file of a recording of the demo.",
    )
    def audio(name: str) -> FileResponse:
        return FileResponse(known(name, [*studio, *live]), media_type="audio/ogg")

    return router


def _add(service: Service, path: Path) -> AddedTrack:
    with service.work.folder() as folder:  # what is added is moved into the catalog
        copy = Path(shutil.copy(path, folder))
        return service.library.add(copy, service.reader, service.settings.seconds)
