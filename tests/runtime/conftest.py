"""A tiny model, synthetic songs that can be played in any key and tempo, and hostile files."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.fitted import TempoParameters
from samesong.runtime.matching.numba_policy import PROCESS

SAMPLE_RATE = 22_050
TINY_BUNDLE = Path(__file__).parents[1] / "data" / "tiny_bundle"
ADDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Song = Callable[..., NDArray[np.float32]]
SongFile = Callable[..., Path]


@pytest.fixture(scope="session")
def bundle() -> ModelBundle:
    return ModelBundle.load(TINY_BUNDLE)


@pytest.fixture(scope="session")
def analyser(bundle: ModelBundle) -> Analyser:
    return Analyser(bundle)


def refitted(bundle: ModelBundle, **sections: Any) -> ModelBundle:
    """Return a bundle with other sections of what was fitted."""
    fitted = bundle.fitted.model_copy(update=sections)
    return replace(bundle, manifest=bundle.manifest.model_copy(update={"fitted": fitted}))


def with_tempo(bundle: ModelBundle, works: int = 3) -> ModelBundle:
    """Return a bundle that scores so many works again at the tempo of their alignment."""
    return refitted(bundle, tempo=TempoParameters(fitted_on="Nothing.", works=works, step=1.15))


def catalog_track(track_id: str, **fields: Any) -> CatalogTrack:
    """Return a track of one window of a minute, without tags, with other fields where given."""
    return CatalogTrack(
        **{
            "track_id": track_id,
            "title": None,
            "artist": None,
            "album": None,
            "isrc": None,
            "path": f"/{track_id}",
            "duration": 60.0,
            "content_hash": track_id,
            "n_windows": 1,
            "added": ADDED,
            **fields,
        }
    )


@pytest.fixture(params=["NumPy", "Numba"], scope="module")
def loops(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run tests once with the loops in NumPy, once with the compiled ones."""
    with PROCESS.fixed(request.param == "Numba"):
        yield


@pytest.fixture(scope="session")
def song() -> Song:
    """Make (n_samples,) audio of the song of a seed: random notes of a melody and a bass."""

    def make(
        seed: int, *, seconds: float = 90.0, key: int = 0, tempo: float = 1.0, noise: float = 0.0
    ) -> NDArray[np.float32]:
        notes = np.random.default_rng(seed)
        samples = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
        at = 0.0
        while at < seconds:
            duration = float(notes.choice([0.3, 0.45, 0.6])) / tempo
            first = int(at * SAMPLE_RATE)
            size = min(int(duration * SAMPLE_RATE), len(samples) - first)
            time = np.arange(size, dtype=np.float32) / SAMPLE_RATE
            for pitch in (48 + notes.integers(12), 60 + notes.integers(24)):
                frequency = 440 * 2 ** ((pitch + key - 69) / 12)
                for harmonic in (1, 2, 3):
                    samples[first : first + size] += (
                        np.sin(2 * np.pi * frequency * harmonic * time)
                        * np.exp(-3 * time)
                        * (0.1 / harmonic)
                    )
            at += duration
        hiss = np.random.default_rng(seed + 1).standard_normal(len(samples), np.float32)
        return samples + np.float32(noise) * hiss

    return make


@pytest.fixture
def song_file(song: Song, tmp_path: Path) -> SongFile:
    """Write a song to a WAV file and return its path."""

    def write(name: str, *args: int, **kwargs: float) -> Path:
        path = tmp_path / name
        soundfile.write(path, song(*args, **kwargs), SAMPLE_RATE)
        return path

    return write


def encode(path: Path, codec: str, samples: NDArray[np.float32], **tags: str) -> Path:
    """Write audio with FFmpeg, in the container that the path's suffix names."""
    with av.open(path, "w") as container:
        container.metadata.update(tags)
        stream = container.add_stream(codec, 48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def wav(path: Path, rate: int, channels: int, size: int) -> Path:
    """Write a WAV with `size` bytes of noise, whose header claims what it is told to."""
    block = 2 * channels
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, channels & 0xFFFF, rate),
        *(rate * block & 0xFFFFFFFF, block & 0xFFFF, 16, b"data", size),
    )
    noise = np.random.default_rng(1).integers(-9999, 9999, size // 2, np.int16)
    path.write_bytes(header + noise.tobytes())
    return path


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of small files that made a decoder raise what it should not, or work hard."""
    folder = tmp_path_factory.mktemp("hostile")
    noise = np.random.default_rng(1).normal(0, 0.1, 48_000).astype(np.float32)
    tagged = encode(folder / "title in Latin-1.m4a", "aac", noise, title="Caf#")
    tagged.write_bytes(tagged.read_bytes().replace(b"Caf#", b"Caf\xe9"))
    unknown = encode(folder / "unknown codec.m4a", "aac", noise)
    unknown.write_bytes(unknown.read_bytes().replace(b"mp4a", b"zzzz"))
    unknown = encode(folder / "unknown codec.webm", "libopus", noise)
    unknown.write_bytes(unknown.read_bytes().replace(b"A_OPUS", b"A_ZZZZ"))
    wav(folder / "1 Hz.wav", 1, 1, 21_000)
    wav(folder / "2147483647 Hz.wav", 2**31 - 1, 1, 21_000)
    wav(folder / "65535 channels.wav", 44_100, 65_535, 2**18)
    return folder
