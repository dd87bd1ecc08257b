"""What a process that was killed left is removed by the next writer, and nothing else is."""

import os
from pathlib import Path

import pytest

from samesong.runtime.catalog.folder import AUDIO
from samesong.runtime.catalog.leftovers import note_catalog, orphans, remove_uploaded
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.inference.bundle import ModelBundle


@pytest.fixture
def catalog(tmp_path: Path, bundle: ModelBundle) -> Path:
    CatalogWriter(tmp_path / "catalog", bundle).close()
    return tmp_path / "catalog"


def uploaded(folder: Path, track_id: str, identity: str | None) -> Path:
    (folder / track_id).mkdir(parents=True)
    if identity is not None:
        note_catalog(folder / track_id, identity)
    (folder / track_id / "song.flac").write_bytes(b"sound")
    return folder / track_id


def test_files_that_a_writer_did_not_finish(catalog: Path) -> None:
    left = [
        catalog / "tracks.lance" / "_versions" / ".tmpmEh9Hl",
        catalog / "windows.lance" / "data" / ".tmpwvfATP",
        catalog / "outlines.index.new",
    ]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    before = {path for path in catalog.rglob("*") if path.is_file()}
    with CatalogWriter(catalog) as writer:
        assert len(writer) == 0
    assert before - set(catalog.rglob("*")) == set(left)


def test_uploads_of_no_track(catalog: Path) -> None:
    with CatalogWriter(catalog) as writer:
        identity = writer.identity
    orphan = uploaded(catalog / AUDIO, "0123456789abcdef", identity)
    unmarked = uploaded(catalog / AUDIO, "fedcba9876543210", None)
    of_another = uploaded(catalog / AUDIO, "00000000ffffffff", "another catalog")
    CatalogWriter(catalog).close()
    assert not orphan.exists()
    assert (unmarked / "song.flac").exists()
    assert (of_another / "song.flac").exists()


def test_where_no_lock_tells_age_does(tmp_path: Path) -> None:
    old, recent = (uploaded(tmp_path, name, "mine") for name in ("old", "recent"))
    os.utime(old / ".samesong-catalog", (0, 0))
    assert orphans(tmp_path, "mine", {"other"}, least_age=3600.0) == [old]
    assert sorted(orphans(tmp_path, "mine", {"other"})) == [old, recent]
    assert orphans(tmp_path, "mine", {"old", "recent"}) == []


@pytest.mark.parametrize("track_id", ["..", ".", "", "../music", "a/b", "/etc"])
def test_ids_that_samesong_never_gives_delete_nothing(tmp_path: Path, track_id: str) -> None:
    music = tmp_path / "music" / "song.flac"
    music.parent.mkdir()
    music.write_bytes(b"sound")
    (tmp_path / "audio").mkdir()
    remove_uploaded(tmp_path / "audio", track_id)
    assert music.exists()
    assert (tmp_path / "audio").exists()
