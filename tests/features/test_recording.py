"""Recordings in every form: one sound, and a sentence for whatever is none."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.features import AudioFile, AudioSamples, load, probe
from samesong.features.errors import AudioError, DecodeError, InvalidSamplesError, ShortAudioError
from samesong.features.recording import name_of, recording_of

RATE = 44_100
TONE = (0.3 * np.sin(np.arange(2 * RATE) / 10)).astype(np.float32)


@pytest.fixture(scope="module")
def wav(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tone") / "tone.wav"
    soundfile.write(path, TONE, RATE, subtype="FLOAT")
    return path


FORMS: dict[str, Callable[[Path], Any]] = {
    "path": str,
    "bytes": Path.read_bytes,
    "open file": lambda path: path.open("rb"),
    "unbuffered": lambda path: path.open("rb", buffering=0),
    "memory": lambda path: io.BytesIO(path.read_bytes()),
    "audio file": AudioFile,
    "samples": lambda _: AudioSamples(TONE, RATE),
    "two channels": lambda _: AudioSamples(np.stack([TONE, TONE]), RATE),
    "not contiguous": lambda _: AudioSamples(np.stack([TONE, TONE], axis=1).T, np.int32(RATE)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_sound(wav: Path, form: str) -> None:
    recording = FORMS[form](wav)
    for _ in range(2):  # what is open stays open, wherever it was read to
        assert np.array_equal(load(recording), load(wav))
    span = {"start": 0.7, "duration": 0.5}
    assert np.allclose(load(recording, **span), load(wav, **span), atol=1e-6)
    assert probe(recording).duration == pytest.approx(2)
    if hasattr(recording, "close"):
        recording.close()


def test_names(wav: Path) -> None:
    with wav.open("rb") as file:
        assert name_of(file) == str(wav)
    assert name_of(io.BytesIO()) == "open file"
    assert name_of(b"") == "bytes"
    assert name_of(AudioSamples(TONE, RATE, name="take 2")) == "take 2"


def test_channels_that_cancel_each_other_are_not_lost() -> None:
    assert np.abs(load(AudioSamples(np.stack([TONE, -TONE]), RATE))).max() > 0.2


@pytest.mark.parametrize(
    ("samples", "rate", "error", "says"),
    [
        (TONE, None, InvalidSamplesError, r"\(88200,\) have no rate: give sample_rate="),
        (TONE[:0], RATE, ShortAudioError, r"shape \(0,\) are empty: give at least 0.6 s"),
        (np.zeros((2, 0)), RATE, ShortAudioError, r"shape \(2, 0\) are empty"),
        ((TONE * 32767).astype(np.int16), RATE, InvalidSamplesError, r"int16 .* / 32768"),
        (TONE > 0, RATE, InvalidSamplesError, "type bool cannot be used: give floating-point"),
        (TONE.astype(complex), RATE, InvalidSamplesError, "type complex128"),
        (np.array(["a"]), RATE, InvalidSamplesError, "type <U1"),
        (np.stack([TONE, TONE], axis=1), RATE, InvalidSamplesError, r"\(88200, 2\).*samples\.T"),
        (TONE[None, None], RATE, InvalidSamplesError, r"shape \(1, 1, 88200\)"),
        (np.float32(1), RATE, InvalidSamplesError, r"shape \(\) cannot be used"),
        (np.where(TONE > 0.299, np.nan, TONE), RATE, InvalidSamplesError, "NaN .*nan_to_num"),
        (np.where(TONE > 0.299, -np.inf, TONE), RATE, InvalidSamplesError, "first number 15,"),
        (TONE, 0, InvalidSamplesError, "sample_rate=0 .*4,000 to 768,000, such as 44100"),
        (TONE, -RATE, InvalidSamplesError, "sample_rate=-44100"),
        (TONE, 1e9, InvalidSamplesError, "sample_rate=1000000000.0"),
        (TONE, float("nan"), InvalidSamplesError, "sample_rate=nan"),
        (TONE, 44_100.5, InvalidSamplesError, "sample_rate=44100.5"),
        (TONE, "44100", InvalidSamplesError, "sample_rate='44100'"),
    ],
)
def test_samples_that_are_none(samples: Any, rate: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as told:
        recording_of(samples, rate)
    assert "\n" not in str(told.value)


def closed(path: Path) -> Any:
    file = path.open("rb")
    file.close()
    return file


def pipe(path: Path) -> Any:
    del path
    end, other = os.pipe()
    os.close(other)
    return os.fdopen(end, "rb")


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (closed, "'.*tone.wav' is closed: open it again, or give its path"),
        (Path.open, "is open as text: open it with mode 'rb'"),
        (lambda path: path.with_name("new.wav").open("wb"), "open for writing alone: .* 'rb'"),
        (lambda _: io.StringIO("abc"), "'open file' is open as text"),
        (pipe, "is a pipe, in which nothing can be sought: read it, and give the bytes"),
        (lambda _: b"no audio", "'bytes' is not audio"),
        (lambda _: b"", "'bytes' is empty"),
        (lambda _: io.BytesIO(b"no audio"), "'open file' is not audio"),
    ],
)
def test_files_that_are_none(wav: Path, form: Callable[[Path], Any], says: str) -> None:
    recording = form(wav)
    with pytest.raises(DecodeError, match=says) as told:
        load(recording)
    assert "\n" not in str(told.value)
    if hasattr(recording, "close"):
        recording.close()


@pytest.mark.parametrize("thing", [None, 3, ["a.wav"], {"path": "a.wav"}])
def test_things_that_are_none(thing: Any) -> None:
    with pytest.raises(
        AudioError, match=f"type {type(thing).__name__} is no recording: give a path"
    ):
        recording_of(thing)


def test_a_rate_beside_a_file(wav: Path) -> None:
    with pytest.raises(InvalidSamplesError, match=r"sample_rate=44100 is for arrays .*out"):
        recording_of(str(wav), RATE)
