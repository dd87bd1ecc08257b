"""The WebSocket that follows a live recording and names the song as evidence grows."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.listening.listener import RECENT_SECONDS, Answer, Listener, identify_recent
from samesong.runtime.listening.pcm import decode_pcm
from samesong.runtime.server.clients import client_of
from samesong.runtime.server.guard import has_token, token_matches
from samesong.runtime.server.known_songs import repertoire_of
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.service import Service
from samesong.runtime.server.upload_form import FIELD_BYTES, TextField

_LEAST_SECONDS = 1.0  # of sound; a byte now and then does not keep a seat
_POLICY, _TRY_LATER, _FAILED = 1008, 1013, 1011
_CLOSE = {
    "token": _POLICY,
    "parameters": _POLICY,
    "unknown-songs": _POLICY,
    "busy": _TRY_LATER,
    "timeout": _TRY_LATER,
    "stopping": _TRY_LATER,
}


class Start(BaseModel):
    """The first message of a client."""

    type: Literal["start"]
    rate: int = Field(ge=8_000, le=192_000)
    top: int = Field(5, ge=1, le=100)
    token: str = ""
    artist: list[str] = []
    album: list[str] = []
    among: str = Field("", max_length=FIELD_BYTES)
    among_file: str = Field("", max_length=1000)  # its suffix tells a playlist or a table

    def repertoire(self) -> Repertoire:
        """Return what is known of the recording, as form fields say it."""
        fields = {"artist": self.artist, "album": self.album, "among": [self.among]}
        files = {"among": self.among_file}
        return repertoire_of(
            TextField(name, files.get(name, ""), text.encode("utf-8", "replace"))
            for name, texts in fields.items()
            for text in texts
        )


def listen_routes(service: Service) -> APIRouter:
    """Return the route.

    Parameters
    ----------
    service : Service
        The resources of the service.

    Returns
    -------
    APIRouter
        The route.
    """
    router = APIRouter(prefix="/v1")
    followed = asyncio.Semaphore(service.settings.listeners)

    @router.websocket("/listen")
    async def listen(socket: WebSocket) -> None:
        await socket.accept()
        try:
            async with _patience(service, "the first message"):
                start = await _start(socket, service.settings.token)
            if followed.locked():
                raise ProblemError(
                    429,
                    "busy",
                    f"{service.settings.listeners} live recordings are being followed: stop one, "
                    "or try again later",
                )
            async with followed:
                with service.monitor.listeners.track_inprogress():
                    await _Session(socket, service, start).run()
            await socket.close()
        except WebSocketDisconnect:
            pass
        except Exception as error:
            problem = service.explain(error)
            await _send(socket, "error", {"code": problem.code, "detail": problem.detail})
            await socket.close(_CLOSE.get(problem.code, _FAILED))

    return router


class _Session:
    """One live recording being followed."""

    def __init__(self, socket: WebSocket, service: Service, start: Start) -> None:
        self._socket, self._service, self._top = socket, service, start.top
        self._repertoire = start.repertoire()
        self._listener = Listener(start.rate)
        self._begun = b""  # of a sample, the rest of which comes with the next message
        self._more = asyncio.Event()
        self._stopped = False

    async def run(self) -> None:
        """Receive and answer until the client has said stop and has the final answer."""
        search = await asyncio.to_thread(self._service.searches.find, self._repertoire)
        interval = self._service.settings.listen_interval
        await _send(
            self._socket,
            "ready",
            {"interval": interval, "window": RECENT_SECONDS, "warnings": list(search.warnings)},
        )
        replying = asyncio.create_task(self._reply(interval))
        hearing = asyncio.create_task(self._hear())
        try:
            # Whichever fails ends the other.
            await asyncio.gather(replying, hearing)
        finally:
            replying.cancel()
            hearing.cancel()

    async def _hear(self) -> None:
        while not self._stopped:
            heard = self._listener.heard
            async with _patience(self._service, "a second of sound"):
                while not self._stopped and self._listener.heard < heard + _LEAST_SECONDS:
                    await self._receive()

    async def _receive(self) -> None:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        if message.get("bytes") is not None:
            pcm = self._begun + message["bytes"]
            whole = len(pcm) - len(pcm) % 2
            self._begun = pcm[whole:]
            self._listener.hear(decode_pcm(pcm[:whole]))
        elif _object(message["text"]).get("type") == "stop":
            self._stopped = True
        else:
            raise ProblemError(422, "parameters", "send PCM, or {'type': 'stop'} to end")
        self._more.set()

    async def _reply(self, interval: float) -> None:
        answered = 0.0
        final = False
        while not final:
            await self._more.wait()
            self._more.clear()
            final, heard = self._stopped, self._listener.heard
            if final or heard - answered >= interval:
                answered = heard
                await self._answer(final)

    async def _answer(self, final: bool) -> None:
        listener = self._listener
        sound = listener.heard, listener.recent()
        work = partial(_answer, self._service, *sound, self._top, self._repertoire)
        try:
            found = await self._service.pool.run(work, client_of(self._socket))
        except ProblemError as problem:
            if problem.code != "busy":
                raise
            busy = {"heard": listener.heard, "code": problem.code, "detail": problem.detail}
            await _send(self._socket, "waiting", {"final": final, **busy})
            return
        kind = "waiting" if found.waiting else "match"
        await _send(self._socket, kind, {"final": final, **found.to_dict()})


@asynccontextmanager
async def _patience(service: Service, awaited: str) -> AsyncIterator[None]:
    """Wait for a client only so long: one that is silent keeps others out."""
    seconds = service.settings.limits.silent_seconds
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise ProblemError(
            408, "timeout", f"{awaited} did not come within {seconds:g} s: connect again"
        ) from None


def _answer(
    service: Service, heard: float, samples: Any, top: int, repertoire: Repertoire
) -> Answer:
    search = service.searches.find(repertoire)
    return identify_recent(heard, samples, search.identifier.identify, top)


async def _start(socket: WebSocket, token: str | None) -> Start:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"])
    try:
        start = Start.model_validate(_object(message.get("text") or ""))
    except ValidationError as error:
        (first, *_) = error.errors()
        where = ".".join(map(str, first["loc"]))
        raise ProblemError(
            422,
            "parameters",
            "begin with a message such as {'type': 'start', 'rate': 48000}; "
            f"{where}: {first['msg']}",
        ) from error
    if token is not None and not (
        has_token(socket.headers, token) or token_matches(start.token, token)
    ):
        raise ProblemError(
            401, "token", "this server needs its token: send it as 'token' in the first message"
        )
    return start


def _object(text: str) -> dict[str, Any]:
    """Return the JSON object in a message; an empty one if there is none."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


async def _send(socket: WebSocket, kind: str, content: dict[str, Any]) -> None:
    await socket.send_text(json.dumps({"type": kind, **content}))
