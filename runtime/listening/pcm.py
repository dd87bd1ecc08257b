"""16-bit samples as programs and microphones send them, bare or behind the header of a WAV."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import DecodeError

_CHUNK_SECONDS = 0.25
_PCM, _EXTENSIBLE = 1, 0xFFFE
_ADVICE = "send 16-bit PCM, as 'ffmpeg -i SOURCE -c:a pcm_s16le -f wav -' writes it"


def decode_pcm(pcm: bytes, channels: int = 1) -> NDArray[np.float32]:
    """Decode 16-bit little-endian PCM.

    Parameters
    ----------
    pcm : bytes
        Samples of the channels in turn; an incomplete last one is left out.
    channels : int, optional
        Number of channels, which are averaged.

    Returns
    -------
    ndarray
        (n_samples,) float32: mono, full scale at 1.
    """
    frames = len(pcm) // (2 * channels)
    values = np.frombuffer(pcm, "<i2", frames * channels).astype(np.float32) / 32_768
    return np.asarray(values.reshape(frames, channels).mean(axis=1), np.float32)


class PcmStream:
    """Stream of samples from a file that may be a pipe.

    Parameters
    ----------
    stream : binary file
        Open for reading.
    rate : int, optional
        Samples a second of bare mono PCM; without it the stream must be a WAV.

    Attributes
    ----------
    rate : int
        Samples a second.

    Raises
    ------
    DecodeError
        If a WAV is expected and the stream is none, or holds other than 16-bit PCM.
    """

    def __init__(self, stream: BinaryIO, rate: int | None = None) -> None:
        self._stream = stream
        self.rate, self._channels = (rate, 1) if rate else _read_header(stream)

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Yield small pieces of sound as they come, until the stream ends.

        Yields
        ------
        ndarray
            (n_samples,) float32: mono, full scale at 1.
        """
        size = max(1, int(self.rate * _CHUNK_SECONDS)) * 2 * self._channels
        while pcm := self._stream.read(size):
            yield decode_pcm(pcm, self._channels)


def _read_header(stream: BinaryIO) -> tuple[int, int]:
    """Read a WAV up to its samples, and return its rate and channels."""
    riff = stream.read(12)
    if riff[:4] not in {b"RIFF", b"RF64"} or riff[8:] != b"WAVE":
        raise DecodeError(
            f"the stream is not a WAV: give the rate of bare PCM with --rate, or {_ADVICE}"
        )
    found: tuple[int, int] | None = None
    while len(header := stream.read(8)) == 8:
        name, size = struct.unpack("<4sI", header)
        if name == b"data" and found:
            return found  # whatever size it says: of a pipe it is not known
        content = stream.read(size + size % 2)
        if name == b"fmt ":
            kind, channels, rate, _, _, bits = struct.unpack_from(
                "<HHIIHH", content.ljust(16, b"\0")
            )
            if kind not in {_PCM, _EXTENSIBLE} or bits != 16 or not channels or not rate:
                raise DecodeError(f"the WAV holds {bits}-bit samples of kind {kind}: {_ADVICE}")
            found = rate, channels
    raise DecodeError(f"the WAV ends before its samples: {_ADVICE}")
