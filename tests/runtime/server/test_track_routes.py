"""The catalog over HTTP: searched, played, added to and removed from, while it is in use."""

import fcntl
import shutil
from pathlib import Path
from typing import Any

import mutagen
import pytest
import soundfile

from samesong import Analyser, Catalog, CatalogWriter, Indexer, ModelBundle
from samesong.features import load
from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.indexing.file_check import check_files

RATE = 22_050


@pytest.fixture
def own(catalog: Path, serve: Any) -> Any:
    """Return a server of a catalog that may be changed."""
    return serve(catalog)


@pytest.fixture
def new_song(tmp_path: Path, song: Any) -> Path:
    """Return a recording that is not in the catalog, with tags."""
    path = tmp_path / "new.flac"
    with soundfile.SoundFile(path, "w", RATE, 1) as file:
        file.title, file.artist = "New Song", "The Band"
        file.write(song(9))
    return path


def titles(answer: Any) -> list[str]:
    return [track["title"] for track in answer.json()["tracks"]]


def test_pages(server: Any) -> None:
    first = server.client.get("/v1/tracks", params={"limit": 3})
    assert titles(first) == ["Song 0", "Song 1", "Song 2"]
    assert first.json()["total"] == 4
    assert titles(server.client.get("/v1/tracks", params={"limit": 3, "offset": 3})) == ["Song 3"]
    for wrong in ({"limit": 0}, {"limit": 501}, {"offset": -1}, {"limit": "all"}):
        assert server.client.get("/v1/tracks", params=wrong).json()["code"] == "parameters"


@pytest.mark.parametrize(
    ("words", "found"),
    [("SONG 2.Flac", ["Song 2"]), ("2.flac song", ["Song 2"]), ("song nothing", []), ("  ", 4)],
)
def test_search(server: Any, words: str, found: Any) -> None:
    answer = titles(server.client.get("/v1/tracks", params={"q": words}))
    assert (len(answer) if found == 4 else answer) == found


def test_one_track(server: Any, music: Path) -> None:
    (listed,) = server.client.get("/v1/tracks", params={"q": "1.flac"}).json()["tracks"]
    assert server.client.get(f"/v1/tracks/{listed['track_id']}").json() == listed
    assert listed["path"] == str(music / "Song 1.flac")
    assert listed["has_audio"] is True
    assert server.client.get("/v1/tracks/none").json()["code"] == "no-track"


def test_audio_and_parts_of_it(server: Any, music: Path) -> None:
    (track,) = server.client.get("/v1/tracks", params={"q": "1.flac"}).json()["tracks"]
    content = (music / "Song 1.flac").read_bytes()
    route = f"/v1/tracks/{track['track_id']}/audio"
    whole = server.client.get(route)
    assert (whole.content, whole.headers["content-type"]) == (content, "audio/flac")
    assert whole.headers["accept-ranges"] == "bytes"
    part = server.client.get(route, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(content)}"


def test_add_play_and_remove(own: Any, new_song: Path, catalog: Path) -> None:
    before = own.send("/v1/identify", new_song).json()["matches"]
    assert "New Song" not in {match["title"] for match in before}
    content = new_song.read_bytes()

    added = own.send("/v1/tracks", new_song)
    assert added.status_code == 201
    track = added.json()
    assert (track["title"], track["artist"], track["has_audio"]) == ("New Song", "The Band", True)
    assert added.headers["location"] == f"/v1/tracks/{track['track_id']}"
    kept = catalog / "audio" / track["track_id"] / "new.flac"
    assert track["path"] == str(kept)
    assert own.client.get(f"{added.headers['location']}/audio").content == content

    # What follows sees it, health as well where the catalog takes long to open.
    with own.service.library._reading:
        assert own.client.get("/v1/health").json()["n_tracks"] == 5
    assert own.send("/v1/identify", new_song).json()["matches"][0]["title"] == "New Song"

    again = own.send("/v1/tracks", new_song)
    assert (again.status_code, again.json()) == (200, track | {"warnings": []})

    assert own.client.delete(added.headers["location"]).status_code == 204
    assert not kept.parent.exists()
    with own.service.library._reading:
        assert own.client.get("/v1/health").json()["n_tracks"] == 4
    assert own.client.delete(added.headers["location"]).json()["code"] == "no-track"
    assert own.leftovers() == []


def test_a_re_encoding_without_tags_joins_its_song_by_ear(
    start_server: Any, tmp_path: Path
) -> None:
    bundle = ModelBundle.load()  # the small one hears no more than noise
    original = DEMO_AUDIO / "studio_greensleeves.opus"
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        Indexer(writer, Analyser(bundle, threads=1)).index([original])
        (track,) = writer.tracks()
    copy = tmp_path / "untitled.ogg"
    soundfile.write(copy, load(original, sample_rate=RATE), RATE)
    with start_server(tmp_path / "catalog", bundle) as own:
        answer = own.send("/v1/tracks", copy)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert (added["work_id"], added["twin_of"]) == (track.work, track.track_id)
    assert "ear" in added["work_reason"]


def test_what_was_indexed_is_known_again(own: Any, music: Path, catalog: Path) -> None:
    again = own.send("/v1/tracks", music / "Song 0.flac")
    assert (again.status_code, again.json()["title"]) == (200, "Song 0")
    assert not (catalog / "audio").exists()


def test_other_tags_are_no_other_recording(own: Any, new_song: Path) -> None:
    first = own.send("/v1/tracks", new_song)
    assert first.status_code == 201
    file = mutagen.File(new_song)
    file["title"] = "Another title"
    file.save()
    again = own.send("/v1/tracks", new_song)
    assert (again.status_code, again.json()) == (200, first.json())


def test_what_was_added_moves_with_the_catalog(
    own: Any, serve: Any, new_song: Path, catalog: Path
) -> None:
    added = own.send("/v1/tracks", new_song).headers["location"]
    moved = catalog.rename(catalog.with_name("moved"))
    there = serve(moved)
    assert there.client.get(added).json()["has_audio"] is True
    assert there.client.get(f"{added}/audio").status_code == 200
    files = check_files(Catalog(moved))
    assert files.deleted == files.unreachable == files.changed == []
    assert there.client.delete(added).status_code == 204
    assert list((moved / "audio").iterdir()) == []


def test_files_of_the_user_are_never_deleted(own: Any, music: Path) -> None:
    (track,) = own.client.get("/v1/tracks", params={"q": "1.flac"}).json()["tracks"]
    assert own.client.delete(f"/v1/tracks/{track['track_id']}").status_code == 204
    assert (music / "Song 1.flac").exists()


def test_changes_of_other_processes_are_seen(own: Any, catalog: Path) -> None:
    assert own.client.get("/v1/tracks").json()["total"] == 4
    with CatalogWriter(catalog) as writer:
        writer.remove([writer.tracks()[0].track_id])
        writer.optimize()
    assert own.client.get("/v1/tracks").json()["total"] == 3


def test_a_catalog_that_was_made_anew_is_seen(
    own: Any, catalog: Path, bundle: ModelBundle, new_song: Path
) -> None:
    assert own.client.get("/v1/tracks").json()["total"] == 4
    shutil.rmtree(catalog)
    with CatalogWriter(catalog, bundle) as writer:
        Indexer(writer, Analyser(bundle)).index([new_song])
    assert titles(own.client.get("/v1/tracks")) == ["New Song"]
    assert own.send("/v1/identify", new_song).json()["matches"][0]["title"] == "New Song"


def test_a_catalog_of_another_model_is_told(own: Any, catalog: Path, new_song: Path) -> None:
    shutil.rmtree(catalog)
    with CatalogWriter(catalog, ModelBundle.load()):
        pass
    answer = own.send("/v1/identify", new_song)
    assert (answer.status_code, answer.json()["code"]) == (503, "catalog")
    assert "was made with" in answer.json()["detail"]


def test_audio_that_is_gone(own: Any, new_song: Path) -> None:
    track = own.send("/v1/tracks", new_song).json()
    Path(track["path"]).unlink()
    problem = own.client.get(f"/v1/tracks/{track['track_id']}/audio").json()
    assert (problem["status"], problem["code"]) == (404, "no-audio")
    assert track["path"] in problem["detail"]
    assert own.client.get(f"/v1/tracks/{track['track_id']}").json()["has_audio"] is False


def test_another_writer(own: Any, new_song: Path, catalog: Path) -> None:
    with (catalog / ".writer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = own.send("/v1/tracks", new_song)
    assert (answer.status_code, answer.json()["code"]) == (503, "catalog")
    assert "another process is writing" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert not (catalog / "audio").exists()
    assert own.send("/v1/tracks", new_song).status_code == 201


def test_not_audio_is_not_added(own: Any, tmp_path: Path, catalog: Path) -> None:
    (tmp_path / "notes.txt").write_text("no sound")
    problem = own.send("/v1/tracks", tmp_path / "notes.txt").json()
    assert (problem["code"], problem["detail"][:11]) == ("unknown-format", "'notes.txt'")
    assert not (catalog / "audio").exists()
    assert own.leftovers() == []


def test_a_catalog_that_is_gone(own: Any, catalog: Path) -> None:
    shutil.rmtree(catalog)
    problem = own.client.get("/v1/tracks").json()
    assert (problem["status"], problem["code"]) == (503, "catalog")
