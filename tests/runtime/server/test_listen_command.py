"""``samesong listen``: what comes through a pipe is identified as it comes."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.runtime import cli

TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"
RATE = 22_050


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Pipe bytes into the command, and return what it prints."""

    def run(content: bytes, *arguments: object, code: int = 0) -> Any:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        returned = cli.main(["listen", *map(str, arguments), "--model", str(TINY_BUNDLE)])
        said = capsys.readouterr()
        assert returned == code, said.err
        return said.err if code else said.out

    return run


def wav(samples: Any) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, "PCM_16", format="WAV")
    return file.getvalue()


def test_wav(listen: Any, indexed: Path, song: Any) -> None:
    lines = listen(wav(song(2)), indexed, "-").splitlines()
    assert lines[-1].startswith("0:12  'Song 2', score ")
    assert lines[-1].endswith("of the track")


def test_bare_pcm_for_programs(listen: Any, indexed: Path, song: Any) -> None:
    content = np.round(song(1) * 32_767).astype("<i2").tobytes()
    said = listen(content, indexed, "-", "--rate", RATE, "--json", "--top", 2)
    answers = [json.loads(line) for line in said.splitlines()]
    assert answers[-1]["heard"] == 12
    assert [match["rank"] for match in answers[-1]["matches"]] == [1, 2]
    assert answers[-1]["matches"][0]["title"] == "Song 1"


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
