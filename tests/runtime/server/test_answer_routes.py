"""Answers that are kept: found again by their address, also by the next server, until deleted."""

from pathlib import Path
from typing import Any

import httpx
import pytest

GONE = "was deleted, or made room for later ones"


def finished(client: httpx.Client, location: str) -> dict[str, Any]:
    """Ask until the answer is there."""
    while (found := client.get(location).json())["state"] == "running":
        pass
    return dict(found)


@pytest.fixture
def started(serve: Any, catalog: Path) -> Any:
    return serve(catalog, answers=2)


def ask(server: Any, path: Path) -> str:
    response = server.send("/v1/answers", path)
    assert response.status_code == 202, response.text
    return str(response.headers["location"])


def test_an_answer_is_kept_with_its_recording(
    started: Any, serve: Any, catalog: Path, music: Path
) -> None:
    song = music / "Song 0.flac"
    location = ask(started, song)
    found = finished(started.client, location)
    assert (found["state"], found["recording"]) == ("done", song.name)
    best = found["result"]["matches"][0]
    assert best["title"] == "Song 0"
    assert found["result"] == {
        **started.send("/v1/identify", song).json(),
        "seconds": found["result"]["seconds"],
    }
    assert started.client.get(f"{location}/audio").content == song.read_bytes()
    part = started.client.get(f"{location}/audio", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"fLaC")
    compared = started.client.get(f"{location}/comparison", params={"track_id": best["track_id"]})
    assert compared.json()["same"]
    assert started.leftovers() == []

    # The catalog keeps it, whichever server is asked.
    next_one = serve(catalog)
    assert next_one.client.get(location).json() == found
    assert next_one.client.delete(location).status_code == 204
    for server in (started, next_one):
        gone = server.client.get(location)
        assert (gone.status_code, gone.json()["code"]) == (404, "no-answer")
        assert GONE in gone.json()["detail"]
        assert server.client.get(f"{location}/audio").status_code == 404
        assert server.client.delete(location).status_code == 404
    assert list((catalog / "answers").iterdir()) == []


def test_what_fails_is_kept_too_and_names_no_folder(started: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no music")
    found = finished(started.client, ask(started, broken))
    assert (found["state"], found["problem"]["code"]) == ("failed", "unknown-format")
    assert found["problem"]["detail"].startswith("'broken.wav'")
    assert found["problem"]["formats"][:2] == ["mp3", "mp2"]


def test_the_oldest_make_room(started: Any, music: Path) -> None:
    asked = []
    for i in range(3):
        asked.append(ask(started, music / f"Song {i}.flac"))
        finished(started.client, asked[-1])
    assert [started.client.get(one).status_code for one in asked] == [404, 200, 200]


@pytest.mark.parametrize("id_", ["..", "a" * 15, "a" * 16, "%2e%2e%2ftracks.lance"])
def test_no_answer_is_elsewhere(started: Any, id_: str) -> None:
    for method, path in (("GET", ""), ("GET", "/audio"), ("DELETE", "")):
        assert started.client.request(method, f"/v1/answers/{id_}{path}").status_code in {404, 405}


def test_a_refused_upload_leaves_nothing(started: Any, catalog: Path, music: Path) -> None:
    with (music / "Song 0.flac").open("rb") as file:
        refused = started.client.post(
            "/v1/answers", files={"audio": file}, data={"artist": "Nobody"}
        )
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-songs")
    assert list((catalog / "answers").iterdir()) == []
