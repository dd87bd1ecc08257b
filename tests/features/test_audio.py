import os
import re
import tracemalloc
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from samesong.features import AudioFile, blocks, load, probe, resample
from samesong.features.errors import (
    DecodeError,
    InvalidSamplesError,
    ShortAudioError,
)

RATE = 22_050


@pytest.fixture(scope="module")
def sound():
    """Twenty partials without a pattern, 100 to 2,000 Hz."""
    rng = np.random.default_rng(0)
    partials = rng.uniform(100, 2000, 20), rng.uniform(0, 2 * np.pi, 20)

    @cache
    def make(sample_rate, seconds=3.0):
        t = np.arange(round(seconds * sample_rate)) / sample_rate
        waves = (np.sin(2 * np.pi * f * t + phase) for f, phase in zip(*partials, strict=True))
        return (0.03 * sum(waves)).astype(np.float32)

    return make


@pytest.fixture
def write(tmp_path, sound):
    """Writes that sound to a file; channel c is it times weights that average to 1."""

    def to_file(name, sample_rate=48_000, channels=1, seconds=3.0):
        path = tmp_path / name
        weights = 2 * np.arange(1, channels + 1, dtype=np.float32) / (channels + 1)
        samples = sound(sample_rate, seconds)[:, None] * weights
        extension = path.suffix[1:]
        if extension in MEDIA:
            write_media(path, samples, sample_rate)
        elif extension == "opus":
            soundfile.write(path, samples, sample_rate, format="OGG", subtype="OPUS")
        else:
            soundfile.write(path, samples, sample_rate)
        return path

    return to_file


MEDIA = {"m4a": "aac", "mp4": "aac", "mov": "aac", "webm": "libopus", "mkv": "libopus"}
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def write_media(path, samples, sample_rate):
    layout = LAYOUTS[samples.shape[1]]
    planar = np.ascontiguousarray(samples.T)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(MEDIA[path.suffix[1:]], rate=sample_rate)
        stream.layout = layout
        stream.bit_rate = 96_000 * samples.shape[1]
        frame = av.AudioFrame.from_ndarray(planar, format="fltp", layout=layout)
        frame.sample_rate = sample_rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def lag(actual, expected):
    """How many samples `actual` comes after `expected`: the encoder's delay."""
    spectrum = np.fft.rfft(actual, 2**18) * np.conj(np.fft.rfft(expected, 2**18))
    peak = int(np.fft.irfft(spectrum).argmax())
    return peak if peak < 2**17 else peak - 2**18


LOSSLESS = [
    (name, rate, channels)
    for name in ("a.wav", "a.flac")
    for rate in (8000, 11_025, 22_050, 44_100, 48_000, 96_000)
    for channels in (1, 2, 6)
]


@pytest.mark.parametrize(("name", "rate", "channels"), LOSSLESS)
def test_lossless_files_load_as_they_were(write, sound, name, rate, channels):
    path = write(name, rate, channels)
    samples = load(path)
    assert samples.dtype == np.float32
    assert samples.shape == (3 * RATE,)
    # The resampler's filter has not settled at the ends; 16 bits round.
    np.testing.assert_allclose(samples[500:-500], sound(RATE)[500:-500], atol=2e-4)
    info = probe(path)
    assert (info.duration, info.sample_rate, info.channels) == (3.0, rate, channels)


LOSSY = [
    ("a.mp3", 44_100, 1),
    ("a.mp3", 48_000, 2),
    ("a.mp3", 16_000, 1),
    ("a.ogg", 44_100, 2),
    ("a.ogg", 48_000, 6),
    ("a.ogg", 8000, 1),
    ("a.opus", 48_000, 1),
    ("a.opus", 48_000, 2),
    ("a.m4a", 44_100, 1),
    ("a.m4a", 96_000, 2),
    ("a.mp4", 48_000, 6),
    ("a.mov", 22_050, 2),
    ("a.webm", 48_000, 2),
    ("a.mkv", 48_000, 1),
]


@pytest.mark.parametrize(("name", "rate", "channels"), LOSSY)
def test_lossy_files_load_nearly_as_they_were(write, sound, name, rate, channels):
    path = write(name, rate, channels)
    samples, expected = load(path), sound(RATE)
    assert abs(len(samples) - len(expected)) < 0.3 * RATE
    delay = lag(samples, expected)
    assert 0 <= delay < 0.1 * RATE
    middle = samples[delay + RATE // 2 : delay + 2 * RATE]
    # Of six channels the fourth is for low frequencies, and codecs cut the rest out of it.
    assert np.corrcoef(middle, expected[RATE // 2 : 2 * RATE])[0, 1] > 0.9
    info = probe(path)
    assert (info.sample_rate, info.channels) == (rate, channels)
    assert info.duration == pytest.approx(len(samples) / RATE, abs=0.1)


def test_probe_names_container_and_codec(write):
    formats = {name: probe(write(f"a.{name}")).format for name in ("wav", "flac", "mp3", "ogg")}
    assert formats == {
        "wav": "WAV/PCM_S16LE",
        "flac": "FLAC/FLAC",
        "mp3": "MP3/MP3FLOAT",
        "ogg": "OGG/VORBIS",
    }
    assert probe(write("a.m4a")).format == "MOV/AAC"


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("a.wav", 44_100),
        ("a.wav", 48_000),
        ("a.wav", 22_050),
        ("a.wav", 44_056),
        ("a.flac", 96_000),
        ("a.mp3", 44_100),
        ("a.ogg", 44_100),
        ("a.m4a", 44_100),
        ("a.webm", 48_000),
    ],
)
@pytest.mark.parametrize(("start", "duration"), [(0.0, 0.7), (1.2345, 0.7), (2.2, None), (2.9, 5)])
def test_a_span_is_that_slice_of_the_whole(write, name, rate, start, duration):
    path = write(name, rate)
    first = round(start * RATE)
    expected = load(path)[first:][: None if duration is None else round(duration * RATE)]
    span = load(path, start=start, duration=duration)
    assert span.shape == expected.shape
    # Times in webm are in whole milliseconds.
    near = min(np.abs(np.roll(span, k) - expected)[30:-30].max() for k in range(-12, 13))
    assert near < 0.02 if path.suffix == ".webm" else np.abs(span - expected).max() < 1e-4


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg", "a.m4a"])
@pytest.mark.parametrize(("seconds", "overlap"), [(0.5, 0.0), (0.8, 0.3), (1.0, 0.9), (7.0, 1.0)])
def test_blocks_are_slices_of_the_whole(write, name, seconds, overlap):
    path = write(name)
    whole = load(path)
    found = list(blocks(path, seconds=seconds, overlap=overlap))
    step = round((seconds - overlap) * RATE)
    end = 0
    for k, (start, block) in enumerate(found):
        first = round(start * RATE)
        assert first == k * step
        np.testing.assert_array_equal(block, whole[first : first + round(seconds * RATE)])
        assert first + len(block) > end
        end = first + len(block)
    assert end == len(whole)


def test_blocks_of_a_file_of_whole_blocks_end_with_a_whole_one(write):
    lengths = [len(block) for _, block in blocks(write("a.wav", RATE), seconds=1.5, overlap=0.5)]
    assert lengths == [33_075, 33_075, 22_050]


def test_blocks_can_be_kept(write):
    path = write("a.wav", RATE)
    kept = list(blocks(path, seconds=1.0, overlap=0.5))
    for k, (_, block) in enumerate(blocks(path, seconds=1.0, overlap=0.5)):
        np.testing.assert_array_equal(kept[k][1], block)


def test_blocks_of_a_long_file_need_little_memory(tmp_path):
    path = tmp_path / "long.wav"
    noise = np.random.default_rng(0).integers(-9999, 9999, 1800 * 8000, dtype=np.int16)
    soundfile.write(path, noise, 8000)
    tracemalloc.start()
    n_samples = sum(len(block) for _, block in blocks(path, seconds=10.0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_samples == 1800 * RATE
    assert peak < 5e6 < 4 * n_samples / 20


@pytest.mark.parametrize("sample_rate", [8000, 44_100, 48_000])
def test_any_rate_can_be_asked_for(write, sound, sample_rate):
    samples = load(write("a.wav", 32_000), sample_rate=sample_rate)
    expected = sound(sample_rate)
    assert samples.shape == expected.shape
    np.testing.assert_allclose(samples[900:-900], expected[900:-900], atol=2e-4)


@pytest.mark.parametrize("sample_rate", [8000, RATE, 48_000])
def test_samples_in_memory_are_resampled_like_a_files(write, sound, sample_rate):
    same = resample(sound(sample_rate).astype(np.float64), sample_rate)
    assert same.dtype == np.float32
    np.testing.assert_allclose(same, load(write("a.wav", sample_rate)), atol=2e-4)


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (np.full(9, np.nan), "NaN or infinite"),
        (np.ones((9, 2)), r"shape \(9, 2\)"),
        (np.ones(9, np.int16), "type int16"),
    ],
)
def test_samples_that_are_no_audio_are_not_resampled(samples, said):
    with pytest.raises(InvalidSamplesError, match=said):
        resample(samples, 8000)


@pytest.mark.parametrize("rates", [(0, RATE), (8000, -1)])
def test_impossible_rates_are_refused(rates):
    with pytest.raises(ValueError, match="must be above 0"):
        resample(np.ones(9), *rates)


@pytest.mark.parametrize("stem", ["ünï日本 語", "line\nbreak", "quote'\"s", "a b%20#?", "-rf"])
@pytest.mark.parametrize("extension", ["wav", "m4a"])
def test_odd_names_are_as_good_as_others(write, stem, extension):
    path = write(f"plain.{extension}").rename(write("x.wav").with_name(f"{stem}.{extension}"))
    assert len(load(path)) == len(load(str(path))) >= 3 * RATE


def test_names_that_are_no_text_can_be_used(write):
    path = write("plain.wav")
    odd = Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff\xfe.wav"))
    path.rename(odd)
    assert len(load(odd)) == 3 * RATE
    with pytest.raises(DecodeError, match=r"udcff"):
        load(odd.with_name(odd.name + "x"))


def bad_file(tmp_path, kind):
    path = tmp_path / "song.wav"
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes(
            {
                "empty": b"",
                "one byte": b"R",
                "text": b"This is not audio.\n" * 500,
                "noise": np.random.default_rng(0).bytes(20_000),
                "playlist": b"#EXTM3U\nhttp://localhost/song.mp3\n",
                "header only": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x22\x56\0\0\x44\xac\0\0"
                b"\2\0\x10\0data\0\0\0\0",
                "mp4 without content": b"\0\0\0\x20ftypM4A " + bytes(500),
            }[kind]
        )
    return path


BAD = {
    "missing": "does not exist; check the path",
    "folder": "is not a file; give the path of one recording",
    "empty": r"is empty \(0 bytes\); copy it again",
    "one byte": "is not audio that can be decoded",
    "text": "is not audio that can be decoded, .* formats that can be read are mp3, mp2, wav, flac",
    "noise": "is not audio that can be decoded",
    "playlist": "is not audio that can be decoded",
    "header only": "nothing can be decoded from",
    "mp4 without content": "or is damaged",
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("read", [load, lambda path: list(blocks(path, seconds=1.0))])
def test_bad_files_are_refused_by_name(tmp_path, kind, read):
    path = bad_file(tmp_path, kind)
    with pytest.raises(DecodeError, match=BAD[kind]) as refusal:
        read(path)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize("kind", [kind for kind in BAD if kind != "header only"])
def test_bad_files_are_not_probed(tmp_path, kind):
    with pytest.raises(DecodeError, match=BAD[kind]):
        probe(bad_file(tmp_path, kind))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(write):
    path = write("a.wav")
    path.chmod(0)
    with pytest.raises(DecodeError, match=r"cannot be read \(Permission denied\); check its perm"):
        load(path)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.webm"])
def test_what_a_truncated_file_holds_is_used(write, name):
    path = write(name, 48_000, seconds=12.0)
    whole = load(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    part = load(path)
    assert 0.35 * len(whole) < len(part) < 0.65 * len(whole)
    n = min(len(part), len(whole)) - RATE // 2
    np.testing.assert_allclose(part[:n], whole[:n], atol=1e-4)
    blocked = np.concatenate([block for _, block in blocks(path, seconds=1.5)])
    np.testing.assert_array_equal(blocked, part)


def test_what_is_cut_off_is_logged_once(write, caplog):
    path = write("a.flac", seconds=12.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    load(path)
    (record,) = caplog.records
    said = "its header tells of 0:12, and 0:06 can be decoded; if it is cut off, copy or download"
    assert record.getMessage() == f"'{path}': {said} it again"


def test_damage_in_the_middle_is_logged(write, caplog):
    path = write("a.m4a", seconds=12.0)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3072] = bytes(range(256)) * 12
    path.write_bytes(content)
    load(path)
    (record,) = caplog.records
    assert "it is damaged; only part of it is used (it cannot be decoded in " in record.getMessage()
    assert "from 0:0" in record.getMessage()


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.m4a", "a.webm"])
@pytest.mark.parametrize("size", [5, 20, 40])
def test_a_file_cut_to_next_to_nothing_is_refused(write, name, size):
    path = write(name)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DecodeError, match=re.escape(str(path))):
        load(path)


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a"])
def test_a_span_beyond_the_end_is_refused(write, name):
    with pytest.raises(ShortAudioError, match=r"nothing is left from 60\.00 s on; start earlier"):
        load(write(name), start=60.0)


@pytest.mark.parametrize("span", [{"start": -1.0}, {"start": np.nan}, {"duration": 0.0}])
def test_impossible_spans_are_refused(write, span):
    with pytest.raises(ValueError, match=r"must be 0 or above"):
        load(write("a.wav"), **span)


@pytest.mark.parametrize(("seconds", "overlap"), [(0.0, 0.0), (1.0, 1.0), (1.0, -0.1)])
def test_impossible_blocks_are_refused(write, seconds, overlap):
    with pytest.raises(ValueError, match="must be 0 or above and below seconds"):
        next(blocks(write("a.wav"), seconds=seconds, overlap=overlap))


def test_a_video_without_sound_is_refused(tmp_path):
    path = tmp_path / "silent film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), dtype=np.uint8))
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    with pytest.raises(DecodeError, match=r"silent film\.mp4' has no sound track"):
        load(path)


@pytest.mark.parametrize("extension", ["wav", "flac", "mp3", "ogg", "opus", "m4a", "webm"])
def test_an_open_file_can_be_read_again(write, extension):
    path = write(f"a.{extension}", 48_000)
    whole, end = load(path), load(path, start=2.0)
    with AudioFile(path) as file:
        assert file.info == probe(path)
        np.testing.assert_array_equal(load(file), whole)
        np.testing.assert_array_equal(load(file, start=2.0), end)
        file.stream.seek(0)
        assert file.stream.read() == path.read_bytes()
        np.testing.assert_array_equal(
            np.concatenate([b for _, b in blocks(file, seconds=1)]), whole
        )


def test_a_file_is_open_until_it_is_closed(write):
    with AudioFile(write("a.wav")) as file:
        load(file)
        assert not file.stream.closed
    assert file.stream.closed
