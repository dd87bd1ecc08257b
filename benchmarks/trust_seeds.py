"""Small files of every format that samesong decodes, made by FFmpeg: what a fuzzer begins with."""

import io
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from samesong.features.decoding.formats import FORMATS

_SECONDS = 0.3
_RATE = 22_050
_TAGS = {"title": "Greensleeves", "artist": "A band", "album": "Live", "isrc": "GBAYE6800011"}
_OPTIONS = {"fflags": "+bitexact"}  # the same bytes each time
# The suffix of a file, FFmpeg's name of its container, its codec, and how many streams it has.
_MADE = (
    (".mp3", "mp3", "libmp3lame", 1),
    (".mp2", "mp2", "mp2", 1),
    (".wav", "wav", "pcm_s16le", 1),
    (".wav", "wav", "pcm_f32le", 1),
    (".wav", "wav", "pcm_f64le", 1),
    (".wav", "wav", "adpcm_ms", 1),
    (".flac", "flac", "flac", 1),
    (".ogg", "ogg", "flac", 1),
    (".opus", "ogg", "libopus", 1),
    (".m4a", "ipod", "aac", 1),
    (".m4a", "ipod", "alac", 1),
    (".mp4", "mp4", "aac", 2),
    (".mov", "mov", "pcm_s16le", 1),
    (".3gp", "3gp", "aac", 1),
    (".mka", "matroska", "flac", 1),
    (".mkv", "matroska", "aac", 2),
    (".webm", "webm", "libopus", 1),
    (".aac", "adts", "aac", 1),
    (".aiff", "aiff", "pcm_s16be", 1),
    (".caf", "caf", "alac", 1),
    (".wma", "asf", "wmav2", 1),
    (".ts", "mpegts", "aac", 1),
    (".avi", "avi", "libmp3lame", 2),
    (".wv", "wv", "wavpack", 1),
    (".tta", "tta", "tta", 1),
    (".ac3", "ac3", "ac3", 1),
    (".w64", "w64", "pcm_s16le", 1),
    (".au", "au", "pcm_s16be", 1),
)


@dataclass(frozen=True)
class Seed:
    """A sound file to begin with.

    Attributes
    ----------
    name : str
        Container and codec.
    suffix : str
        Ending of its name.
    data : bytes
        Its content.
    """

    name: str
    suffix: str
    data: bytes


def make_seeds() -> list[Seed]:
    """Make a file of every format, of some kB each.

    Returns
    -------
    list of Seed
        In the same order, and of the same bytes, each time.

    Raises
    ------
    LookupError
        If a format of samesong's list has no file here.
    """
    seeds = [
        Seed(f"{container}/{codec}", suffix, _encoded(container, codec, n_streams))
        for suffix, container, codec, n_streams in _MADE
    ]
    # FFmpeg has no encoder of AMR: frames of 12.2 kbit/s (RFC 4867), of no particular sound.
    frames = np.random.default_rng(2).integers(0, 256, (15, 31), np.uint8)
    amr = b"#!AMR\n" + b"".join(b"\x3c" + frame.tobytes() for frame in frames)
    seeds.append(Seed("amr/amrnb", ".amr", amr))
    suffixes = {seed.suffix for seed in seeds}
    if missing := [one.name for one in FORMATS if not suffixes & set(one.suffixes)]:
        raise LookupError(f"no seed of {', '.join(missing)}: add one to this module")
    return seeds


def _encoded(container: str, codec: str, n_streams: int) -> bytes:
    rate = 48_000 if codec in ("libopus", "ac3") else _RATE
    sound = _sound(rate)
    file = io.BytesIO()
    with av.open(file, "w", format=container, options=_OPTIONS) as output:
        output.metadata.update(_TAGS)
        streams = []
        for _ in range(n_streams):
            stream = output.add_stream(codec, rate=rate)
            assert isinstance(stream, AudioStream)
            stream.layout = "stereo"
            stream.codec_context.flags |= av.codec.context.Flags.bitexact
            if codec in ("wmav2", "aac"):
                stream.bit_rate = 64_000
            streams.append(stream)
        output.start_encoding()
        for begin in range(0, sound.shape[1], 1024):
            for stream in streams:
                block = np.ascontiguousarray(sound[:, begin : begin + 1024])
                frame = av.AudioFrame.from_ndarray(block, "fltp", "stereo")
                frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
                frame.pts = begin
                output.mux(stream.encode(frame))
        for stream in streams:
            output.mux(stream.encode(None))
    return file.getvalue()


def _sound(rate: int) -> NDArray[np.float32]:
    """Return two channels of a tone and some noise, shape (2, n_samples)."""
    time = np.arange(round(_SECONDS * rate)) / rate
    tone = 0.3 * np.sin(2 * np.pi * 440 * time)
    noise = np.random.default_rng(1).normal(0, 0.01, (2, len(time)))
    return (tone + noise).astype(np.float32)
