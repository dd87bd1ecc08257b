"""What identification tells of itself, and how it can be made to compare with everything."""

import json
from pathlib import Path
from typing import Any

import pytest
import soundfile

from samesong.features import load
from samesong.runtime.demo.run import DEMO_AUDIO


def test_explain(here: Any, indexed: Path, music: Path, model: list[str]) -> None:
    query = sorted(music.iterdir())[3]
    told = here("identify", indexed, query, *model, "--explain", "--json").stdout
    [ranking] = json.loads(told)
    explained = ranking["explain"]
    stages = explained.pop("milliseconds")
    assert set(stages) == {"analyse", "score", "align"}
    assert all(time > 0 for time in stages.values())
    assert explained == {
        "windows": 6,
        "search": "exhaustive",
        "index": None,
        "unindexed": 0,
        "candidates": 6,
        "pairs": 6,
    }
    lines = here("identify", indexed, query, *model, "--explain").stdout.splitlines()
    assert "windows in the catalog  6" in lines
    assert any(line.startswith("score, ms") for line in lines)


def test_exhaustive(here: Any, indexed: Path, music: Path, model: list[str]) -> None:
    query = sorted(music.iterdir())[2]
    arguments = ("identify", indexed, query, *model, "--json")
    rankings = [
        json.loads(here(*arguments, *more).stdout)[0]["matches"] for more in ([], ["--exhaustive"])
    ]
    assert "explain" not in rankings[0]
    assert rankings[0] == rankings[1]


def test_an_empty_catalog_is_named(here: Any, catalog: Path, music: Path, model: list[str]) -> None:
    tracks = json.loads(here("catalog", "list", catalog, "--json").stdout)
    here("catalog", "remove", catalog, *(track["track_id"] for track in tracks))
    query = sorted(music.iterdir())[0]
    said = here("identify", catalog, query, *model, code=2).stderr
    assert f"catalog {catalog} is empty: add recordings with 'samesong index" in said


@pytest.mark.parametrize("semitones", [-0.5, 0.5])
def test_a_tape_at_the_wrong_speed_is_the_same_song(
    here: Any, demo: Any, tmp_path: Path, semitones: float
) -> None:
    tape = tmp_path / "tape.wav"
    soundfile.write(
        tape, load(DEMO_AUDIO / "live_greensleeves.opus"), round(22_050 * 2 ** (semitones / 12))
    )
    [found] = json.loads(here("identify", demo.path, tape, "--json").stdout)
    best = found["matches"][0]
    assert best["title"] == "Greensleeves"
    assert best["probability"] > 0.6  # .25 half a semitone up when it is heard at concert pitch
