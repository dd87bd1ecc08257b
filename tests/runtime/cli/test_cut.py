"""A recording cut into its songs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import mutagen
import numpy as np
import pytest
import soundfile

from samesong.features import audio
from tests.runtime.cli.conftest import RATE, play

SONGS = [("Café/“Two”", 2.0, 7.0), ("曲", 8.0, 14.5)]


@pytest.fixture
def listed(tmp_path: Path) -> Callable[[Path], Path]:
    """Write a set list of two songs in a recording, and return its file."""

    def write(recording: Path) -> Path:
        songs = [
            {"start": start, "end": end, "track": {"track_id": "", "title": title, "artist": "B"}}
            for title, start, end in SONGS
        ]
        content = {"schema": 3, "recording": str(recording), "duration": 15.0, "songs": songs}
        path = tmp_path / "list.json"
        path.write_text(json.dumps(content))
        return path

    return write


def test_anything_becomes_flac_to_the_sample(here: Any, listed: Any, tmp_path: Path) -> None:
    recording, folder = tmp_path / "night.wav", tmp_path / "songs"
    soundfile.write(recording, play(1, seconds=15), RATE, "PCM_16")
    said = here("report", listed(recording), "--cut", folder).stdout
    assert said == f"cut into {folder}: 2 converted to FLAC\n"
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["01 Café_“Two”.flac", "02 曲.flac"]
    whole, _ = soundfile.read(recording, dtype="int16")
    for file, (title, start, end) in zip(files, SONGS, strict=True):
        part, _ = soundfile.read(file, dtype="int16")
        assert np.array_equal(part, whole[round(start * RATE) : round(end * RATE)])
        tags = mutagen.File(file, easy=True)
        told = [tags[name][0] for name in ("title", "artist", "album")]
        assert told == [title, "B", "night"]


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp3", "libmp3lame"), ("a.m4a", "aac"), ("a.mkv", "libopus")]
)
def test_packets_are_copied(here: Any, listed: Any, tmp_path: Path, name: str, codec: str) -> None:
    recording, folder = tmp_path / name, tmp_path / "songs"
    with av.open(str(recording), "w") as out:
        stream = out.add_stream(codec, 48_000, layout="mono")
        resampler = av.AudioResampler(stream.codec_context.format, "mono", 48_000)
        frame = av.AudioFrame.from_ndarray(play(1, seconds=15)[None], "fltp", "mono")
        frame.sample_rate = RATE
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    before = packets(recording)
    said = here("report", listed(recording), "--cut", folder).stdout
    assert said == f"cut into {folder}: 2 copied as they are\n"
    for file, (title, start, end) in zip(sorted(folder.iterdir()), SONGS, strict=True):
        after = packets(file)
        at = before.index(after[0])
        assert before[at : at + len(after)] == after
        assert len(audio.load(file, sample_rate=RATE)) / RATE == pytest.approx(end - start, abs=0.1)
        assert mutagen.File(file, easy=True)["title"] == [title]


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def test_what_is_there_is_kept(
    *, here: Any, listed: Any, tmp_path: Path, indexed: Path, model: list[str], music: Path
) -> None:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "letter").write_text("dear")
    refused = here("report", listed(tmp_path / "none.wav"), "--cut", folder, code=2).stderr
    assert f"{folder} holds something already: name a new or empty folder" in refused
    new = tmp_path / "new"
    missing = here("report", listed(tmp_path / "none.wav"), "--cut", new, code=2).stderr
    assert "none.wav" in missing
    concert = music / "01 - Song 0.flac"
    command = ("setlist", indexed, concert, *model, "--cut", new, "--isolate")
    assert "without --isolate" in here(*command, code=2).stderr
