"""Users choose what of a recording is listened to, and learn what was chosen for them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

RATE = 22_050


@pytest.fixture
def stereo(write_song: Any, tmp_path: Path) -> Any:
    """Writes a song and another one to the two channels of a file."""

    def write(left: int, right: int | None) -> Path:
        first, _ = soundfile.read(write_song(tmp_path / "parts" / "a.wav", left))
        other = -first
        if right is not None:
            other, _ = soundfile.read(write_song(tmp_path / "parts" / "b.wav", right))
        path = tmp_path / "stereo.wav"
        size = min(len(first), len(other))
        soundfile.write(path, np.stack([first[:size], other[:size]], axis=1), RATE)
        return path

    return write


def first_of(answers: str) -> str:
    [answer] = json.loads(answers)
    return str(answer["matches"][0]["title"])


@pytest.mark.parametrize("isolate", [(), ("--isolate",)])
def test_a_channel_can_be_chosen(
    here: Any, indexed: Path, model: list[str], stereo: Any, isolate: tuple[str, ...]
) -> None:
    command = ("identify", indexed, stereo(1, 4), *model, "--json", *isolate)
    assert first_of(here(*command, "--channel", "left").stdout) == "Song 1"
    assert first_of(here(*command, "--channel", "2").stdout) == "Song 4"
    refused = here(*command, "--channel", "3", code=2)
    assert "has 2 channels, and no channel 3; choose another" in refused.stderr
    refused = here(*command, "--stream", "2", code=2)
    assert "has 1 audio stream, and no stream 2; choose another" in refused.stderr


@pytest.mark.parametrize("isolate", [(), ("--isolate",)])
def test_a_channel_can_be_compared(
    here: Any, music: Path, model: list[str], stereo: Any, isolate: tuple[str, ...]
) -> None:
    command = ("compare", music / "02 - Song 1.flac", stereo(1, 4), *model, "--json", *isolate)
    left, right = (
        json.loads(here(*command, "--channel", name).stdout)["pair_probability"]
        for name in ("left", "right")  # of one channel, either is that
    )
    assert left > 2 * right
    refused = here(*command, "--channel", "2", code=2)  # which the first of them does not have
    assert "Song 1.flac' has 1 channel, and no channel 2; choose another" in refused.stderr
    refused = here(*command, "--stream", "2", code=2)
    assert "has 1 audio stream, and no stream 2; choose another" in refused.stderr


def test_a_channel_can_be_evaluated(
    here: Any, music: Path, model: list[str], stereo: Any, tmp_path: Path
) -> None:
    manifest = tmp_path / "list.csv"
    studio = [f"{music / f'{n + 1:02} - Song {n}.flac'},{n},studio" for n in (1, 2, 4)]
    manifest.write_text("\n".join(["path,work_id,kind", *studio, f"{stereo(1, 4)},4,live", ""]))
    command = ("evaluate", manifest, *model, "--json", "--channel")
    first = json.loads(here(*command, "right").stdout)["live_to_studio"]["MR1"]["value"]
    other = json.loads(here(*command, "left").stdout)["live_to_studio"]["MR1"]["value"]
    assert first == 1 < other
    failed = here(*command, "2", code=1)  # the songs have one channel each
    assert "Song 4.flac' has 1 channel, and no channel 2; choose another" in failed.stderr


def test_antiphase_is_heard_and_told(
    here: Any, indexed: Path, model: list[str], stereo: Any, caplog: pytest.LogCaptureFixture
) -> None:
    path = stereo(2, None)
    assert first_of(here("identify", indexed, path, *model, "--json").stdout) == "Song 2"
    assert "its channels cancel each other" in caplog.text
    caplog.clear()
    here("setlist", indexed, path, *model, "--format", "json")
    assert "its channels cancel each other" in caplog.text


def test_a_channel_that_is_none_is_wrong_usage(here: Any, indexed: Path, model: list[str]) -> None:
    refused = here("identify", indexed, "a.wav", *model, "--channel", "top", code=2)
    assert "'top' is no channel: give left, right, mid, side or a number from 1" in refused.stderr


def test_what_is_passed_over_is_counted_and_listed(
    here: Any, model: list[str], write_song: Any, tmp_path: Path
) -> None:
    music = write_song(tmp_path / "music" / "1.wav", 1, seconds=2.0).parent
    for name in ("cover.jpg", "back.JPG", "notes.txt", "README", ".hidden"):
        (music / name).touch()
    index = ("index", tmp_path / "catalog", music, *model)
    said = here(*index).stdout
    assert "4 other files passed over (2 .jpg, 1 README, 1 .txt); --json names them all" in said
    report = json.loads(here(*index, "--json").stdout)
    names = [Path(path).name for path in report["passed_over"]]
    assert names == ["README", "back.JPG", "cover.jpg", "notes.txt"]
