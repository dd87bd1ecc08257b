"""Tiny files of every format, made by FFmpeg itself."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
import soundfile

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1", 16: "hexadecagonal"}


@pytest.fixture(scope="session")
def tone():
    """A sine of a few partials, planes of it one channel each, full scale at 1."""

    def make(seconds, rate=44_100, frequency=440.0, channels=(1.0,)):
        t = np.arange(round(seconds * rate)) / rate
        wave = 0.3 * np.sin(2 * np.pi * frequency * t) + 0.1 * np.sin(7 * np.pi * frequency * t)
        return np.outer(channels, wave).astype(np.float32)

    return make


@pytest.fixture(scope="session")
def encode():
    """Encodes planes; the clock begins at `first` s, and pauses from one second for some others.

    `others` are further streams, which come after it.
    """

    def make(container, codec, planes, rate, *, first=0.0, pause=None, options=None, others=()):
        file = io.BytesIO()
        with av.open(file, "w", format=container, options=options or {}) as output:
            streams = []
            for one in (planes, *others):
                stream = output.add_stream(codec, rate=rate)
                stream.layout = LAYOUTS[len(one)]
                if codec in ("wmav2", "aac"):
                    stream.bit_rate = 96_000
                streams.append((stream, one))
            output.start_encoding()
            for begin in range(0, planes.shape[1], 1024):
                for stream, one in streams:
                    # Not a plane for each channel, of which PyAV miscounts eight and more.
                    block = np.ascontiguousarray(one[:, begin : begin + 1024].T)
                    frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), "flt", stream.layout)
                    frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
                    late = pause[1] if pause and begin >= pause[0] * rate else 0.0
                    frame.pts = begin + round((first + late) * rate)
                    output.mux(stream.encode(frame))
            for stream, _ in streams:
                output.mux(stream.encode(None))
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def vorbis():
    """Encodes planes as Vorbis, for which FFmpeg has no good encoder."""

    def make(planes, rate):
        file = io.BytesIO()
        soundfile.write(file, planes.T, rate, format="OGG", subtype="VORBIS")
        return file.getvalue()

    return make


@pytest.fixture
def save(tmp_path):
    """Writes bytes to a file."""

    def make(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return make


@pytest.fixture(scope="session")
def pitch():
    """The strongest frequency in samples, in Hz; 0 for silence."""

    def find(samples, rate=22_050):
        if not len(samples) or abs(samples).max() < 1e-4:
            return 0.0
        spectrum = abs(np.fft.rfft(samples * np.hanning(len(samples)), 2**16))
        return float(spectrum.argmax()) * rate / 2**16

    return find
