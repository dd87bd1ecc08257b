"""Set lists that the service keeps: corrected in two browsers, shared, deleted, and heard again."""

import resource
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

RATE = 22_050
LIST = {
    "schema": 3,
    "recording": "x.flac",
    "duration": 60.0,
    "songs": [{"start": 1.0, "end": 30.0, "track": {"track_id": "", "title": "Named"}}],
}


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, song: Any) -> list[Path]:
    """Return a concert of two songs of the catalog in two files, the second one half as loud."""
    folder = tmp_path_factory.mktemp("sides")
    paths = [folder / "Gig d1t1.flac", folder / "Gig d1t2.flac"]
    for number, path in enumerate(paths):
        soundfile.write(path, song(number, 30.0) / (1 + number), RATE)
    return paths


@pytest.fixture(scope="module")
def found(server: Any, sides: list[Path]) -> dict[str, Any]:
    """Return that concert's set list, as the server keeps it."""
    return find(server, sides)


def find(server: Any, paths: list[Path]) -> dict[str, Any]:
    parts = [("audio", (path.name, path.read_bytes())) for path in paths]
    begun = server.client.post("/v1/setlist", files=parts)
    assert begun.status_code == 202, begun.text
    job = f"/v1/jobs/{begun.json()['id']}"
    while server.client.get(job).json()["state"] in {"queued", "running"}:
        pass
    assert server.client.get(job).json()["state"] == "done"
    kept: dict[str, Any] = server.client.get(f"/v1/setlists/{begun.json()['id']}").json()
    return kept


def posted(server: Any, **params: str) -> httpx.Response:
    answer: httpx.Response = server.client.post("/v1/setlists", json=LIST, params=params)
    assert answer.status_code == 201, answer.text
    return answer


def refused(answer: httpx.Response, status: int, code: str) -> str:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    said: str = answer.json()["detail"]
    return said


@pytest.fixture
def stranger(server: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=None) as client:
        yield client


def test_what_was_found_is_kept_and_only_its_maker_is_told_of_it(
    server: Any, found: dict[str, Any], stranger: httpx.Client
) -> None:
    job = server.client.get(f"/v1/jobs/{found['id']}").json()
    assert found["setlist"] == found["found"] == job["result"]
    assert (found["name"], found["yours"], found["corrected"]) == ("Gig", True, False)
    assert [file["name"] for file in found["files"]] == ["Gig d1t1.flac", "Gig d1t2.flac"]
    own = server.client.get("/v1/setlists").json()["setlists"]
    assert found["id"] in [one["id"] for one in own]
    assert stranger.get("/v1/setlists").json() == {"setlists": []}
    shared = stranger.get(f"/v1/setlists/{found['id']}").json()
    assert shared == {**found, "yours": False}


def test_a_list_corrected_in_two_browsers_loses_neither(server: Any, stranger: Any) -> None:
    made = posted(server)
    path, etag = made.headers["location"], made.headers["etag"]
    mine, theirs = ({**LIST, "notes": words} for words in ("mine", "theirs"))
    first = stranger.put(path, json=theirs, headers={"If-Match": etag})
    assert first.status_code == 200, first.text
    late = server.client.put(path, json=mine, headers={"If-Match": etag})
    refused(late, 412, "edited-elsewhere")
    now = server.client.get(path)
    assert now.json()["setlist"]["notes"] == "theirs"
    assert now.headers["etag"] == first.headers["etag"] != etag
    copy = server.client.post("/v1/setlists", json=mine, params={"of": made.json()["id"]})
    assert server.client.get(copy.headers["location"]).json()["setlist"]["notes"] == "mine"
    again = server.client.put(path, json=mine, headers={"If-Match": now.headers["etag"]})
    assert again.json()["corrected"]
    # What was found stays at hand, and is no correction.
    found = server.client.get(path).json()["found"]
    assert found["notes"] is None
    back = server.client.put(path, json=found, headers={"If-Match": again.headers["etag"]})
    assert not back.json()["corrected"]
    assert back.headers["etag"] == etag


def test_what_is_no_correction_changes_nothing(server: Any) -> None:
    made = posted(server)
    path, etag = made.headers["location"], made.headers["etag"]
    said = refused(server.client.put(path, json=LIST), 428, "if-match")
    assert "If-Match" in said
    for body in (b"{", b'{"schema": 2}', b'{"schema": 3, "recording": 1}'):
        wrong = server.client.put(path, content=body, headers={"If-Match": etag})
        refused(wrong, 422, "parameters")
    large = server.client.put(path, content=b" " * 5 * 2**20, headers={"If-Match": etag})
    refused(large, 413, "too-large")
    assert server.client.get(path).headers["etag"] == etag


def test_a_list_is_deleted_by_its_maker_alone_and_its_link_says_so(
    server: Any, stranger: httpx.Client, music: Path
) -> None:
    kept = find(server, [music / "Song 0.flac"])
    path = f"/v1/setlists/{kept['id']}"
    refused(stranger.delete(path), 403, "not-yours")
    refused(stranger.delete(f"{path}/audio"), 403, "not-yours")
    refused(server.client.delete(path, headers={"If-Match": '"old"'}), 412, "edited-elsewhere")
    assert server.client.get(f"{path}/audio/0").status_code == 200
    assert server.client.delete(f"{path}/audio").json()["audio_until"] is None
    assert "choose the recording again" in refused(
        server.client.get(f"{path}/audio/0"), 404, "no-audio"
    )
    assert server.client.get(path).json()["files"] == []
    assert server.client.delete(path).status_code == 204
    assert "was deleted" in refused(stranger.get(path), 410, "deleted")
    refused(server.client.get(f"/v1/jobs/{kept['id']}"), 404, "no-job")
    assert kept["id"] not in str(server.client.get("/v1/setlists").json())
    refused(server.client.get("/v1/setlists/never"), 404, "no-setlist")


def test_the_audio_is_played_drawn_and_compared(
    server: Any, found: dict[str, Any], sides: list[Path]
) -> None:
    path = f"/v1/setlists/{found['id']}"
    whole = server.client.get(f"{path}/audio/1")
    assert whole.content == sides[1].read_bytes()
    assert whole.headers["content-type"] == "audio/flac"
    part = server.client.get(f"{path}/audio/1", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, whole.content[4:8])
    for number in (2, -1):
        refused(server.client.get(f"{path}/audio/{number}"), 404, "no-audio")
    waveform = server.client.get(f"{path}/waveform").json()
    peaks = np.frombuffer(b64decode(waveform["peaks"]), np.uint8)
    samples = np.concatenate([soundfile.read(side, dtype="float32")[0] for side in sides])
    size = round(waveform["seconds"] * RATE)
    expected = [np.abs(samples[i : i + size]).max() * 255 for i in range(0, len(samples), size)]
    assert peaks == pytest.approx(expected, abs=3)
    tracks = server.client.get("/v1/tracks", params={"q": "Song 1"}).json()["tracks"]
    span = {"track_id": tracks[0]["track_id"], "start": 5.0, "end": 25.0}
    compared = server.client.post(f"{path}/audio/1/compare", params=span)
    assert compared.status_code == 200, compared.text
    start, end = compared.json()["query_window"]
    assert 5 <= start < end <= 25.5
    backwards = server.client.post(f"{path}/audio/1/compare", params={**span, "end": 5.0})
    assert "above 5" in refused(backwards, 422, "parameters")


def test_lists_and_audio_outlive_the_server_until_they_are_too_old(
    catalog: Path, bundle: Any, start_server: Any, music: Path
) -> None:
    def audio() -> list[Path]:
        return [path for path in (catalog / "setlists" / "audio").rglob("*") if path.is_file()]

    with start_server(catalog, bundle) as first:
        kept = find(first, [music / "Song 0.flac"])
        path = f"/v1/setlists/{kept['id']}"
        copy = first.client.post("/v1/setlists", json=kept["setlist"], params={"of": kept["id"]})
        cookies = dict(first.client.cookies)
        first.client.delete(path)
    assert len(audio()) == 1
    (catalog / "setlists" / "audio" / "left").mkdir()  # by a process that was killed
    path = copy.headers["location"]
    with start_server(catalog, bundle) as second:
        again = second.client.get(
            path, headers={"Cookie": f"samesong-jobs={cookies['samesong-jobs']}"}
        )
        assert again.json()["yours"]
        assert again.json()["setlist"] == kept["setlist"]
        assert second.client.get(f"{path}/audio/0").content == (music / "Song 0.flac").read_bytes()
        assert second.client.get(f"{path}/waveform").status_code == 200
        refused(second.client.get(f"/v1/setlists/{kept['id']}"), 410, "deleted")
        assert [one.parent.parent.name for one in audio()] == [path.rpartition("/")[2]]
        assert not (catalog / "setlists" / "audio" / "left").exists()
    with start_server(catalog, bundle, keep_audio=1e-9) as third:
        old = find(third, [music / "Song 1.flac"])
        assert old["setlist"]["duration"] > 0
        assert old["files"] == []
        refused(third.client.get(f"/v1/setlists/{old['id']}/audio/0"), 404, "no-audio")
        assert len(audio()) == 2
    with start_server(catalog, bundle, keep_audio=0.0) as fourth:
        assert len(audio()) == 1
        kept = find(fourth, [music / "Song 0.flac"])
        assert (kept["files"], kept["audio_until"]) == ([], None)
        assert len(audio()) == 1


def test_a_full_disk_loses_no_list(catalog: Path, serve: Any, music: Path) -> None:
    own = serve(catalog)
    kept = find(own, [music / "Song 0.flac"])
    path = f"/v1/setlists/{kept['id']}"
    etag = own.client.get(path).headers["etag"]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, before[1]))
    try:
        corrected = {**kept["setlist"], "notes": "x" * 10_000}
        full = own.client.put(path, json=corrected, headers={"If-Match": etag})
        said = refused(full, 507, "disk-full")
        assert "--setlist-folder" in said
        refused(own.client.post("/v1/setlists", json=corrected), 507, "disk-full")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert own.client.get(path).headers["etag"] == etag
    assert own.client.put(path, json=corrected, headers={"If-Match": etag}).status_code == 200


def test_a_list_that_cannot_be_kept_is_shown_all_the_same(
    indexed: Path, serve: Any, music: Path, tmp_path: Path
) -> None:
    own = serve(indexed, setlist_folder=tmp_path / "lists", setlists=1)
    (tmp_path / "lists").rmdir()
    (tmp_path / "lists").write_bytes(b"no folder")
    begun = own.send("/v1/setlist", music / "Song 0.flac")
    job = f"/v1/jobs/{begun.json()['id']}"
    while own.client.get(job).json()["state"] in {"queued", "running"}:
        pass
    done = own.client.get(job).json()
    assert done["result"]["duration"] > 0
    assert "not kept" in done["warnings"][0]
    (tmp_path / "lists").unlink()
    posted(own)
    said = refused(own.client.post("/v1/setlists", json=LIST), 507, "setlists-full")
    assert "1 set lists are kept" in said
    refused(own.send("/v1/setlist", music / "Song 0.flac"), 507, "setlists-full")
