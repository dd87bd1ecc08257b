"""From studio recordings to the answer, as a user goes the way."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import mutagen
import pytest

from tests.runtime.cli.conftest import on_a_terminal

MATCH = {
    "rank": int,
    "track_id": str,
    "title": str,
    "artist": type(None),
    "isrc": type(None),
    "iswc": type(None),
    "probability": float,
    "key_shift": int,
    "query_span": list,
    "reference_span": list,
}


def has_types(value: dict[str, Any], types: dict[str, type]) -> bool:
    return all(type(value[name]) is kind for name, kind in types.items())


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, write_song: Any) -> Path:
    """Return song 2, played two semitones higher, faster, with hiss."""
    folder = tmp_path_factory.mktemp("live")
    return write_song(folder / "live.wav", 2, key=2, tempo=1.04, noise=0.005)


def test_identify_ranks_the_right_track_first(
    samesong: Any, model: Any, indexed: Path, live: Path
) -> None:
    result = samesong("identify", indexed, live, *model, "--json", "--top", "3")
    [ranking] = json.loads(result.stdout)
    assert has_types(ranking, {"query": str, "matches": list, "accepted": bool, "seconds": float})
    assert ranking["query"] == str(live)
    assert [match["rank"] for match in ranking["matches"]] == [1, 2, 3]
    scores = [match["probability"] for match in ranking["matches"]]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= min(scores) <= max(scores) <= 1
    for match in ranking["matches"]:
        assert has_types(match, MATCH)
        for start, end in (match["query_span"], match["reference_span"]):
            assert 0 <= start < end <= 31
    assert ranking["matches"][0]["title"] == "Song 2"
    assert ranking["matches"][0]["key_shift"] == 2
    assert result.stderr == ""


def test_identify_prints_whole_lines_when_piped(
    *, samesong: Any, here: Any, model: Any, catalog: Path, tmp_path: Path, write_song: Any
) -> None:
    long = write_song(tmp_path / ("A Very Long Title Indeed " * 6 + ".flac"), 7)
    here("index", catalog, long, *model)
    lines = samesong("identify", catalog, long, *model, "--top", "2").stdout.splitlines()
    assert lines[1].startswith(f"This is '{long.stem.strip()}'")
    assert lines[2].split()[:4] == ["prob.", "title", "artist", "key"]
    assert long.stem.strip() in lines[3]
    assert not any("\t" in line for line in lines)


def test_identify_says_when_nothing_matches(
    here: Any, model: Any, indexed: Path, live: Path
) -> None:
    arguments = ("identify", indexed, live, *model, "--threshold", "1")
    said = here(*arguments).stdout.splitlines()
    assert re.fullmatch(rf"{re.escape(str(live))} \(in \d+\.\d s\)", said[0])
    assert re.fullmatch(r"None of these: the best probability, \d+ %, is below 100 %\.", said[1])
    [ranking] = json.loads(here(*arguments, "--json").stdout)
    assert ranking["accepted"] is False
    assert len(ranking["matches"]) == 6


def test_identify_goes_on_after_a_failure(
    here: Any, model: Any, indexed: Path, live: Path, tmp_path: Path
) -> None:
    text = tmp_path / "text.wav"
    text.write_text("not audio")
    result = here("identify", indexed, text, live, *model, "--json", code=1)
    failed, ranking = json.loads(result.stdout)
    assert failed["query"] == str(text)
    assert str(text) in failed["error"]
    assert str(text) in result.stderr
    assert ranking["matches"][0]["title"] == "Song 2"


def test_index_reports_in_json(
    *, samesong: Any, here: Any, model: Any, music: Path, tmp_path: Path, write_song: Any
) -> None:
    catalog = tmp_path / "catalog"
    first, twin = music / "01 - Song 0.flac", tmp_path / "twin.flac"
    twin.write_bytes(first.read_bytes())
    report = json.loads(samesong("index", catalog, first, twin, *model, "--json").stdout)
    assert has_types(report, {"catalog": str, "n_tracks": int, "seconds": float})
    added, duplicate = report["files"]
    assert added == {
        "path": str(first),
        "status": "added",
        "track_id": added["track_id"],
        "detail": None,
        "dropped": None,
    }
    assert (duplicate["status"], duplicate["detail"]) == ("duplicate", str(first))
    assert report["n_tracks"] == 1
    assert report["failures"] == []
    # The same again changes nothing; other content under a known path takes its place.
    write_song(twin, 9)
    again = json.loads(here("index", catalog, first, twin, *model, "--json").stdout)
    assert [file["status"] for file in again["files"]] == ["present", "added"]
    write_song(twin, 10)
    again = json.loads(here("index", catalog, twin, *model, "--json").stdout)
    assert [file["status"] for file in again["files"]] == ["replaced"]
    assert again["n_tracks"] == 2
    assert here("catalog", "verify", catalog).stdout == "clean: 2 tracks, 2 windows\n"


def test_compare(here: Any, model: Any, music: Path, live: Path, tmp_path: Path) -> None:
    studio = music / "03 - Song 2.flac"
    picture = tmp_path / "picture.png"
    result = here("compare", live, studio, *model, "--json", "--plot", picture)
    comparison = json.loads(result.stdout)
    assert comparison["query"] == str(live)
    assert comparison["reference"] == str(studio)
    assert comparison["same"] is True
    assert comparison["key_shift"] == 2
    assert comparison["pair_probability"] > 0.5
    assert picture.read_bytes().startswith(b"\x89PNG")
    lines = here("compare", live, music / "01 - Song 0.flac", *model).stdout.splitlines()
    assert lines[0] == "Not the same song."


def test_evaluate(here: Any, model: Any, music: Path, live: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "list.csv"
    rows = [(music / f"{i + 1:02} - Song {i}.flac", f"work {i}", "studio") for i in range(3)]
    rows += [(live, "work 2", "live"), (tmp_path / "missing.wav", "work 0", "live")]
    with manifest.open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "work_id", "kind"), *rows])
    result = here("evaluate", manifest, *model, "--json", code=1)
    assert "missing.wav" in result.stderr
    evaluation = json.loads(result.stdout)
    assert (evaluation["model"], evaluation["n_tracks"]) == ("tiny", 4)
    for part, n_queries in (("all_vs_all", 2), ("live_to_studio", 1)):
        metrics = evaluation[part]
        assert (metrics["n_queries"], metrics["n_references"]) == (n_queries, 3)
        for name in ("mAP", "MR1", "MRR", "top1", "top5", "top10"):
            assert set(metrics[name]) == {"value", "low", "high"}
    assert evaluation["live_to_studio"]["top1"]["value"] == 1
    manifest.write_text("path,work\na.wav,1\n")
    assert "work_id" in here("evaluate", manifest, *model, code=2).stderr


def test_tags_reach_the_answer(here: Any, model: Any, tmp_path: Path, write_song: Any) -> None:
    song = write_song(tmp_path / "song.flac", 1)
    tags = mutagen.File(song)
    tags["title"], tags["artist"] = "Greensleeves", "[bold]Anon"
    tags.save()
    here("index", tmp_path / "catalog", song, *model)
    [track] = json.loads(here("catalog", "list", tmp_path / "catalog", "--json").stdout)
    assert (track["title"], track["artist"]) == ("Greensleeves", "[bold]Anon")
    answer = here("identify", tmp_path / "catalog", song, *model).stdout
    assert "This is 'Greensleeves' by [bold]Anon, with a probability " in answer


def test_a_terminal_gets_tables_and_bars(model: Any, music: Path, tmp_path: Path) -> None:
    catalog, song = tmp_path / "catalog", music / "01 - Song 0.flac"
    bar = on_a_terminal("index", catalog, song, *model)
    assert "1/1" in bar
    assert "1 added" in bar
    answer = on_a_terminal("identify", catalog, song, *model, "--threshold", "1")
    assert "is below 100 %" in " ".join(answer.split())
    assert "  Song 0  " in answer
