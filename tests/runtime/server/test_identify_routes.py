"""Uploads are identified and compared; what cannot be is refused with a word on what to do."""

import base64
import http.client
import resource
import shutil
import socket
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import av
import numpy as np
import pytest
import soundfile

from samesong import CatalogWriter
from samesong.features.errors import DiskFullError
from samesong.runtime.files.reader import FileReader
from samesong.runtime.server.upload_form import Upload
from samesong.runtime.server.uploads import check_duration

RATE = 22_050
WANTED = ": send one file as multipart/form-data in the part 'audio'"
PART = b'--b\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\n\r\n'


def refused(answer: Any, status: int, code: str, *words: str) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(word in problem["detail"] for word in words), problem["detail"]
    assert "samesong-serve" not in problem["detail"]  # uploads go by their own names


def test_identify(server: Any, music: Path) -> None:
    answer = server.send("/v1/identify?top=3", music / "Song 2.flac")
    assert answer.status_code == 200, answer.text
    ranking = answer.json()
    assert ranking["query"] == "Song 2.flac"
    assert [match["rank"] for match in ranking["matches"]] == [1, 2, 3]
    assert ranking["matches"][0]["title"] == "Song 2"
    assert ranking["accepted"] == (ranking["verdict"] == "match")
    assert ranking["accepted"] == (
        ranking["matches"][0]["probability"] >= server.client.get("/v1/health").json()["threshold"]
    )
    assert server.leftovers() == []


def test_the_answer_is_that_of_the_command_line(server: Any, music: Path) -> None:
    path = music / "Song 1.flac"
    answer = server.send("/v1/identify", path).json()
    ranking = server.service.library.snapshot().identifier.identify(path).to_dict()
    assert answer.pop("warnings") == []
    del answer["seconds"], answer["query"], ranking["seconds"], ranking["query"]
    assert answer == ranking


def test_one_row_a_work(catalog: Path, serve: Any, music: Path) -> None:
    with CatalogWriter(catalog) as writer:
        works = {"Song 1": "w", "Song 2": "w"}
        tracks = [track for track in writer.tracks() if track.title in works]
        writer.update(
            [replace(track, work_by_hand=works[track.title or ""] or None) for track in tracks]
        )
    found = serve(catalog).send("/v1/identify", music / "Song 2.flac").json()["matches"]
    assert len(found) == 3
    (match,) = [one for one in found if one["work_id"] == "w"]
    assert (match["title"], match["recording"]["title"]) == ("Song 1", "Song 2")
    assert match["duration"] == pytest.approx(12.0, abs=0.1)
    assert match["versions"] == [
        {
            "track_id": track.track_id,
            "title": "Song 1",
            "artist": None,
            "path": str(music / "Song 1.flac"),
            "duration": pytest.approx(12.0, abs=0.1),
        }
        for track in tracks
        if track.title == "Song 1"
    ]


def test_compare_two_uploads(server: Any, music: Path) -> None:
    songs = music / "Song 0.flac", music / "Song 1.flac"
    answer = server.send("/v1/compare", *songs, parts=("query", "reference"))
    assert answer.status_code == 200, answer.text
    comparison = answer.json()
    assert (comparison["query"], comparison["reference"]) == ("Song 0.flac", "Song 1.flac")
    assert [csm["level"] for csm in comparison["csms"]] == [1, 2, 3, 4]
    assert server.leftovers() == []


def test_compare_with_a_track(server: Any, music: Path) -> None:
    tracks = server.client.get("/v1/tracks", params={"q": "3.flac"}).json()["tracks"]
    route = f"/v1/compare?track_id={tracks[0]['track_id']}"
    comparison = server.send(route, music / "Song 3.flac", parts=("query",)).json()
    assert comparison["reference"] == "Song 3"
    # A recording and itself: the path is the diagonal, and so are the brightest cells.
    times = np.array(comparison["path"])
    assert len(times) > 5
    np.testing.assert_array_equal(times[:, 0], times[:, 1])
    for csm in comparison["csms"]:
        shape = csm["query_steps"], csm["reference_steps"]
        cells = np.frombuffer(base64.b64decode(csm["data"]), np.uint8).reshape(shape)
        assert cells.max() == 255
        assert cells.min() == 0
        assert np.diagonal(cells).min() >= 250  # stored windows are quantised
        assert -1 <= csm["low"] < csm["high"] <= 1.01
        assert csm["step_seconds"] * csm["query_steps"] == pytest.approx(12, abs=1.5)
    assert comparison["query_window"] == pytest.approx([0, 12], abs=0.5)


def test_compare_with_no_track(server: Any, music: Path) -> None:
    answer = server.send("/v1/compare?track_id=none", music / "Song 0.flac", parts=("query",))
    refused(answer, 404, "no-track", "'none'")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("notes.txt", b"no sound at all", "unknown-format"),
        ("empty.wav", b"", "not-audio"),
        ("cut.flac", b"fLaC\x00\x00\x00\x22", "unknown-format"),
    ],
)
def test_not_audio(server: Any, tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    answer = server.send("/v1/identify", tmp_path / name)
    refused(answer, 422, code, name)
    assert ("flac" in answer.json().get("formats", [])) == (code == "unknown-format")
    assert "formats" not in answer.json()["detail"]
    assert server.leftovers() == []


def test_silence_and_shortness(server: Any, tmp_path: Path, song: Any) -> None:
    soundfile.write(tmp_path / "silent.wav", np.zeros(RATE * 5), RATE)
    refused(server.send("/v1/identify", tmp_path / "silent.wav"), 422, "silent", "silent.wav")
    soundfile.write(tmp_path / "short.wav", song(0)[: RATE // 4], RATE)
    refused(server.send("/v1/identify", tmp_path / "short.wav"), 422, "too-short", "short.wav")


def test_too_long(indexed: Path, serve: Any, music: Path) -> None:
    strict = serve(indexed, seconds=6.0)
    answer = strict.send("/v1/identify", music / "Song 0.flac")
    refused(answer, 422, "too-long", "Song 0.flac", "0.2 minutes", "higher limit")
    assert strict.leftovers() == []


def forge_length(path: Path, samples: Any, seconds: int) -> None:
    """Write an m4a file whose header claims a length."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        for at in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 1024], "fltp", "mono")
            frame.sample_rate, frame.pts = RATE, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    content = bytearray(path.read_bytes())
    for box in (b"mvhd", b"mdhd"):
        scale = content.index(box) + 16  # units a second, which the length follows
        (units,) = struct.unpack_from(">I", content, scale)
        struct.pack_into(">I", content, scale + 4, units * seconds)
    path.write_bytes(content)


def test_too_long_for_what_its_header_says(
    catalog: Path, serve: Any, song: Any, tmp_path: Path
) -> None:
    forged = tmp_path / "forged.m4a"
    forge_length(forged, np.tile(song(1), 20), 12)
    check_duration(Upload("forged.m4a", forged), 60.0, FileReader())  # which believes it
    strict = serve(catalog, seconds=60.0, concert_seconds=60.0)
    check_duration(Upload("forged.mp3", forged), 60.0, FileReader())  # as far as the header says
    refused(strict.send("/v1/identify", forged), 422, "too-long", "more than 1.0 minutes")
    refused(strict.send("/v1/tracks", forged), 422, "too-long", "more than 1.0 minutes")
    both = strict.send("/v1/compare", forged, forged, parts=("query", "reference"))
    refused(both, 422, "too-long", "forged.m4a")
    location = strict.send("/v1/setlist", forged).headers["location"]
    while (job := strict.client.get(location).json())["state"] in {"queued", "running"}:
        pass
    assert job["problem"]["code"] == "too-long"


def test_too_large_is_said_before_it_is_sent(indexed: Path, serve: Any) -> None:
    strict = serve(indexed, upload_bytes=1000)
    link = http.client.HTTPConnection(urlsplit(strict.url).netloc)
    link.putrequest("POST", "/v1/identify")
    link.putheader("Content-Type", "multipart/form-data; boundary=b")
    link.putheader("Content-Length", str(10**9))
    link.endheaders()
    answer = link.getresponse()
    assert answer.status == 413
    assert b"too-large" in answer.read()
    link.close()


def test_too_large_without_a_length(indexed: Path, serve: Any) -> None:
    strict = serve(indexed, upload_bytes=1000)

    def pieces() -> Any:
        yield PART
        for _ in range(20):
            yield bytes(100)
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = strict.client.post("/v1/identify", content=pieces(), headers=headers)
    refused(answer, 413, "too-large", "compressed")
    assert strict.leftovers() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"json": {}}, ["the body is no form", WANTED]),
        ({"files": {"sound": ("a.wav", b"x")}}, ["'sound'", WANTED]),
        ({"files": {"audio": (None, b"no file")}}, ["'audio'", WANTED]),
        ({"files": [("audio", ("a", b"x")), ("audio", ("b", b"x"))]}, ["'audio'", WANTED]),
        ({"content": b"--b--\r\n"}, ["'audio'", "missing", WANTED]),
        ({"content": b"no boundary"}, ["multipart"]),
        ({"content": PART + b"sound"}, ["cut off"]),
    ],
)
def test_malformed_uploads(server: Any, content: dict[str, Any], words: list[str]) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"} if "content" in content else None
    refused(server.client.post("/v1/identify", headers=headers, **content), 400, "upload", *words)
    assert server.leftovers() == []


def test_upload_cut_off_by_its_sender(server: Any) -> None:
    host, port = urlsplit(server.url).netloc.split(":")
    with socket.create_connection((host, int(port))) as link:
        link.sendall(
            b"POST /v1/identify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + PART + b"sound"
        )
        while not server.leftovers():  # the upload has begun
            pass
    while server.leftovers():  # and nothing of it stays
        pass


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\music\\live.flac", "live.flac"),
        ("../../etc/passwd.flac", "passwd.flac"),
        ("..", ".."),
        ("", "recording"),
        ("Ääkköset ♥ 'x' \"y\".flac", "Ääkköset ♥ 'x' \"y\".flac"),
        ("n" * 300 + ".flac", "n" * 300 + ".flac"),
    ],
)
def test_names_of_uploads(server: Any, music: Path, name: str, shown: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').encode()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="audio"; filename="'
        + quoted
        + b'"\r\n\r\n'
        + (music / "Song 0.flac").read_bytes()
        + b"\r\n--b--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = server.client.post("/v1/identify", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["query"] == shown
    assert server.leftovers() == []


@pytest.mark.parametrize(
    ("coded", "shown"),
    [
        (b"filename*=UTF-8''na%C3%AFve%20song.flac", "naïve song.flac"),
        (b"filename*=iso-8859-1'en'na%EFve.flac", "naïve.flac"),
        (b"filename*=UTF-8''..%2F..%2Fsong.flac", "song.flac"),
        (b"filename*=klingon''song.flac", "song.flac"),
        (b'filename*0="so"; filename*1="ng.flac"', "song.flac"),
        (b"filename=\"plain.flac\"; filename*=UTF-8''coded.flac", "plain.flac"),
    ],
)
def test_coded_names_of_uploads(server: Any, music: Path, coded: bytes, shown: str) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="audio"; ' + coded + b"\r\n\r\n"
    body = head + (music / "Song 0.flac").read_bytes() + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = server.client.post("/v1/identify", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["query"] == shown


def test_headers_of_parts_have_an_end(server: Any) -> None:
    for header in (b"X: " + b"x" * 10**6, b"X: x\r\n" * 10**5):
        body = b"--b\r\n" + header + b"\r\n\r\n--b--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = server.client.post("/v1/identify", content=body, headers=headers)
        refused(answer, 400, "upload", "multipart")


def test_a_disk_that_is_full(catalog: Path, serve: Any, music: Path, tmp_path: Path) -> None:
    own = serve(catalog)
    large = tmp_path / "large.wav"
    large.write_bytes((music / "Song 0.flac").read_bytes() + bytes(2 * 1024**2))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024**2, before[1]))
    try:
        for route in ("/v1/identify", "/v1/tracks", "/v1/setlist"):
            refused(own.send(route, large), 507, "disk-full", "make room")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert own.leftovers() == []
    assert own.client.get("/v1/tracks").json()["total"] == 4


def test_a_disk_that_is_full_when_the_catalog_is_written(
    catalog: Path, serve: Any, tmp_path: Path, song: Any
) -> None:
    own = serve(catalog)
    new = tmp_path / "new.flac"
    soundfile.write(new, song(9), RATE)
    copy = Path(shutil.copy(new, tmp_path / "copy.flac"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(DiskFullError, match="make room") as full:
            own.service.library.add(copy, FileReader())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    problem = own.service.explain(full.value)
    assert (problem.status, problem.code) == (507, "disk-full")
    assert own.client.get("/v1/tracks").json()["total"] == 4
    assert own.send("/v1/tracks", new).status_code == 201


def test_wrong_parameters(server: Any, music: Path) -> None:
    refused(server.send("/v1/identify?top=0", music / "Song 0.flac"), 422, "parameters", "top")


def test_empty_catalog(catalog: Path, serve: Any, music: Path) -> None:
    own = serve(catalog)
    for track in own.client.get("/v1/tracks").json()["tracks"]:
        own.client.delete(f"/v1/tracks/{track['track_id']}")
    refused(own.send("/v1/identify", music / "Song 0.flac"), 409, "empty-catalog", "add")


def test_nothing_is_there(server: Any) -> None:
    refused(server.client.get("/v1/nothing"), 404, "not-found", "/v1/nothing")
    refused(server.client.post("/v1/nothing"), 404, "not-found", "/v1/nothing")
    refused(server.client.put("/v1/identify"), 405, "method")
    assert server.client.put("/v1/identify").headers["allow"] == "POST"
