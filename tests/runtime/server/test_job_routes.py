"""Set lists over HTTP: begun, watched, stopped, corrected and written as reports."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from samesong.runtime.reports.formats import FORMATS

RATE = 22_050


@pytest.fixture(scope="module")
def concert(tmp_path_factory: pytest.TempPathFactory, song: Any) -> Path:
    """Return a recording of two songs of the catalog."""
    path = tmp_path_factory.mktemp("concert") / "Björk's gig.flac"
    soundfile.write(path, np.concatenate([song(0, 30.0), song(1, 30.0)]), RATE)
    return path


@pytest.fixture(scope="module")
def long_concert(tmp_path_factory: pytest.TempPathFactory, song: Any) -> Path:
    """Return a recording that takes a while."""
    path = tmp_path_factory.mktemp("long") / "long.wav"
    soundfile.write(path, np.tile(song(0, 30.0), 30), RATE, "PCM_U8")
    return path


def ended(server: Any, location: str) -> Any:
    """Return a job when it has ended."""
    while (job := server.client.get(location).json())["state"] in {"queued", "running"}:
        assert 0 <= job["progress"] <= 1
    return job


@pytest.fixture(scope="module")
def done(server: Any, concert: Path) -> Any:
    """Return a job that is done."""
    begun = server.send("/v1/setlist", concert)
    assert begun.status_code == 202, begun.text
    assert begun.json()["recording"] == concert.name
    assert begun.headers["location"] == f"/v1/jobs/{begun.json()['id']}"
    return ended(server, begun.headers["location"])


def test_a_set_list(server: Any, done: Any, concert: Path) -> None:
    assert (done["state"], done["progress"], done["problem"]) == ("done", 1, None)
    result = done["result"]
    assert (result["schema"], result["recording"]) == (3, concert.name)
    assert result["duration"] == pytest.approx(60, abs=0.5)
    listed = server.client.get("/v1/jobs").json()["jobs"]
    summary = {key: value for key, value in done.items() if key not in {"result", "so_far"}}
    assert summary in listed
    while server.leftovers():  # they go with the last of the work, just after its result
        pass


def test_others_are_not_told_of_a_job(server: Any, done: Any) -> None:
    cookie = server.client.cookies.jar
    (kept,) = [one for one in cookie if one.name == "samesong-jobs"]
    assert kept.has_nonstandard_attr("HttpOnly")
    for cookies in ({}, {"samesong-jobs": ""}, {"samesong-jobs": "guessed"}):
        with httpx.Client(base_url=server.url, cookies=cookies, timeout=None) as stranger:
            assert stranger.get("/v1/jobs").json() == {"jobs": []}
            assert stranger.get(f"/v1/jobs/{done['id']}").json()["id"] == done["id"]


def test_reports_of_many_songs_hold_up_nobody(server: Any) -> None:
    songs = [{"start": float(i), "end": i + 0.5} for i in range(10_000)]
    body = {"schema": 3, "recording": "x.flac", "duration": 10_001, "songs": songs}
    with ThreadPoolExecutor(4) as threads:
        reports = [
            threads.submit(httpx.post, f"{server.url}v1/report?format=csv", json=body, timeout=None)
            for _ in range(4)
        ]
        while server.service.reports.inside == 0:
            Event().wait(0.01)  # the server is in this process, and needs its turn
        # Answered while reports are being made: they have a thread of their own.
        while not all(one.done() for one in reports):
            assert server.client.get("/v1/health").status_code == 200
        assert {one.result().status_code for one in reports} == {200}


def test_several_files_are_one_concert(server: Any, concert: Path, music: Path) -> None:
    with concert.open("rb") as first, (music / "Song 1.flac").open("rb") as second:
        parts = [
            ("audio", ("Town Hall d1t2.flac", first)),
            ("audio", ("Town Hall d1t10.flac", second)),
        ]
        begun = server.client.post("/v1/setlist?talk=true", files=parts)
    assert begun.status_code == 202, begun.text
    assert begun.json()["recording"] == "Town Hall"
    job = ended(server, begun.headers["location"])
    assert (job["state"], job["warnings"]) == ("done", [])
    found = job["result"]
    assert (found["recording"], found["title"]) == ("Town Hall", "Town Hall")
    names = [file["path"] for file in found["files"]]
    assert names == ["Town Hall d1t2.flac", "Town Hall d1t10.flac"]
    assert found["files"][1]["start"] == pytest.approx(60, abs=0.5)
    assert found["duration"] == pytest.approx(found["files"][1]["end"])
    sheet = server.client.post("/v1/report?format=cue", json=found)
    assert sheet.text.startswith('TITLE "Town Hall"\nFILE "Town Hall d1t2.flac" WAVE')
    assert "''Town%20Hall.cue" in sheet.headers["content-disposition"]


def test_all_files_of_a_concert_are_checked_before_any_work(
    indexed: Path, serve: Any, concert: Path
) -> None:
    own = serve(indexed, concert_seconds=100.0, upload_bytes=4 * concert.stat().st_size)

    def send(*contents: bytes) -> Any:
        parts = [("audio", (f"{i}.flac", content)) for i, content in enumerate(contents)]
        answer = own.client.post("/v1/setlist", files=parts)
        return answer.status_code, answer.json()["code"], answer.json()["detail"]

    sound = concert.read_bytes()
    status, code, said = send(sound, b"no sound", b"nor this")
    assert (status, code) == (422, "unknown-format")
    assert "'1.flac' is not audio" in said
    assert "'2.flac' is not audio" in said
    status, code, said = send(sound, sound)
    assert (status, code) == (422, "too-long")
    assert "0.flac and 1 more lasts 2.0 minutes" in said
    assert send(*[sound] * 5)[:2] == (413, "too-large")
    assert send(*[b""] * 101)[:2] == (400, "upload")
    assert own.leftovers() == []


@pytest.mark.parametrize("name", FORMATS)
def test_reports(server: Any, done: Any, name: str) -> None:
    form = FORMATS[name]
    answer = server.client.get(f"/v1/jobs/{done['id']}/report", params={"format": name})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == form.media_type
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert f"filename*=UTF-8''Bj%C3%B6rk%27s%20gig{form.suffix}" in disposition
    # The list that the job gives makes the same report when it comes back.
    posted = server.client.post("/v1/report", params={"format": name}, json=done["result"])
    assert posted.content == answer.content


def test_a_corrected_list(server: Any) -> None:
    song = {"start": 1.0, "end": 9.5, "track": {"track_id": "", "title": "Named by Hand"}}
    corrected = {"schema": 3, "recording": "x.flac", "duration": 10.0, "songs": [song]}
    answer = server.client.post("/v1/report?format=csv", json=corrected)
    assert answer.status_code == 200, answer.text
    assert '"Named by Hand","","","","0:00:01","0:00:10","0:00:09","","match","",""' in answer.text


def test_a_name_that_is_no_text(server: Any) -> None:
    body = b'{"schema": 3, "recording": "a\\ud800.flac", "duration": 10, "songs": []}'
    answer = server.client.post("/v1/report?format=csv", content=body)
    assert answer.status_code == 200, answer.text
    assert "filename*=UTF-8''a%3F.csv" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "object"),
        (b'{"schema": 1}', "schema"),
        (b'{"schema": 3, "recording": "a", "duration": NaN, "songs": []}', "duration"),
        (
            b'{"schema": 3, "recording": "a", "duration": ' + b"9" * 401 + b', "songs": []}',
            "finite",
        ),
        (b'{"schema": 3, "recording": "a", "duration": 9, "songs": [{"start": 3}]}', "song 1"),
    ],
)
def test_a_wrong_list(server: Any, body: bytes, words: str) -> None:
    answer = server.client.post("/v1/report?format=csv", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "parameters")
    assert words in answer.json()["detail"]


def test_too_large_a_list(server: Any) -> None:
    answer = server.client.post("/v1/report?format=csv", content=bytes(5 * 1024**2))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_unknown_format(server: Any, done: Any) -> None:
    for answer in (
        server.client.get(f"/v1/jobs/{done['id']}/report?format=pdf"),
        server.client.get(f"/v1/jobs/{done['id']}/report"),
        server.client.post("/v1/report?format=pdf", json=done["result"]),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "parameters")
        assert "format" in answer.json()["detail"]


def test_unknown_job(server: Any) -> None:
    for method, route in (("GET", ""), ("DELETE", ""), ("GET", "/report?format=csv")):
        answer = server.client.request(method, f"/v1/jobs/none{route}")
        assert (answer.status_code, answer.json()["code"]) == (404, "no-job")


def test_two_at_once_and_both_stopped(
    indexed: Path, serve: Any, long_concert: Path, concert: Path, music: Path
) -> None:
    own = serve(indexed, waiting_concerts=1)
    first = own.send("/v1/setlist", long_concert).headers["location"]
    second = own.send("/v1/setlist", concert).headers["location"]
    full = own.send("/v1/setlist", concert)
    assert (full.status_code, full.json()["code"]) == (429, "busy")
    assert int(full.headers["retry-after"]) > 0
    # The rest of the service goes on.
    assert own.send("/v1/identify", music / "Song 0.flac").status_code == 200
    unfinished = own.client.get(f"{second}/report?format=csv")
    assert (unfinished.status_code, unfinished.json()["code"]) == (409, "job-unfinished")
    for location in (second, first):
        assert own.client.delete(location).json()["state"] == "cancelled"
        assert own.client.get(location).json()["state"] == "cancelled"
    while own.leftovers():
        pass
    third = own.send("/v1/setlist", concert)
    assert third.status_code == 202
    assert ended(own, third.headers["location"])["state"] == "done"


def test_stopped_in_the_middle(
    indexed: Path, start_server: Any, bundle: Any, long_concert: Path
) -> None:
    with start_server(indexed, bundle) as own:
        own.send("/v1/setlist", long_concert)
        own.send("/v1/setlist", long_concert)
        work = own.service.work.path
        assert len(own.leftovers()) == 2
    assert not work.exists()


def test_refused_recordings(indexed: Path, serve: Any, concert: Path, tmp_path: Path) -> None:
    own = serve(indexed, concert_seconds=30.0)
    answer = own.send("/v1/setlist", concert)
    assert (answer.status_code, answer.json()["code"]) == (422, "too-long")
    (tmp_path / "notes.txt").write_text("no sound")
    answer = own.send("/v1/setlist", tmp_path / "notes.txt")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-format")
    assert own.client.get("/v1/jobs").json() == {"jobs": []}
    assert own.leftovers() == []
