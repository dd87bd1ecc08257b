"""A file as the whole body of a request, within the limits of files in forms."""

import socket
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from samesong.runtime.server.settings import Limits

FLAC = {"Content-Type": "audio/flac"}


def test_it_is_answered_like_a_form(server: Any, music: Path) -> None:
    song = music / "Song 1.flac"
    raw = server.client.post(
        "/v1/identify",
        content=song.read_bytes(),
        headers={**FLAC, "Content-Disposition": f'attachment; filename="{song.name}"'},
    ).json()
    form = server.send("/v1/identify", song).json()
    assert {**raw, "seconds": 0} == {**form, "seconds": 0}
    nameless = server.client.post("/v1/identify", content=song.read_bytes(), headers=FLAC)
    assert nameless.json()["query"] == "recording.flac"
    assert nameless.json()["matches"] == raw["matches"]
    assert server.leftovers() == []


def test_a_concert_and_a_new_track_may_be_sent_so(
    serve: Any, catalog: Path, tmp_path: Path, song: Any
) -> None:
    import soundfile

    started = serve(catalog)
    path = tmp_path / "new.flac"
    soundfile.write(path, song(9), 22_050)
    added = started.client.post("/v1/tracks", content=path.read_bytes(), headers=FLAC)
    assert added.status_code == 201
    job = started.client.post("/v1/setlist", content=path.read_bytes(), headers=FLAC)
    assert job.status_code == 202
    started.client.delete(job.headers["location"])


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/html", None])
def test_other_types_are_told_what_to_send(server: Any, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    refused = server.client.post("/v1/identify", content=b"abc", headers=headers)
    assert refused.status_code == 400
    assert "a content type such as audio/mpeg" in refused.json()["detail"]


def test_two_files_are_no_body(server: Any) -> None:
    refused = server.client.post("/v1/compare", content=b"abc", headers=FLAC)
    assert "'query' and 'reference'" in refused.json()["detail"]


def test_an_empty_one_is_refused(server: Any) -> None:
    refused = server.client.post("/v1/identify", content=b"", headers=FLAC)
    assert (refused.status_code, refused.json()["code"]) == (400, "upload")
    assert "audio/flac is empty" in refused.json()["detail"]


@pytest.fixture
def strict(serve: Any, indexed: Path) -> Any:
    limits = Limits(body_seconds=0.2, body_rate=1e9)
    return serve(indexed, token="a token of some length", upload_bytes=1000, limits=limits)


def test_the_size_is_limited_announced_or_not(strict: Any) -> None:
    def pieces() -> Any:
        yield from [b"x" * 600] * 2

    for content in (b"x" * 1001, pieces()):
        refused = strict.client.post("/v1/identify", content=content, headers=FLAC)
        assert (refused.status_code, refused.json()["code"]) == (413, "too-large")
    assert strict.leftovers() == []


def test_the_token_comes_first(strict: Any) -> None:
    refused = httpx.post(
        f"{strict.url}v1/identify", content=b"x" * 5000, headers=FLAC, timeout=None
    )
    assert (refused.status_code, refused.json()["code"]) == (401, "token")


@pytest.mark.parametrize("ends", [True, False], ids=["cut off", "stalled"])
def test_what_does_not_come_whole_leaves_nothing(strict: Any, ends: bool) -> None:
    where = httpx.URL(strict.url)
    with socket.create_connection((where.host, where.port or 80)) as client:
        head = "POST /v1/identify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n"
        token = "Authorization: Bearer a token of some length\r\n"
        client.sendall((head + token + "Content-Type: audio/flac\r\n\r\nfLaC").encode())
        if ends:
            client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(partial(client.recv, 65_536), b"")).decode()
    assert answer == "" or answer.startswith(("HTTP/1.1 400", "HTTP/1.1 408"))
    if not ends:
        assert '"code":"timeout"' in answer
    while strict.leftovers():
        pass
