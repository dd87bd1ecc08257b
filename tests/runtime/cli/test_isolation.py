"""Commands read files in workers where they are told to, with the same results."""

import json
from pathlib import Path
from typing import Any


def test_hostile_files_are_the_only_failures(
    here: Any, model: list[str], write_song: Any, hostile: Path, tmp_path: Path
) -> None:
    songs = [write_song(tmp_path / f"{seed}.wav", seed, seconds=2.0) for seed in range(2)]
    catalog = tmp_path / "catalog"
    index = ("index", catalog, hostile, *songs, *model, "--isolate", "--json")
    report = json.loads(here(*index, code=1).stdout)
    by_name = {Path(file["path"]).name: file for file in report["files"]}
    assert [by_name[song.name]["status"] for song in songs] == ["added", "added"]
    assert "/1 Hz.wav' claims 1 sample a second" in by_name["1 Hz.wav"]["detail"]
    identify = ("identify", catalog, hostile / "1 Hz.wav", songs[1], *model, "--isolate", "--json")
    refused, answer = json.loads(here(*identify, code=1).stdout)
    assert "claims 1 sample a second" in refused["error"]
    assert answer["query"] == str(songs[1])
    assert answer["matches"][0]["title"] == "1"
