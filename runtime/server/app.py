"""The web application: the routes of a service, its guard, its page and its description."""

from importlib.metadata import version
from pathlib import Path
from stat import S_ISREG
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from samesong.features.decoding.formats import SUFFIXES
from samesong.features.errors import SamesongError
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.server.answer_routes import answer_routes
from samesong.runtime.server.body_deadline import BodyDeadline
from samesong.runtime.server.cut_off import TellCutOff
from samesong.runtime.server.demo_routes import demo_routes
from samesong.runtime.server.guard import Guard
from samesong.runtime.server.health_schemas import HealthModel
from samesong.runtime.server.identify_routes import identify_routes
from samesong.runtime.server.job_routes import job_routes
from samesong.runtime.server.listen_routes import listen_routes
from samesong.runtime.server.monitoring import MEDIA_TYPE, CountRequests
from samesong.runtime.server.openapi import refusals
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.service import Service
from samesong.runtime.server.setlists.audio_routes import setlist_audio_routes
from samesong.runtime.server.setlists.routes import setlist_routes
from samesong.runtime.server.socket_limits import SocketLimits
from samesong.runtime.server.track_routes import track_routes
from samesong.runtime.server.work_routes import work_routes

_METHODS = {
    "DELETE": "DELETE",
    "GET": "GET",
    "HEAD": "GET",  # whatever the routes say
    "PATCH": "PATCH",
    "POST": "POST",
    "PUT": "PUT",
}
"""Methods, and those as which they are answered."""

PAGE = Path(__file__).with_name("page")

_ABOUT = """\
Which studio recording is this live recording a performance of?

Times are in seconds, key shifts in semitones, probabilities from 0 to 1. Errors are problem details
(RFC 9457): `detail` is for people, `code` for programs. A server with a token requires the header
`Authorization: Bearer TOKEN`. A file is sent in a form
(multipart/form-data) or as the whole body, with its own content type.

The WebSocket `/v1/listen` follows a live recording. Send `{"type": "start", "rate": 48000}`, then
PCM in binary messages (16-bit signed little-endian, mono), and finally `{"type": "stop"}`. What is
known of it may be added to the first message: `artist` and `album` are lists of names, `among` is a
list of songs as text, and `among_file` the name of the file that it is from, if any. Every few
seconds it answers `{"type": "match", ...}` with matches as in `/v1/identify`, or
`{"type": "waiting", "code": ..., "detail": ...}` while there is no match yet.
"""


def create_app(service: Service) -> ASGIApp:
    """Return the application of a service.

    Parameters
    ----------
    service : Service
        The resources of the service.

    Returns
    -------
    ASGIApp
        The application, guarded.
    """
    # FastAPI's own pages load from other sites.
    app = FastAPI(
        title="samesong",
        version=version("samesong"),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
    )

    @app.get(
        "/v1/health",
        response_model=HealthModel,
        tags=["service"],
        responses=refusals(503),
        summary="Get the state of the service",
        description="Return the version, catalog, limits and report formats; needs no token.",
    )
    async def health() -> dict[str, Any]:
        settings, library = service.settings, service.library
        snapshot = await service.health.snapshot()
        manifest = library.bundle.manifest
        return {
            "status": "ok",
            "version": app.version,
            "model": manifest.name,
            "n_tracks": len(snapshot.catalog),
            "threshold": ACCEPTED,
            "token_required": settings.token is not None,
            "limits": {
                "upload_bytes": settings.upload_bytes,
                "seconds": settings.seconds,
                "concert_seconds": settings.concert_seconds,
            },
            "audio_suffixes": sorted(SUFFIXES),
            "report_formats": list(FORMATS.values()),
            "shards": await service.health.shards(),
        }

    @app.get(
        "/metrics",
        tags=["service"],
        response_class=Response,
        responses=refusals(),
        summary="Get metrics",
        description="Return counts and gauges in the text format of Prometheus.",
    )
    def metrics() -> Response:
        return Response(service.monitor.text(), media_type=MEDIA_TYPE)

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return FileResponse(PAGE / "docs.html")

    for routes in (
        identify_routes,
        answer_routes,
        job_routes,
        setlist_routes,
        setlist_audio_routes,
        track_routes,
        work_routes,
        listen_routes,
        demo_routes,
    ):
        app.include_router(routes(service))
    _describe_token(app.openapi())
    page = StaticFiles(directory=PAGE, html=True, check_dir=False)
    if PAGE.is_dir():
        app.mount("/", page)

    @app.exception_handler(ProblemError)
    @app.exception_handler(SamesongError)
    @app.exception_handler(OSError)  # such as a full disk, which is no defect to be logged
    @app.exception_handler(Exception)
    async def explain(request: Request, error: Exception) -> Response:
        del request
        return service.explain(error).response()

    @app.exception_handler(RequestValidationError)
    async def wrong_parameter(request: Request, error: RequestValidationError) -> Response:
        del request
        found = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
        return ProblemError(422, "parameters", f"correct the request: {found}").response()

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if error.status_code in {404, 405}:
            # The page comes last, and refuses what it is asked as if it were alone.
            allowed = _methods_of(request, app) or _methods_of_page(request, page)
            if not allowed or request.method in allowed:
                error = HTTPException(404)
            else:
                error = HTTPException(405, headers={"Allow": ", ".join(allowed)})
        code = {404: "not-found", 405: "method"}.get(error.status_code, "body")
        detail = f"{error.detail}: {request.method} {request.url.path}; see /openapi.json"
        response = ProblemError(error.status_code, code, detail).response()
        response.headers.update(error.headers or {})  # which methods are allowed
        return response

    limits = service.settings.limits
    guarded = Guard(BodyDeadline(_heads_as_gets(app), limits), service.settings)
    # Outermost, so that refused requests are counted.
    return TellCutOff(CountRequests(SocketLimits(guarded, limits), service.monitor))


def _methods_of(request: Request, app: FastAPI) -> list[str]:
    """Return the methods that the path of a request can be asked with, if a route has it."""
    routes = [route for route in app.routes if not isinstance(route, Mount)]
    return [
        method
        for method, as_method in _METHODS.items()
        if any(
            route.matches({**request.scope, "method": as_method})[0] is Match.FULL
            for route in routes
        )
    ]


def _methods_of_page(request: Request, page: StaticFiles) -> list[str]:
    """Return the methods that the path of a request can be asked with, if it is of the page."""
    path = page.get_path(request.scope)
    try:
        files = [page.lookup_path(name)[1] for name in (path, f"{path}/index.html")]
    except (OSError, ValueError):
        return []
    is_there = any(found is not None and S_ISREG(found.st_mode) for found in files)
    return ["GET", "HEAD"] if is_there else []


def _heads_as_gets(app: ASGIApp) -> ASGIApp:
    """Answer HEAD wherever there is GET; the server leaves out the body."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return
        asked = {**scope, "method": "GET"}
        try:
            await app(asked, receive, send)
        finally:
            scope["route"] = asked.get("route")  # which requests are counted by

    return answer


def _describe_token(openapi: dict[str, Any]) -> None:
    token = {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of the server, if it has one.",
    }
    openapi["components"]["securitySchemes"] = {"token": token}
    openapi["security"] = [{}, {"token": []}]
