"""Looking after a catalog from the command line."""

import json
from pathlib import Path
from typing import Any

_FINDINGS = ("deleted", "changed", "retagged", "unreachable", "doubles", "contradictions")


def test_info(here: Any, indexed: Path) -> None:
    info = json.loads(here("catalog", "info", indexed, "--json").stdout)
    assert info["location"] == str(indexed)
    assert (info["n_tracks"], info["n_windows"], info["duration"]) == (6, 6, 180)
    assert info["bytes"] > 0
    assert info["index"] == {"kind": "none", "n_indexed": 0, "n_unindexed": 6, "problem": ""}
    assert info["model"]["name"] == "tiny"
    assert info["model"]["front_end"]["name"] == "direct"
    lines = here("catalog", "info", indexed).stdout.splitlines()
    assert lines[2].split() == ["tracks", "6"]


def test_list(here: Any, indexed: Path, music: Path) -> None:
    tracks = json.loads(here("catalog", "list", indexed, "--json").stdout)
    assert [track["title"] for track in tracks] == [f"Song {i}" for i in range(6)]
    assert [track["path"] for track in tracks] == [str(path) for path in sorted(music.iterdir())]
    for track in tracks:
        assert track["content_hash"].startswith(track["track_id"])
    lines = here("catalog", "list", indexed).stdout.splitlines()
    assert len(lines) == 7
    assert lines[1].endswith(tracks[0]["path"])


def test_remove_by_id_and_by_path(here: Any, catalog: Path) -> None:
    tracks = json.loads(here("catalog", "list", catalog, "--json").stdout)
    unknown = here("catalog", "remove", catalog, tracks[0]["track_id"], "nonsense", code=2)
    assert "nonsense" in unknown.stderr
    here("catalog", "remove", catalog, tracks[0]["track_id"], tracks[3]["path"])
    left = json.loads(here("catalog", "list", catalog, "--json").stdout)
    assert left == [track for i, track in enumerate(tracks) if i not in (0, 3)]
    assert here("catalog", "verify", catalog).stdout == "clean: 4 tracks, 4 windows\n"


def test_remove_by_a_path_that_is_printed_otherwise(
    here: Any, catalog: Path, music: Path, model: list[str]
) -> None:
    song = catalog.parent / "two\nlines.flac"
    song.write_bytes(sorted(music.iterdir())[0].read_bytes() + b"other")
    here("index", catalog, song, *model)
    printed = str(song).replace("\n", "\\n")
    assert printed in here("catalog", "list", catalog).stdout
    here("catalog", "remove", catalog, printed)
    assert printed not in here("catalog", "list", catalog).stdout


def test_one_track_is_one(here: Any, catalog: Path) -> None:
    tracks = json.loads(here("catalog", "list", catalog, "--json").stdout)
    said = here("catalog", "remove", catalog, *(track["track_id"] for track in tracks[1:])).stdout
    assert said.endswith(" has 1 track\n")
    assert here("catalog", "verify", catalog).stdout == "clean: 1 track, 1 window\n"


def test_optimize_keeps_everything(here: Any, catalog: Path) -> None:
    before = here("catalog", "list", catalog, "--json").stdout
    said = here("catalog", "optimize", catalog).stdout
    assert said.startswith("optimized: ")
    assert "; index: none; " in said
    assert here("catalog", "list", catalog, "--json").stdout == before
    report = json.loads(here("catalog", "verify", catalog, "--json").stdout)
    assert report == {
        "n_tracks": 6,
        "n_windows": 6,
        "n_unusable": 0,
        "problems": [],
        "leftovers": 0,
        **{key: [] for key in _FINDINGS},
    }


def test_verify_finds_lost_data(here: Any, catalog: Path) -> None:
    for data in (catalog / "windows.lance" / "data").iterdir():
        data.unlink()
    report = here("catalog", "verify", catalog, "--json", code=1)
    assert json.loads(report.stdout)["problems"]
    assert "damaged" in report.stderr
