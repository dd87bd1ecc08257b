"""Sound that comes in pieces is kept within bounds, and identified as evidence grows."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.features.errors import DecodeError, ShortAudioError, SilentAudioError
from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.listening.following import follow
from samesong.runtime.listening.listener import WINDOW, Listener, answer
from samesong.runtime.listening.pcm import PcmStream, samples_of

RATE = 22_050


def pcm(samples: Any) -> bytes:
    return np.round(samples * 32_767).astype("<i2").tobytes()


def test_samples_of_pcm() -> None:
    np.testing.assert_array_equal(samples_of(b"\x00\x40\x00\xc0\x00\x80"), [0.5, -0.5, -1])
    np.testing.assert_array_equal(samples_of(b"\x00\x40\x00\xc0\x00\x80", 2), [0])
    assert samples_of(b"").shape == (0,)


@pytest.mark.parametrize("sizes", [[RATE // 7], [100 * RATE, RATE // 3], [400 * RATE]])
def test_the_end_is_kept(sizes: list[int]) -> None:
    sound = np.arange(400 * RATE, dtype=np.float32)
    listener = Listener(RATE)
    at = 0
    while at < len(sound):
        size = sizes[at % len(sizes)]
        listener.hear(sound[at : at + size])
        at += size
    assert listener.heard == 400
    np.testing.assert_array_equal(listener.recent(), sound[-round(WINDOW * RATE) :])


def test_a_short_one_is_kept_whole() -> None:
    listener = Listener(RATE)
    assert listener.recent().shape == (0,)
    listener.hear(np.ones(5, np.float32))
    np.testing.assert_array_equal(listener.recent(), np.ones(5))


def test_other_rates() -> None:
    listener = Listener(48_000)
    time = np.arange(48_000 * 3) / 48_000
    for piece in np.split(np.sin(2 * np.pi * 440 * time).astype(np.float32), 30):
        listener.hear(piece)
    assert listener.heard == pytest.approx(3, abs=0.1)
    middle = listener.recent()[RATE : 2 * RATE]
    assert np.abs(np.fft.rfft(middle)).argmax() == 440


def ranking(path: Path, top: int) -> Ranking:
    del path, top
    track = TrackInfo("id", "Title", None, None, None, "a.flac", 200.0)
    return Ranking("recent.wav", (Match(1, track, 0.9, 0, (2.0, 8.0), (1.0, 7.0), 1.0),), True, 0.1)


def test_spans_count_from_the_beginning() -> None:
    found = answer(300.0, np.zeros(100 * RATE, np.float32), ranking, 5)
    assert (found.heard, found.analysed) == (300, 100)
    assert found.matches[0].query_span == (202, 208)
    assert found.matches[0].reference_span == (1, 7)


@pytest.mark.parametrize(
    ("error", "code"), [(ShortAudioError, "too-short"), (SilentAudioError, "silent")]
)
def test_nothing_to_go_by(error: type[Exception], code: str) -> None:
    def identify(*_: Any) -> Ranking:
        raise error("no use")

    found = answer(1.0, np.zeros(RATE, np.float32), identify, 5)
    assert (found.waiting, found.to_dict()["code"], found.matches) == (code, code, ())


def test_follow_answers_again_and_at_the_end() -> None:
    lengths: list[int] = []

    def identify(path: Path, top: int) -> Ranking:
        lengths.append(soundfile.info(path).frames)
        return ranking(path, top)

    pieces = [np.ones(RATE // 2, np.float32)] * 15
    answers = list(follow(pieces, RATE, identify, top=1, interval=2.0))
    assert answers[-1].heard == 7.5
    assert lengths[0] == 2 * RATE
    assert lengths[-1] == 7.5 * RATE
    gaps = np.diff([found.heard for found in answers[:-1]])
    assert (gaps >= 2).all()


def test_follow_tells_what_went_wrong() -> None:
    def identify(*_: Any) -> Ranking:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        list(follow([np.ones(3 * RATE, np.float32)], RATE, identify, top=1, interval=1.0))


@pytest.mark.parametrize("channels", [1, 2])
def test_wav_stream(channels: int, song: Any) -> None:
    samples = song(0)[: 3 * RATE]
    file = io.BytesIO()
    soundfile.write(file, np.stack([samples] * channels, axis=1), RATE, "PCM_16", format="WAV")
    stream = PcmStream(io.BytesIO(file.getvalue()))
    assert stream.rate == RATE
    np.testing.assert_allclose(np.concatenate(list(stream)), samples, atol=1e-4)


def test_wav_of_unknown_length(song: Any) -> None:
    file = io.BytesIO()
    soundfile.write(file, song(0), RATE, "PCM_16", format="WAV")
    content = bytearray(file.getvalue())
    data = content.index(b"data")
    content[data + 4 : data + 8] = b"\xff\xff\xff\xff"  # as ffmpeg writes into a pipe
    content[12:12] = b"LIST\x03\x00\x00\x00abc\x00"
    assert len(np.concatenate(list(PcmStream(io.BytesIO(content))))) == len(song(0))


def test_bare_pcm(song: Any) -> None:
    stream = PcmStream(io.BytesIO(pcm(song(0)) + b"\x01"), 44_100)
    assert stream.rate == 44_100
    assert len(np.concatenate(list(stream))) == len(song(0))


@pytest.mark.parametrize("subtype", ["PCM_24", "FLOAT", "ULAW"])
def test_other_samples(subtype: str) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(10), RATE, subtype, format="WAV")
    with pytest.raises(DecodeError, match="pcm_s16le"):
        PcmStream(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 no wave at all", b"RIFF\0\0\0\0WAVEfmt "])
def test_no_wav(content: bytes) -> None:
    with pytest.raises(DecodeError, match="WAV"):
        PcmStream(io.BytesIO(content))
