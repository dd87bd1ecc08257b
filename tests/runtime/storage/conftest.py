"""A real S3 server in a process of its own, catalogs in it, and short songs."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from local_s3 import CREDENTIALS, Proxy, make_bucket, running_s3

from samesong.runtime import cli
from samesong.runtime.storage.objects import Objects

TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"
RATE = 22_050
BUCKET = "bucket"


@pytest.fixture(scope="session")
def s3_port() -> Iterator[int]:
    with running_s3() as port:
        make_bucket(port, BUCKET)
        yield port


@pytest.fixture
def s3(s3_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """Run a proxy before the server, to which the environment leads."""
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    with Proxy(s3_port) as proxy:
        environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": proxy.url}
        for name, value in {**environment, "XDG_CACHE_HOME": str(tmp_path / "cache")}.items():
            monkeypatch.setenv(name, value)
        yield proxy


@pytest.fixture
def address(s3: Proxy) -> str:
    """Return an address below which there is nothing."""
    del s3
    return f"s3://{BUCKET}/{uuid4().hex}"


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of songs of 16 s, 0.flac to 2.flac; live.wav is 1, two semitones up."""
    folder = tmp_path_factory.mktemp("songs")
    for seed in range(3):
        soundfile.write(folder / f"{seed}.flac", tune(seed), RATE)
    soundfile.write(folder / "live.wav", tune(1, key=2), RATE)
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, songs: Path) -> Path:
    """Return the folder of a catalog of the first song, and of one of all three: 1 and 3."""
    folder = tmp_path_factory.mktemp("made")
    for count in (1, 3):
        some = [str(songs / f"{seed}.flac") for seed in range(count)]
        assert (
            cli.main(["index", str(folder / str(count)), *some, "--model", str(TINY_BUNDLE)]) == 0
        )
    return folder


Upload = Callable[[int], str]


@pytest.fixture
def upload(made: Path, address: str) -> Upload:
    """Copy a catalog of so many songs into the store, and return its address."""

    def copy(count: int) -> str:
        objects = Objects(address)
        for path in (made / str(count)).rglob("*.*"):
            if path.is_file() and not path.name.startswith("."):
                objects.write(str(path.relative_to(made / str(count))), path.read_bytes())
        return address

    return copy


def tune(seed: int, *, seconds: float = 16.0, key: int = 0) -> np.ndarray:
    """Return (n_samples,) audio of the song of a seed, in random notes."""
    notes = np.random.default_rng(seed)
    size = int(0.4 * RATE)
    time = np.arange(size) / RATE
    pitches = 60 + notes.integers(24, size=int(seconds / 0.4)) + key
    waves = 440 * 2 ** ((pitches[:, None] - 69) / 12) * time
    tones = sum(np.sin(2 * np.pi * n * waves) / n for n in (1, 2, 3))
    return np.asarray(0.1 * np.exp(-3 * time) * tones, np.float32).ravel()


Run = Callable[..., str]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process; its exit code must be `code`. Return what it printed."""

    def samesong(*arguments: object, code: int = 0) -> str:
        capfd.readouterr()
        done = cli.main(list(map(str, arguments)))
        printed = capfd.readouterr()
        assert done == code, printed
        assert "Traceback" not in printed.err
        return printed.out if code == 0 else printed.err

    return samesong
