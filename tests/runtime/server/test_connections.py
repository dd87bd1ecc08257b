"""Clients that are slow, silent or too many: they lose their seats, and nobody else notices."""

import json
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from samesong.runtime.server.settings import Limits

HALF = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX-Half"
UPLOAD = (
    b"POST /v1/identify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    b'--b\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\nRIFF'
)
SHORT = 0.2  # seconds
LONG = 600.0


@pytest.fixture
def held() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def dial(server: Any, held: ExitStack, sent: bytes = b"", source: str = "127.0.0.1") -> Any:
    where = server.client.base_url
    made = socket.create_connection((where.host, where.port), 60, source_address=(source, 0))
    link = held.enter_context(made)
    link.sendall(sent)
    return link


def rest(link: socket.socket) -> bytes:
    """Return what a server says until it closes a connection, or resets it since bytes are left."""
    said = b""
    with suppress(ConnectionResetError):
        for piece in iter(partial(link.recv, 65_536), b""):
            said += piece
    return said


def trickle(link: socket.socket) -> None:
    """Send a byte now and then, until the server says something or closes."""
    while not select.select([link], [], [], 0.01)[0]:
        link.sendall(b"x")


def problem(link: socket.socket) -> Any:
    head, _, body = rest(link).partition(b"\r\n\r\n")
    assert b"\r\nconnection: close" in head.lower()
    assert f"HTTP/1.1 {json.loads(body)['status']} ".encode() in head
    return json.loads(body)


def cut_off(server: Any, reason: str) -> float:
    wanted = f'samesong_connections_cut_off_total{{reason="{reason}"}} '
    lines = server.client.get("/metrics").text.splitlines()
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


def test_half_a_header(indexed: Path, serve: Any, held: ExitStack) -> None:
    own = serve(indexed, limits=Limits(header_seconds=SHORT))
    assert problem(dial(own, held, HALF))["code"] == "timeout"
    assert rest(dial(own, held)) == b""  # to whom says nothing, nothing is said
    assert cut_off(own, "slow-header") == 2


def test_a_header_that_trickles_in(indexed: Path, serve: Any, held: ExitStack) -> None:
    own = serve(indexed, limits=Limits(header_seconds=SHORT))
    link = dial(own, held, HALF)
    trickle(link)
    assert problem(link)["code"] == "timeout"
    assert cut_off(own, "slow-header") == 1


def test_the_rest_of_a_body_that_was_refused(indexed: Path, serve: Any, held: ExitStack) -> None:
    own = serve(indexed, limits=Limits(header_seconds=SHORT))
    link = dial(own, held, UPLOAD.replace(b"/v1/identify", b"/v1/nothing"))
    assert link.recv(12) == b"HTTP/1.1 404"
    while b"not-found" not in link.recv(65_536):
        pass
    trickle(link)
    assert rest(link) == b""
    assert cut_off(own, "slow-header") == 1


def test_half_open_connections_keep_nobody_out(indexed: Path, serve: Any, held: ExitStack) -> None:
    limits = Limits(connections=30, connections_for_each=20, header_seconds=LONG)
    own = serve(indexed, limits=limits)
    links = [dial(own, held, HALF) for _ in range(60)]
    assert own.client.get("/v1/health").status_code == 200
    assert rest(links[0]) == b""  # the first to come is the first to go
    links[-1].sendall(b": 1\r\n\r\n")
    assert links[-1].recv(17) == b"HTTP/1.1 200 OK\r\n"
    assert cut_off(own, "evicted") >= 40
    assert len(own.service.connections.seats) <= 20


def test_who_is_being_answered_keeps_its_seat(indexed: Path, serve: Any, held: ExitStack) -> None:
    limits = Limits(connections=3, connections_for_each=2, header_seconds=LONG)
    own = serve(indexed, limits=limits)
    uploads = [dial(own, held, UPLOAD, "127.0.0.2") for _ in range(2)]
    while len(own.leftovers()) < 2:
        pass
    refused = problem(dial(own, held, b"", "127.0.0.2"))
    assert (refused["status"], refused["code"]) == (429, "connections")
    assert own.client.get("/v1/health").status_code == 200  # another address
    uploads.append(dial(own, held, UPLOAD, "127.0.0.3"))  # in the place of an idle connection
    while len(own.leftovers()) < 3:
        pass
    refused = problem(dial(own, held, b"", "127.0.0.4"))
    assert (refused["status"], refused["code"]) == (503, "connections")
    for link in uploads:
        link.close()
    while own.leftovers():
        pass
    assert (cut_off(own, "full-address"), cut_off(own, "full-server")) == (1, 1)


def test_a_body_that_trickles_in(indexed: Path, serve: Any, held: ExitStack) -> None:
    own = serve(indexed, limits=Limits(body_seconds=SHORT, body_rate=1e9))
    link = dial(own, held, UPLOAD)
    assert problem(link)["code"] == "timeout"
    while own.leftovers():
        pass
    line = 'samesong_requests_total{method="POST",route="/v1/identify",status="408"} 1.0'
    assert line in own.client.get("/metrics").text


def test_json_that_trickles_in(indexed: Path, serve: Any, held: ExitStack) -> None:
    own = serve(indexed, limits=Limits(body_seconds=SHORT))
    for route in (b"/v1/works/join", b"/v1/report?format=csv"):
        head = b"POST " + route + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
        link = dial(own, held, head + b"Content-Type: application/json\r\n\r\n{")
        assert problem(link)["code"] == "timeout"


def test_a_large_body_may_take_longer(indexed: Path, serve: Any, music: Path) -> None:
    # Each byte allows another second, so that all of it is in time however slow this machine is.
    own = serve(indexed, limits=Limits(body_seconds=60, body_rate=1))
    assert own.send("/v1/identify", music / "Song 0.flac").status_code == 200


def test_who_does_not_read_its_answer(catalog: Path, serve: Any, held: ExitStack) -> None:
    own = serve(catalog, limits=Limits(reading_seconds=SHORT))
    track = own.client.get("/v1/tracks").json()["tracks"][0]
    large = catalog / "audio" / track["track_id"] / Path(track["path"]).name
    large.parent.mkdir(parents=True)
    with large.open("wb") as file:
        file.truncate(64 * 1024**2)  # more than the buffers of both sides hold
    route = f"/v1/tracks/{track['track_id']}/audio"
    dial(own, held, f"GET {route} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    while not cut_off(own, "slow-reader"):
        pass
    while len(own.service.connections.seats) > 1:
        pass


def test_what_is_no_http(
    indexed: Path, serve: Any, held: ExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    own = serve(indexed)
    for nonsense in (b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n"):
        assert problem(dial(own, held, nonsense))["code"] == "malformed"
    chunked = UPLOAD.replace(b"Content-Length: 100000", b"Transfer-Encoding: chunked")
    assert problem(dial(own, held, chunked))["code"] == "malformed"
    assert cut_off(own, "malformed") == 3
    assert caplog.records == []  # strangers cannot fill the log


def test_connections_are_used_again(indexed: Path, serve: Any) -> None:
    own = serve(indexed)
    ports = {own.client.get("/v1/health").extensions["network_stream"] for _ in range(3)}
    assert len({stream.get_extra_info("client_addr") for stream in ports}) == 1
    assert len(own.service.connections.seats) == 1
