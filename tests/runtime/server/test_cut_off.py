"""Requests that the server cancels since it stops."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytest.importorskip("fastapi")

from starlette.types import Message, Receive, Scope, Send

from samesong.runtime.server.cut_off import TellCutOff


def cancelled(kind: str, *, begun: bool) -> list[Message]:
    """Return what a client gets whose request is cancelled, once it has begun."""
    with ThreadPoolExecutor(1) as pool:  # the browser's tests leave a loop in the main thread
        return pool.submit(lambda: asyncio.run(sent_by_a_cancelled_one(kind, begun=begun))).result()


async def sent_by_a_cancelled_one(kind: str, *, begun: bool) -> list[Message]:
    is_running = asyncio.Event()
    sent: list[Message] = []

    async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
        if begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        is_running.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": kind, "method": "GET", "path": "/", "headers": []}
    task = asyncio.create_task(TellCutOff(endless)(scope, receive, send))
    await is_running.wait()
    task.cancel()
    await task
    return sent


def test_one_that_has_no_answer_yet_is_told() -> None:
    start, body = cancelled("http", begun=False)
    assert start["status"] == 503
    assert json.loads(body["body"])["code"] == "stopping"
    assert (b"retry-after", b"10") in start["headers"]


def test_an_answer_that_has_begun_just_ends() -> None:
    assert [one["type"] for one in cancelled("http", begun=True)] == ["http.response.start"]


def test_a_websocket_is_left_to_the_server_to_close() -> None:
    assert cancelled("websocket", begun=False) == []
