"""``samesong listen``: sound that comes through a pipe is identified as it comes."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.runtime.cli.conftest import RATE, play


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch, here: Any, model: list[str]) -> Any:
    """Pipe bytes into the command, and return what it prints."""

    def run(content: bytes, *arguments: object, code: int = 0) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        result = here("listen", *arguments, *model, code=code)
        return result.stderr if code else result.stdout

    return run


def wav(samples: Any) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, "PCM_16", format="WAV")
    return file.getvalue()


def test_wav(listen: Any, indexed: Path) -> None:
    lines = listen(wav(play(2, seconds=12)), indexed, "-").splitlines()
    assert lines[-1].startswith("0:12  'Song 2', ")
    assert lines[-1].endswith("of the track")


def test_bare_pcm_for_programs(listen: Any, indexed: Path) -> None:
    content = np.round(play(1, seconds=12) * 32_767).astype("<i2").tobytes()
    said = listen(content, indexed, "-", "--rate", RATE, "--jsonl", "--top", 2)
    answers = [json.loads(line) for line in said.splitlines()]
    assert answers[-1]["heard"] == 12
    assert [match["rank"] for match in answers[-1]["matches"]] == [1, 2]
    assert answers[-1]["matches"][0]["title"] == "Song 1"


def test_a_list_grows(listen: Any, indexed: Path, tmp_path: Path) -> None:
    sound = np.concatenate([play(2, seconds=25), play(4, seconds=30)])
    out, plain = tmp_path / "heard.json", tmp_path / "heard.tracklist.txt"
    listen(wav(sound), indexed, "-", "-o", out, "-o", plain)
    found = json.loads(out.read_text())
    titles = [song["track"]["title"] for song in found["songs"]]
    assert titles[0] == "Song 2"
    assert (found["recording"], found["duration"]) == ("live sound", 55)
    assert found["threshold"] == 0.5
    assert len(plain.read_text().splitlines()) in (len(titles), len(titles) + 1)
    refused = listen(b"", indexed, "-", "-o", tmp_path / "heard.xyz", code=2)
    assert "names no format: give" in refused


def test_silence(listen: Any, indexed: Path) -> None:
    assert "silence" in listen(wav(np.zeros(5 * RATE)), indexed, "-").splitlines()[-1]


def test_wrong_use(listen: Any, indexed: Path, tmp_path: Path) -> None:
    assert "--rate" in listen(b"no wave", indexed, "-", code=2)
    assert "add -" in listen(b"", indexed, "--rate", RATE, code=2)
    assert "no catalog" in listen(b"", tmp_path / "none", "-", code=2)


def test_a_microphone_needs_its_extra(
    listen: Any, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)  # as where it is not installed
    assert "pip install '.[listen]'" in listen(b"", indexed, code=2)
