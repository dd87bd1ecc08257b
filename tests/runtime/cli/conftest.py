"""The real command line in processes of its own, and recordings to feed it."""

import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from samesong.runtime import cli
from samesong.runtime.demo.run import DEMO_AUDIO

SAMESONG = Path(sys.executable).with_name("samesong")
TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"
RATE = 22_050

WriteSong = Callable[..., Path]


@dataclass(frozen=True)
class Result:
    """What a command printed."""

    stdout: str
    stderr: str


Run = Callable[..., Result]


def environment(**extra: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "SAMESONG_TRACEBACK"}
    return {**inherited, "COLUMNS": "80", **extra}


@pytest.fixture(scope="session")
def samesong() -> Run:
    """Run a command; its exit code must be `code`, and no traceback may reach the user."""

    def run(*arguments: object, code: int = 0, before: Sequence[str] = (), **env: str) -> Result:
        done = subprocess.run(
            [*before, str(SAMESONG), *map(str, arguments)],
            capture_output=True,
            check=False,
            env=environment(**env),
        )
        result = Result(done.stdout.decode(), done.stderr.decode())
        assert done.returncode == code, result
        assert "Traceback" not in result.stderr
        return result

    return run


@pytest.fixture(scope="session")
def model() -> list[str]:
    return ["--model", str(TINY_BUNDLE)]


def play(
    seed: int, *, seconds: float = 30.0, key: int = 0, tempo: float = 1.0, noise: float = 0.0
) -> NDArray[np.float32]:
    """Return (n_samples,) audio of the song of a seed: random notes, two at a time."""
    notes = np.random.default_rng(seed)
    samples = np.zeros(int(seconds * RATE), np.float32)
    at = 0.0
    while at < seconds:
        duration = float(notes.choice([0.3, 0.45, 0.6])) / tempo
        first = int(at * RATE)
        size = min(int(duration * RATE), len(samples) - first)
        time = np.arange(size, dtype=np.float32) / RATE
        for pitch in (48 + notes.integers(12), 60 + notes.integers(24)):
            frequency = 440 * 2 ** ((pitch + key - 69) / 12)
            for harmonic in (1, 2, 3):
                tone = np.sin(2 * np.pi * frequency * harmonic * time) * np.exp(-3 * time)
                samples[first : first + size] += tone * (0.1 / harmonic)
        at += duration
    hiss = np.random.default_rng(seed + 1).standard_normal(len(samples), np.float32)
    return samples + np.float32(noise) * hiss


@pytest.fixture(scope="session")
def write_song() -> WriteSong:
    """Write the song of a seed to a file and return its path."""

    def write(path: Path, seed: int, **how: float) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, play(seed, **how), RATE)
        return path

    return write


@pytest.fixture(scope="session")
def music(tmp_path_factory: pytest.TempPathFactory, write_song: WriteSong) -> Path:
    """Return a folder of six studio recordings, song 0 to song 5."""
    folder = tmp_path_factory.mktemp("music")
    for seed in range(6):
        write_song(folder / f"{seed + 1:02} - Song {seed}.flac", seed)
    return folder


@pytest.fixture(scope="session")
def indexed(
    tmp_path_factory: pytest.TempPathFactory, samesong: Run, model: list[str], music: Path
) -> Path:
    """Return a catalog of `music`, only to be read."""
    folder = tmp_path_factory.mktemp("indexed") / "catalog"
    samesong("index", folder, music, *model)
    return folder


@pytest.fixture(scope="session")
def demo(make_once: Any, samesong: Run) -> Any:
    """Return the catalog of the demo's studio recordings by the bundled model, only to be read."""

    def index(folder: Path) -> tuple[Path, str, str]:
        made = samesong("index", folder / "catalog", *sorted(DEMO_AUDIO.glob("[so]*_*.opus")))
        return folder / "catalog", made.stdout, made.stderr

    return make_once("demo", index)


@pytest.fixture
def demo_catalog(demo: Any, tmp_path: Path) -> Path:
    """Return such a catalog of its own."""
    return Path(shutil.copytree(demo.path, tmp_path / "catalog"))


@pytest.fixture
def catalog(indexed: Path, tmp_path: Path) -> Path:
    """Return a catalog of `music` of its own; a catalog is a folder and can be copied."""
    return Path(shutil.copytree(indexed, tmp_path / "catalog"))


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, which is quicker; its exit code must be `code`."""

    def run(*arguments: object, code: int = 0) -> Result:
        returned = cli.main([str(argument) for argument in arguments])
        result = Result(*capsys.readouterr())
        assert returned == code, result
        return result

    return run


def on_a_terminal(*arguments: object, columns: int = 120) -> str:
    """Run a command that finds itself on a terminal; return what it shows, without styles."""
    master, slave = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    command = [str(SAMESONG), *map(str, arguments)]
    with subprocess.Popen(command, stdout=slave, stderr=slave, env=environment) as child:
        os.close(slave)
        shown = b""
        with suppress(OSError):  # how the end of a terminal is told
            while piece := os.read(master, 65536):
                shown += piece
    os.close(master)
    assert child.returncode == 0
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", shown.decode())
