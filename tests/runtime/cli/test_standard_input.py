"""Recordings that are piped in."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch, here: Any, model: list[str]) -> Any:
    """Pipe bytes into a command."""

    def run(content: bytes, *arguments: object, code: int = 0) -> Any:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return here(*arguments, *model, code=code)

    return run


def test_a_recording_is_identified(pipe: Any, indexed: Path, music: Path) -> None:
    song = (music / "03 - Song 2.flac").read_bytes()
    [ranking] = json.loads(pipe(song, "identify", indexed, "-", "--json").stdout)
    assert (ranking["query"], ranking["matches"][0]["title"]) == ("-", "Song 2")
    refused = pipe(b"no audio", "identify", indexed, "-", code=2).stderr
    assert refused.startswith("samesong: 'standard input' is not audio")


def test_recordings_are_compared(pipe: Any, music: Path) -> None:
    path = music / "03 - Song 2.flac"
    found = json.loads(pipe(path.read_bytes(), "compare", "-", path, "--json").stdout)
    assert (found["query"], found["reference"]) == ("-", str(path))
    assert found["same"]
    assert "given twice" in pipe(b"", "compare", "-", "-", code=2).stderr
    assert "is a folder: name one recording" in pipe(b"", "compare", path, music, code=2).stderr


def test_a_concert_is_listed(pipe: Any, indexed: Path, music: Path, tmp_path: Path) -> None:
    song, out = (music / "02 - Song 1.flac").read_bytes(), tmp_path / "out.json"
    pipe(song, "setlist", indexed, "-", "-o", out)
    found = json.loads(out.read_text())
    assert (found["recording"], found["title"]) == ("-", "standard input")
    assert list(tmp_path.iterdir()) == [out]
    refused = pipe(b"no audio", "setlist", indexed, "-", code=2).stderr
    assert "'standard input' is not audio" in refused
    more = ("setlist", indexed, "-", music / "02 - Song 1.flac")
    assert "leave other files and --resume out" in pipe(song, *more, code=2).stderr


def test_a_catalog_keeps_files(pipe: Any, tmp_path: Path) -> None:
    refused = pipe(b"", "index", tmp_path / "catalog", "-", code=2).stderr
    assert "save standard input to a file" in refused
