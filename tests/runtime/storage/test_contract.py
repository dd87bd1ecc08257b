"""Whatever a catalog in a folder can, one in an object store can: the same commands, one after
another."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from samesong import CatalogWriter, ModelBundle
from samesong.runtime.server.library import Library
from tests.runtime.storage.conftest import TINY_BUNDLE, Run

MODEL = ("--model", TINY_BUNDLE)


@pytest.fixture(params=["folder", "s3"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "catalog")
    return str(request.getfixturevalue("address"))


def test_a_catalog_from_its_first_track_to_its_last(
    catalog: str, songs: Path, run: Run, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    shutil.copytree(songs, music, ignore=shutil.ignore_patterns("*.wav"))
    live = songs / "live.wav"

    def tracks() -> dict[str, Any]:
        return {one["title"]: one for one in json.loads(run("catalog", "list", catalog, "--json"))}

    assert run("index", catalog, music, *MODEL).startswith("3 added")
    assert run("index", catalog, music, *MODEL).startswith("3 present")
    assert run("catalog", "optimize", catalog).startswith("optimized: ")
    assert list(tracks()) == ["0", "1", "2"]

    [found] = json.loads(run("identify", catalog, live, "--json", *MODEL))
    assert (found["matches"][0]["title"], found["matches"][0]["key_shift"]) == ("1", 2)
    run("setlist", catalog, live, "-o", tmp_path / "list.json", *MODEL)
    assert json.loads((tmp_path / "list.json").read_text())["recording"] == str(live)

    run("catalog", "edit", catalog, music / "0.flac", "--title", "Nought", "--artist", "Nobody")
    run("catalog", "join", catalog, music / "0.flac", music / "1.flac")
    run("catalog", "name", catalog, music / "0.flac", "A Song")
    assert "A Song" in run("catalog", "works", catalog)
    run("catalog", "split", catalog, music / "1.flac")
    assert "A Song" not in run("catalog", "works", catalog)
    run("catalog", "regroup", catalog, music / "1.flac")

    run("catalog", "export", catalog, "-o", tmp_path / "tracks.csv")
    with (tmp_path / "tracks.csv").open(newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == ["Nought", "1", "2"]
    assert run("catalog", "verify", catalog).startswith("clean: 3 tracks")

    run("catalog", "remove", catalog, music / "1.flac")
    (music / "2.flac").unlink()
    assert "1 removed" in run("catalog", "prune", catalog)
    assert list(tracks()) == ["Nought"]
    info = json.loads(run("catalog", "info", catalog, "--json"))
    assert (info["location"], info["n_tracks"], info["n_windows"]) == (catalog, 1, 1)
    assert info["bytes"] > 10_000
    assert "no catalog" in run("catalog", "remove", f"{catalog}2", "--title", "x", code=2)


def test_its_index(catalog: str, songs: Path, run: Run) -> None:
    run("index", catalog, songs / "0.flac", *MODEL)
    with CatalogWriter(catalog) as writer:
        writer.optimize(index_from=1)
        assert (writer.index.kind, writer.index.n_indexed, writer.index.n_unindexed) == (
            "ready",
            1,
            0,
        )
    run("index", catalog, songs / "1.flac", *MODEL)
    with CatalogWriter(catalog) as writer:
        assert (writer.index.n_indexed, writer.index.n_unindexed) == (1, 1)
        writer.optimize(index_from=1)
        assert (writer.index.n_indexed, writer.index.n_unindexed) == (2, 0)
        writer.optimize(index_from=3)
        assert writer.index.kind == "none"


def test_a_server_sees_what_others_change(catalog: str, songs: Path, run: Run) -> None:
    run("index", catalog, songs / "0.flac", *MODEL)
    library = Library(catalog, ModelBundle.load(TINY_BUNDLE))
    assert len(library.searchable().catalog) == 1
    run("index", catalog, songs / "1.flac", *MODEL)
    found = library.searchable().identifier.identify(songs / "live.wav")
    assert found.matches[0].title == "1"
    library.remove([found.matches[0].track.track_id])
    assert len(library.snapshot().catalog) == 1
