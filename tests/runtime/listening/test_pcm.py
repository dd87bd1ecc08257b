"""Sound of pipes: WAV of any length, and bare samples."""

import io
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.features.errors import DecodeError
from samesong.runtime.listening.pcm import PcmStream, decode_pcm

RATE = 22_050


def pcm(samples: Any) -> bytes:
    return np.round(samples * 32_767).astype("<i2").tobytes()


def test_pcm_is_decoded() -> None:
    np.testing.assert_array_equal(decode_pcm(b"\x00\x40\x00\xc0\x00\x80"), [0.5, -0.5, -1])
    np.testing.assert_array_equal(decode_pcm(b"\x00\x40\x00\xc0\x00\x80", 2), [0])
    assert decode_pcm(b"").shape == (0,)


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
