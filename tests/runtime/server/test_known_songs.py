"""Clients that know the artist, the album or the repertoire of a recording."""

import json
import shutil
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
from websockets.sync.client import connect

from samesong import Analyser, CatalogWriter, Indexer, ModelBundle
from samesong.runtime.server.upload_form import FIELD_BYTES

RATE = 22_050


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory, music: Path, bundle: ModelBundle) -> Path:
    """Return a catalog of songs 0 to 3, of which 0 and 1 are by The Band."""
    folder = tmp_path_factory.mktemp("tagged")
    for number, source in enumerate(sorted(music.iterdir())):
        path = folder / source.name
        path.write_bytes(source.read_bytes())
        tags = mutagen.File(path)
        tags["artist"] = "The Band" if number < 2 else "Somebody"
        tags.save()
    with CatalogWriter(folder / "catalog", bundle) as writer:
        Indexer(writer, Analyser(bundle, threads=1), workers=1).index(sorted(folder.glob("*.flac")))
    return folder / "catalog"


@pytest.fixture(scope="module")
def server(tagged: Path, bundle: ModelBundle, start_server: Any) -> Any:
    with start_server(tagged, bundle) as served:
        yield served


def identify(server: Any, audio: Path, *fields: tuple[str, Any]) -> Any:
    with audio.open("rb") as stream:
        parts = [*((name, value) for name, value in fields), ("audio", (audio.name, stream))]
        return server.client.post("/v1/identify", files=parts)


def text(value: str) -> tuple[None, str]:
    return (None, value)


def titles(ranking: Any) -> list[str]:
    return sorted(match["title"] for match in ranking["matches"])


@pytest.mark.parametrize(
    ("fields", "expected", "n_warnings"),
    [
        ([("artist", text("band, the"))], [0, 1], 0),
        ([("artist", text("band")), ("artist", text("somebody"))], [0, 1, 2, 3], 0),
        ([("artist", text("band")), ("artist", text("nobody"))], [0, 1], 1),
        ([("artist", text(" ")), ("among", text(""))], [0, 1, 2, 3], 0),
        ([("among", text("song 1\nSomebody - Song 2"))], [1, 2], 0),
        ([("among", text("song 1\nsong 9"))], [1], 1),
        ([("among", ("a.csv", b"artist;title\nSomebody;Song 3\n"))], [3], 0),
        ([("among", ("a.m3u", b"#EXTM3U\nelsewhere/Song 2.flac\n"))], [2], 0),
        ([("among", text("song 1\nsong 2")), ("artist", text("somebody"))], [2], 1),
    ],
)
def test_only_these_songs_are_searched(
    *, server: Any, music: Path, fields: Any, expected: list[int], n_warnings: int
) -> None:
    answer = identify(server, music / "Song 1.flac", *fields)
    assert answer.status_code == 200, answer.text
    assert titles(answer.json()) == [f"Song {number}" for number in expected]
    assert len(answer.json()["warnings"]) == n_warnings
    assert server.leftovers() == []


@pytest.mark.parametrize(
    ("fields", "status", "code", "said"),
    [
        ([("artist", text("The Bend"))], 422, "unknown-songs", "nearest: 'The Band'"),
        ([("among", text("song 77"))], 422, "unknown-songs", "'song 77'"),
        ([("among", ("a.csv", b"year\n1969\n"))], 422, "unknown-songs", "a.csv has no column"),
        ([("among", ("a.txt", b"\0\0"))], 422, "unknown-songs", "a.txt is not a text file"),
        ([("among", text("x" * (FIELD_BYTES + 1)))], 413, "too-large", "'among'"),
        ([("title", text("Song 1"))], 400, "upload", "unexpected part 'title'"),
    ],
)
def test_what_is_not_there_is_told(
    *, server: Any, music: Path, fields: Any, status: int, code: str, said: str
) -> None:
    answer = identify(server, music / "Song 1.flac", *fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert said in answer.json()["detail"]
    assert server.leftovers() == []


def test_other_uploads_have_no_such_fields(server: Any, music: Path) -> None:
    with (music / "Song 1.flac").open("rb") as stream:
        parts = [("artist", text("band")), ("audio", ("a.flac", stream))]
        answer = server.client.post("/v1/tracks", files=parts)
    assert (answer.status_code, answer.json()["code"]) == (400, "upload")


def test_a_set_list_of_an_artist(server: Any, music: Path) -> None:
    with (music / "Song 3.flac").open("rb") as stream:
        parts = [
            ("artist", text("somebody")),
            ("artist", text("nobody")),
            ("audio", ("concert.flac", stream)),
        ]
        answer = server.client.post("/v1/setlist", files=parts)
    assert answer.status_code == 202, answer.text
    [warning] = answer.json()["warnings"]
    assert "no artist 'nobody'" in warning
    where = answer.headers["location"]
    while (job := server.client.get(where).json())["state"] in {"queued", "running"}:
        pass
    assert job["state"] == "done", job
    told = {one["track"]["title"] for song in job["result"]["songs"] for one in song["candidates"]}
    assert told <= {"Song 2", "Song 3"}
    with (music / "Song 3.flac").open("rb") as stream:
        parts = [("artist", text("nobody")), ("audio", ("concert.flac", stream))]
        refused = server.client.post("/v1/setlist", files=parts)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-songs")


def test_listening_to_an_artist(server: Any, song: Any) -> None:
    url = server.url.replace("http", "ws") + "v1/listen"
    start = {"type": "start", "rate": RATE, "artist": ["band"], "among": "Song 1\nSong 9"}
    with connect(url, proxy=None) as link:
        link.send(json.dumps(start))
        ready = json.loads(link.recv())
        assert ready["warnings"] == ["among, line 2: 'Song 9' is not in the catalog"]
        link.send(np.round(song(1) * 32_767).astype("<i2").tobytes())
        link.send(json.dumps({"type": "stop"}))
        found = json.loads(link.recv())
        assert titles(found) == ["Song 1"]


def test_listening_to_nobody(server: Any) -> None:
    url = server.url.replace("http", "ws") + "v1/listen"
    with connect(url, proxy=None) as link:
        link.send(json.dumps({"type": "start", "rate": RATE, "artist": ["nobody"]}))
        refusal = json.loads(link.recv())
    assert refusal["type"] == "error"
    assert refusal["code"] == "unknown-songs"


def test_a_changed_catalog_is_searched_anew(
    tagged: Path, bundle: ModelBundle, serve: Any, music: Path, tmp_path: Path
) -> None:
    catalog = Path(shutil.copytree(tagged, tmp_path / "catalog"))
    server = serve(catalog)
    band = ("artist", text("band"))
    found = identify(server, music / "Song 1.flac", band).json()
    assert titles(found) == ["Song 0", "Song 1"]
    with CatalogWriter(catalog, bundle) as writer:
        writer.remove([match["track_id"] for match in found["matches"][:1]])
    assert len(identify(server, music / "Song 1.flac", band).json()["matches"]) == 1


def test_listening_among_the_songs_of_a_file(server: Any, song: Any) -> None:
    url = server.url.replace("http", "ws") + "v1/listen"
    songs = {"among": "title;artist\nSong 2;Somebody\n", "among_file": "tonight.csv"}
    with connect(url, proxy=None) as link:
        link.send(json.dumps({"type": "start", "rate": RATE, **songs}))
        assert json.loads(link.recv())["warnings"] == []
        link.send(np.round(song(1) * 32_767).astype("<i2").tobytes())
        link.send(json.dumps({"type": "stop"}))
        assert titles(json.loads(link.recv())) == ["Song 2"]
