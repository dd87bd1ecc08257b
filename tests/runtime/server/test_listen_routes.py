"""A live recording is followed over a WebSocket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from samesong.runtime.server.settings import Limits

RATE = 22_050
TOKEN = "a token that nobody guesses"


@contextmanager
def listening(server: Any, start: Any = None, **options: Any) -> Iterator[ClientConnection]:
    url = server.url.replace("http", "ws") + "v1/listen"
    with connect(url, proxy=None, **options) as link:
        link.send(json.dumps(start or {"type": "start", "rate": RATE}))
        yield link


def answer(link: ClientConnection) -> Any:
    return json.loads(link.recv())


def refused(link: ClientConnection, code: str, closed: int) -> None:
    assert answer(link).items() >= {"type": "error", "code": code}.items()
    with pytest.raises(ConnectionClosed):
        link.recv()
    assert link.close_code == closed


def pcm(samples: Any) -> bytes:
    return np.round(samples * 32_767).astype("<i2").tobytes()


def test_evidence_grows(server: Any, song: Any) -> None:
    sound = song(2)
    with listening(server) as link:
        ready = {"type": "ready", "interval": 3.0, "window": 120.0, "warnings": []}
        assert answer(link) == ready
        heard = 0.0
        for at in (0, 4, 8):
            for piece in np.split(sound[at * RATE : (at + 4) * RATE], 10):
                link.send(pcm(piece))
            found = answer(link)
            assert (found["type"], found["final"]) == ("match", False)
            assert heard + 3 <= found["heard"] <= at + 4
            heard = found["heard"]
        link.send(json.dumps({"type": "stop"}))
        last = answer(link)
        while not last["final"]:
            last = answer(link)
        assert last["heard"] == last["analysed"] == 12
        assert last["matches"][0]["title"] == "Song 2"
        assert len(last["matches"]) == 4
        with pytest.raises(ConnectionClosed):
            link.recv()
        assert link.close_code == 1000


def test_pieces_of_any_size(server: Any, song: Any) -> None:
    sound = pcm(song(2))
    with listening(server) as link:
        assert answer(link)["type"] == "ready"
        for at in range(0, len(sound), 4095):
            link.send(sound[at : at + 4095])
        link.send(json.dumps({"type": "stop"}))
        last = answer(link)
        while not last["final"]:
            last = answer(link)
        assert last["heard"] == 12
        assert last["matches"][0]["title"] == "Song 2"


def test_silence_and_nothing(server: Any) -> None:
    for sound, code in ((np.zeros(4 * RATE), "silent"), (np.zeros(0), "too-short")):
        with listening(server) as link:
            assert answer(link)["type"] == "ready"
            link.send(pcm(sound))
            link.send(json.dumps({"type": "stop"}))
            last = answer(link)
            while not last["final"]:
                last = answer(link)
            assert (last["type"], last["code"]) == ("waiting", code)
            assert last["detail"]


@pytest.mark.parametrize(
    "start",
    [
        {"type": "start"},
        {"type": "stop", "rate": RATE},
        {"type": "start", "rate": 7},
        {"type": "start", "rate": "fast"},
        {"type": "start", "rate": RATE, "top": 0},
        ["start"],
    ],
)
def test_wrong_start(server: Any, start: Any) -> None:
    with listening(server, start) as link:
        refused(link, "parameters", 1008)


def test_wrong_messages(server: Any) -> None:
    for message in ("stop", '{"type": "start"}', "[1]"):
        with listening(server) as link:
            assert answer(link)["type"] == "ready"
            link.send(message)
            refused(link, "parameters", 1008)


def test_too_large_a_message(server: Any) -> None:
    with listening(server) as link:
        assert answer(link)["type"] == "ready"
        link.send(bytes(2 * 1024**2))
        with pytest.raises(ConnectionClosed):
            link.recv()
        assert link.close_code == 1009


def test_no_more_than_so_many(indexed: Any, serve: Any) -> None:
    own = serve(indexed, listeners=1)
    with listening(own) as first:
        assert answer(first)["type"] == "ready"
        assert "samesong_listeners 1.0" in own.client.get("/metrics").text
        with listening(own) as second:
            refused(second, "busy", 1013)
        first.send(json.dumps({"type": "stop"}))
        assert answer(first)["final"]
        with pytest.raises(ConnectionClosed):
            first.recv()
    with listening(own) as third:
        assert answer(third)["type"] == "ready"


def test_one_who_leaves_makes_room(indexed: Any, serve: Any, song: Any) -> None:
    own = serve(indexed, listeners=1)
    with listening(own) as link:
        assert answer(link)["type"] == "ready"
        link.send(pcm(song(0)))
    while "samesong_listeners 0.0" not in own.client.get("/metrics").text:
        pass
    with listening(own) as link:
        assert answer(link)["type"] == "ready"


def test_token(indexed: Any, serve: Any) -> None:
    own = serve(indexed, token=TOKEN)
    with listening(own) as link:
        refused(link, "token", 1008)
    for wrong in ("wrong", "\ud800"):
        with listening(own, {"type": "start", "rate": RATE, "token": wrong}) as link:
            refused(link, "token", 1008)
    with listening(own, {"type": "start", "rate": RATE, "token": TOKEN}) as link:
        assert answer(link)["type"] == "ready"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with listening(own, additional_headers=headers, origin="https://elsewhere.example") as link:
        assert answer(link)["type"] == "ready"


def test_pages_elsewhere_cannot_listen(server: Any) -> None:
    with (
        pytest.raises(InvalidStatus) as refusal,
        listening(server, origin="https://evil.example"),
    ):
        pass
    assert refusal.value.response.status_code == 403
    with listening(server, origin=server.url.rstrip("/")) as link:
        assert answer(link)["type"] == "ready"


def test_empty_catalog(catalog: Any, serve: Any) -> None:
    own = serve(catalog)
    for track in own.client.get("/v1/tracks").json()["tracks"]:
        own.client.delete(f"/v1/tracks/{track['track_id']}")
    with listening(own) as link:
        refused(link, "empty-catalog", 1011)


def test_the_silent_lose_their_seat(indexed: Any, serve: Any) -> None:
    own = serve(indexed, listeners=1, limits=Limits(silent_seconds=0.5))
    url = own.url.replace("http", "ws") + "v1/listen"
    with connect(url, proxy=None) as link:  # without a word
        refused(link, "timeout", 1013)
    with listening(own) as link:  # without a sound
        assert answer(link)["type"] == "ready"
        link.send(bytes(2))
        assert answer(link)["code"] == "timeout"
    with listening(own) as link:
        assert answer(link)["type"] == "ready"


def test_only_so_many_sockets_whether_or_not_they_have_the_token(
    indexed: Any, serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    own = serve(indexed, token=TOKEN, limits=Limits(sockets=2, sockets_for_each=1))
    url = own.url.replace("http", "ws") + "v1/listen"
    with connect(url, proxy=None):
        with pytest.raises(InvalidStatus) as refusal, connect(url, proxy=None):
            pass
        response = refusal.value.response
        assert (response.status_code, json.loads(response.body or b"")["code"]) == (429, "busy")
        assert "Retry-After" in response.headers
        with connect(url, proxy=None, source_address=("127.0.0.2", 0)) as other:
            other.send("{}")
            refused(other, "parameters", 1008)
    line = 'samesong_requests_total{method="GET",route="%s",status="%d"} %.1f'
    while line % ("/v1/listen", 101, 2) not in own.client.get("/metrics").text:
        pass
    assert line % ("other", 429, 1) in own.client.get("/metrics").text
    assert caplog.records == []  # strangers cannot fill the log
