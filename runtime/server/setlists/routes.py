"""The routes of set lists that are kept: read, corrected in several browsers, copied, deleted."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from samesong.runtime.server.clients import client_of
from samesong.runtime.server.openapi import refusals, setlist_body
from samesong.runtime.server.owner import name_owner, owner_of
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.service import Service
from samesong.runtime.server.setlists.body import receive_json, setlist_of
from samesong.runtime.server.setlists.kept import KeptSetlist
from samesong.runtime.server.setlists.rights import is_owner
from samesong.runtime.server.setlists.schemas import (
    KeptSetlistModel,
    SetlistSummariesModel,
    SetlistSummaryModel,
)
from samesong.runtime.setlist.document import Setlist

_SENDING = (400, 408, 413, 422, 429, 503, 507)
IfMatch = Annotated[
    str | None, Header(description="ETag of the list as it was read; without it, 428.")
]


def setlist_routes(service: Service) -> APIRouter:
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
    router = APIRouter(prefix="/v1/setlists", tags=["set lists"])
    store = service.setlists

    async def received(request: Request) -> Setlist:
        service.reports.require_room(client_of(request))
        body = await receive_json(request)
        return await service.reports.run(partial(setlist_of, body), client_of(request))

    @router.get(
        "",
        response_model=SetlistSummariesModel,
        responses=refusals(503),
        summary="List your set lists",
        description="Return the set lists that this client made, newest first. It is known by a "
        "cookie; nobody else is told of them.",
    )
    def own(request: Request) -> dict[str, Any]:
        return {"setlists": store.of(owner_of(request))}

    @router.post(
        "",
        status_code=201,
        response_model=SetlistSummaryModel,
        responses=refusals(404, 410, *_SENDING),
        openapi_extra=setlist_body(),
        summary="Keep a set list",
        description="Keep a set list as one of this client's own, such as a copy of another one.",
    )
    async def copy(
        request: Request,
        response: Response,
        of: Annotated[
            str | None,
            Query(description="Id of a list of the same recording, whose audio it then has too."),
        ] = None,
    ) -> dict[str, Any]:
        setlist = await received(request)
        owner = name_owner(request, response)
        made = await service.reports.run(partial(store.copy, setlist, owner, of))
        response.headers["Location"] = f"/v1/setlists/{made.id}"
        response.headers["ETag"] = made.etag
        return made.summary()

    @router.get(
        "/{setlist_id}",
        response_model=KeptSetlistModel,
        responses=refusals(404, 410, 422, 503),
        summary="Get a set list",
        description="Return a set list with its corrections. The header ETag names its version.",
    )
    def one(setlist_id: str, request: Request, response: Response) -> dict[str, Any]:
        kept = store.get(setlist_id)
        response.headers["ETag"] = kept.etag
        response.headers["Cache-Control"] = "no-cache"
        return _shown(kept, owner_of(request))

    @router.put(
        "/{setlist_id}",
        response_model=SetlistSummaryModel,
        responses=refusals(404, 410, 412, 428, *_SENDING),
        openapi_extra=setlist_body(),
        summary="Correct a set list",
        description="Replace a set list by a corrected one, if it is still the one that the header "
        "If-Match names; if not, nothing changes.",
    )
    async def correct(
        setlist_id: str, request: Request, response: Response, if_match: IfMatch = None
    ) -> dict[str, Any]:
        if if_match is None:
            raise ProblemError(
                428,
                "if-match",
                "send the header If-Match with the ETag of the list that you corrected",
            )
        setlist = await received(request)
        kept = await service.reports.run(partial(store.correct, setlist_id, setlist, if_match))
        response.headers["ETag"] = kept.etag
        return kept.summary()

    @router.delete(
        "/{setlist_id}",
        status_code=204,
        responses=refusals(403, 404, 410, 412, 422, 503, 507),
        summary="Delete a set list",
        description="Delete a set list of this client and its audio. With the header If-Match, "
        "only if it is still that one.",
    )
    def remove(
        setlist_id: str,
        request: Request,
        if_match: Annotated[str | None, Header(description="ETag of the list.")] = None,
    ) -> None:
        store.remove(setlist_id, owner_of(request), if_match)
        service.jobs.forget(setlist_id)

    @router.delete(
        "/{setlist_id}/audio",
        response_model=SetlistSummaryModel,
        responses=refusals(403, 404, 410, 422, 503, 507),
        summary="Delete the audio of a set list",
        description="Delete the audio of a set list of this client; the list stays.",
    )
    def remove_audio(setlist_id: str, request: Request) -> dict[str, Any]:
        return store.remove_audio(setlist_id, owner_of(request)).summary()

    return router


def _shown(kept: KeptSetlist, owner: str) -> dict[str, Any]:
    return {
        **kept.summary(),
        "yours": is_owner(kept, owner),
        "warnings": kept.warnings,
        "setlist": kept.setlist.to_dict(),
        "found": kept.found.to_dict(),
        "files": [{"name": one.name, "start": one.start, "end": one.end} for one in kept.files],
    }
