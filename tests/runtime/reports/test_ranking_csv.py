"""Answers for many recordings in one CSV file."""

import csv
from pathlib import Path

import pytest

from samesong.features.errors import ManifestError
from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.reports.ranking_csv import COLUMNS, open_ranking_csv


def match(rank: int, title: str | None, probability: float) -> Match:
    track = TrackInfo(f"id{rank}", title, "The Band", None, "GBAYE6800011", "/a.flac", 60.0)
    return Match(rank, "work", track, probability, (), -3, (0.0, 60.0), (0.0, 60.0), 1.25)


def ranking(query: str, *matches: Match, verdict: Verdict = Verdict.MATCH) -> Ranking:
    told = verdict if matches else Verdict.NONE
    return Ranking(query, told, matches, none=0.5, seconds=1.234)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_line_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with open_ranking_csv(path) as rows:
        rows.add(ranking("a.wav", match(1, "=Song", 0.81236), match(2, None, 0.1)))
        rows.add(ranking("b.wav"))
        rows.add_failure("-c.wav", "c.wav:\nis silent")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    first, second, third = read(path)
    assert list(first) == list(COLUMNS)
    assert first == {
        "query": "a.wav",
        "verdict": "match",
        "title": "'=Song",
        "artist": "The Band",
        "probability": "0.8123",
        "candidates": "",
        "key_shift": "-3",
        "tempo_ratio": "1.250",
        "work_id": "work",
        "track_id": "id1",
        "isrc": "GBAYE6800011",
        "iswc": "",
        "seconds": "1.23",
        "error": "",
        "made_with": "{}",
    }
    assert second["title"] == second["probability"] == second["key_shift"] == ""
    assert third["query"] == "'-c.wav"
    assert third["error"] == "c.wav: is silent"
    assert third["verdict"] == ""


@pytest.mark.parametrize("verdict", [Verdict.PROBABLE, Verdict.NONE])
def test_what_is_no_match_has_candidates_and_no_name(tmp_path: Path, verdict: Verdict) -> None:
    found = (match(1, "=Song", 0.41236), match(2, None, 0.1), match(3, "Far", 0.001))
    with open_ranking_csv(tmp_path / "results.csv") as rows:
        rows.add(ranking("a.wav", *found, verdict=verdict))
    [row] = read(tmp_path / "results.csv")
    assert row["verdict"] == verdict
    assert row["candidates"] == "'=Song - The Band 41 %; The Band 10 %"
    named = ("title", "artist", "probability", "work_id", "track_id", "isrc", "key_shift")
    assert [row[name] for name in named] == [""] * len(named)


def test_every_line_is_there_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with open_ranking_csv(path) as rows:
        assert read(path) == []
        rows.add(ranking("a.wav", match(1, "Song", 0.4)))
        assert [row["query"] for row in read(path)] == ["a.wav"]


def test_an_earlier_run_is_resumed(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with open_ranking_csv(path, resume=True) as rows:
        rows.add(ranking("=a.wav", match(1, "Song", 0.4)))
        rows.add_failure("b.wav", "cannot be read")
    with path.open("a") as stream:
        stream.write('"c.wav","mat')  # killed while it wrote
    with open_ranking_csv(path, resume=True) as rows:
        assert [query in rows for query in ("=a.wav", "b.wav", "c.wav")] == [True, False, False]
        rows.add(ranking("b.wav", match(1, "Song", 0.4)))
    assert [row["query"] for row in read(path)] == ["'=a.wav", "b.wav"]


def test_an_earlier_run_with_other_options_is_not_resumed(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    made = {"--artist": "'The Band'", "--top": "10"}
    with open_ranking_csv(path, made) as rows:
        rows.add(ranking("a.wav", match(1, "Song", 0.4)))
        rows.add_failure("b.wav", "cannot be read")
    before = path.read_bytes()
    with open_ranking_csv(path, dict(reversed(made.items())), resume=True):
        pass
    told = "--artist was 'The Band', and is not given now; --top was 10, and is 3 now: resume with"
    with pytest.raises(ManifestError, match=told):
        open_ranking_csv(path, {"--top": "3"}, resume=True).__enter__()
    assert path.read_bytes() == before.partition(b'"b.wav"')[0]


def test_an_earlier_run_is_replaced_unless_resumed(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("anything")
    with open_ranking_csv(path) as rows:
        rows.add(ranking("a.wav"))
    assert [row["query"] for row in read(path)] == ["a.wav"]


@pytest.mark.parametrize("content", [b"", b"title,artist\n", b"\xff\xfe\xff", b"fLaC\0\0\x81"])
def test_another_file_is_not_resumed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "results.csv"
    path.write_bytes(content)
    with pytest.raises(ManifestError, match="does not hold the answers of an earlier run"):
        open_ranking_csv(path, resume=True).__enter__()
    assert path.read_bytes() == content
