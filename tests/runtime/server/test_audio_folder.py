"""Catalogs from elsewhere: whatever they say, no file but the music is served or deleted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from samesong import CatalogWriter
from samesong.features.errors import CatalogError
from samesong.runtime.server.audio_folder import AudioFolder, file_below


def forge(catalog: Path, **changes: Any) -> None:
    """Add a copy of a track to a catalog, with other values."""
    with CatalogWriter(catalog) as writer:
        track = writer.tracks()[0]
        windows = [one.window for one in writer.windows(track.track_id)]
        writer.add([(replace(track, **changes), windows)])


def files(folder: Path) -> Sequence[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("track_id", ["..", "%2E%2E", "../..", ".", "/", "a/b", "x\0"])
def test_an_id_that_is_no_name(catalog: Path, serve: Any, track_id: str) -> None:
    forge(catalog, track_id=track_id, path="/etc/passwd")
    with pytest.raises(CatalogError, match=r"'/etc/passwd'.* has an id that samesong never gives"):
        serve(catalog)
    # The next writer removes it.
    CatalogWriter(catalog).close()
    assert serve(catalog).client.get("/v1/tracks").json()["total"] == 4


@pytest.mark.parametrize("track_id", ["..", "../..", ".", "", "/", "a/b", "x\0"])
def test_nothing_is_deleted_under_such_an_id(tmp_path: Path, track_id: str) -> None:
    (tmp_path / "of-the-user").touch()
    (tmp_path / "audio" / "a" / "b").mkdir(parents=True)
    (tmp_path / "audio" / "a" / "b" / "song.flac").touch()
    before = files(tmp_path)
    AudioFolder(tmp_path / "audio").remove(track_id)
    assert files(tmp_path) == before


@pytest.mark.parametrize("path", ["/etc/passwd", "/dev/zero", "/proc/self/environ", ".."])
def test_a_path_elsewhere(catalog: Path, serve: Any, music: Path, path: str) -> None:
    forge(catalog, track_id="0123456789abcdef", path=path)
    answer = serve(catalog, music=music).client.get("/v1/tracks/0123456789abcdef/audio")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-audio")
    assert "--music" in answer.json()["detail"]


def test_links_lead_nowhere(catalog: Path, serve: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "song.flac").write_text("secret")
    (catalog / "audio").mkdir()
    (catalog / "audio" / "linked").symlink_to(secret)
    forge(catalog, track_id="linked", path=str(catalog / "audio" / "linked" / "song.flac"))
    own = serve(catalog)
    assert own.client.get("/v1/tracks/linked/audio").json()["code"] == "no-audio"
    assert own.client.delete("/v1/tracks/linked").status_code == 204
    assert (secret / "song.flac").read_text() == "secret"


def test_music_of_the_user_is_played_where_that_is_allowed(
    catalog: Path, serve: Any, music: Path
) -> None:
    for own, status in ((serve(catalog), 404), (serve(catalog, music=music), 200)):
        (track,) = own.client.get("/v1/tracks", params={"q": "1.flac"}).json()["tracks"]
        answer = own.client.get(f"/v1/tracks/{track['track_id']}/audio")
        assert answer.status_code == status
        assert track["has_audio"] is (status == 200)


def test_nothing_is_kept_under_such_an_id(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"'\.\.'"):
        AudioFolder(tmp_path).place("..", "song.flac")


def test_below(tmp_path: Path) -> None:
    inside = tmp_path / "music" / "album"
    inside.mkdir(parents=True)
    song = inside / "song.flac"
    song.touch()
    loop = inside / "loop"
    loop.symlink_to(loop)
    assert file_below(tmp_path / "music", song) == song.resolve()
    assert file_below(tmp_path / "music", inside / ".." / "album" / "song.flac") == song.resolve()
    for path in (inside, loop, tmp_path / "music" / ".." / "none", inside / "none"):
        assert file_below(tmp_path / "music", path) is None
    assert file_below(inside / "..", song) == song.resolve()
    assert file_below(tmp_path / "mus", song) is None
