"""All that can be decoded is used, whatever a header says of its length."""

import contextlib
import struct

import numpy as np
import pytest

from samesong.features import AudioFile, load
from samesong.features.decoding.parts import Part, find_parts
from samesong.features.errors import DecodeError

RATE = 22_050


def heard(path, **choice):
    """Samples, the length before and after they were decoded, and what was noted."""
    with AudioFile(path, **choice) as file:
        before = file.info.duration
        samples = load(file)
        return samples, before, file.info.duration, "; ".join(map(str, file.notes))


def assert_length(path, seconds, tolerance=0.06):
    samples, before, after, notes = heard(path)
    assert after == len(samples) / RATE
    assert after == pytest.approx(seconds, abs=tolerance)
    assert before == pytest.approx(seconds, abs=tolerance)
    return samples, notes


@pytest.fixture(scope="module")
def rising():
    """Noise that becomes more complex, so that its beginning tells nothing of its bit rate."""

    def make(seconds, rate):
        rng = np.random.default_rng(0)
        noise = rng.standard_normal((1, round(seconds * rate)))
        noise[:, : round(0.8 * seconds * rate)] *= 1e-3
        return (0.1 * noise).astype(np.float32)

    return make


def test_mp3_of_a_variable_rate_without_a_frame_count(encode, rising, save):
    options = {"write_xing": "0", "id3v2_version": "0"}
    quiet = encode("mp3", "libmp3lame", rising(2, 32_000), 32_000, options=options)
    # The same, at the lowest bit rate first.
    low = encode("mp3", "libmp3lame", np.zeros((1, 64_000), np.float32), 16_000, options=options)
    samples, notes = assert_length(save("a.mp3", low + quiet), 6.1, 0.2)
    assert len(samples)
    assert not notes


@pytest.mark.parametrize("second", [44_100, 48_000])
def test_mp3_files_glued_together(encode, tone, save, pitch, second):
    data = encode("mp3", "libmp3lame", tone(2), 44_100)
    data += encode("mp3", "libmp3lame", tone(3, second, 880), second)
    samples, notes = assert_length(save("a.mp3", data), 5.1, 0.1)
    assert [round(pitch(samples[k * RATE :][:RATE])) for k in (0, 3, 4)] == [440, 880, 880]
    assert notes == "its header tells of 0:02, and 0:05 can be decoded"


@pytest.fixture(scope="module")
def link(encode, vorbis, tone):
    """Makes a link of an Ogg chain: 2 s of a tone."""

    def make(kind, frequency):
        if kind.startswith("vorbis"):
            rate = 48_000 if kind == "vorbis48" else 44_100
            return vorbis(tone(2, rate, frequency), rate)
        codec, rate = {"opus": ("libopus", 48_000), "flac": ("flac", 44_100)}[kind]
        return encode("ogg", codec, tone(2, rate, frequency), rate)

    return make


@pytest.mark.parametrize("kinds", ["opus opus opus", "vorbis vorbis48", "flac flac", "opus vorbis"])
def test_links_of_web_radio(link, save, pitch, kinds):
    songs = list(enumerate(kinds.split(), 1))
    path = save("a.ogg", b"".join(link(kind, 300 * k) for k, kind in songs))
    samples, notes = assert_length(path, 2 * len(songs))
    for k, _ in songs:
        assert pitch(samples[(2 * k - 2) * RATE :][:RATE]) == pytest.approx(300 * k, abs=2)
        span = load(path, start=2 * k - 1.5, duration=1)
        assert pitch(span) == pytest.approx(300 * k, abs=2)
    assert not notes


def pages(data):
    """Split an Ogg file."""
    return [b"OggS" + page for page in data.split(b"OggS")[1:]]


def test_headers_of_vorbis_that_come_twice(link, save, pitch):
    file = link("vorbis", 600)
    opening, *rest = pages(file)
    headers = rest[: next(k for k, page in enumerate(rest) if int.from_bytes(page[6:14], "little"))]
    goes_on = opening[:5] + b"\0" + opening[6:]
    checked = goes_on[:22] + bytes(4) + goes_on[26:]
    again = checked[:22] + ogg_checksum(checked) + checked[26:]
    once = link("vorbis", 300)
    path = save("a.ogg", once + opening + b"".join(headers) + again + b"".join(rest))
    samples, notes = assert_length(path, 4)
    assert pitch(samples[:RATE]) == pytest.approx(300, abs=2)
    assert pitch(samples[-RATE:]) == pytest.approx(600, abs=2)
    assert not notes


def ogg_checksum(page):
    """Return the CRC-32 of a page whose own is zero, as RFC 3533 has it."""
    register = 0
    for byte in page:
        register ^= byte << 24
        for _ in range(8):
            register = register << 1 ^ (0x104C11DB7 if register >> 31 else 0)
    return register.to_bytes(4, "little")


def flac_of(data, total):
    """The same FLAC with another number of samples in its header, which has 36 bits for it."""
    place = data.index(b"fLaC") + 8 + 13
    head = bytes([data[place] & 0xF0 | total >> 32]) + struct.pack(">I", total & 0xFFFFFFFF)
    return data[:place] + head + data[place + 5 :]


@pytest.mark.parametrize(("total", "told"), [(0, ""), (2**36 - 1, "its header tells of 432:")])
def test_flac_from_a_pipe(encode, tone, save, total, told):
    data = encode("flac", "flac", tone(2), 44_100)
    _, notes = assert_length(save("a.flac", flac_of(data, total)), 2)
    assert bool(notes) == bool(told)
    assert told in notes


def test_flac_behind_tags_and_zeros(encode, tone, save):
    tags = b"ID3\4\0\0\0\0\0\x0a" + bytes(10) + bytes(300)
    path = save("a.flac", tags + encode("flac", "flac", tone(2), 44_100))
    assert_length(path, 2)
    assert len(load(path, start=1.5)) == RATE // 2


def wav_of(data, size):
    place = data.index(b"data") + 4
    return data[:place] + struct.pack("<I", size) + data[place + 4 :]


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, ""),
        (0xFFFFFFFF, ""),
        (20_000, "its header tells of 20,000 bytes of sound; there are 176,400"),  # it wrapped
        (0x7FFFF000, "its header tells of 2,147,479,552 bytes of sound; there are 176,400"),
    ],
)
def test_wav_of_a_wrong_size(encode, tone, save, size, told):
    path = save("a.wav", wav_of(encode("wav", "pcm_s16le", tone(2), 44_100), size))
    _, notes = assert_length(path, 2)
    assert notes == told
    assert len(load(path, start=1.5)) == RATE // 2


def rf64_of(data, size, *, before=b""):
    """The same WAV as RF64: its sizes in a chunk `ds64` of 64 bits, 0xFFFFFFFF in their places."""
    place = data.index(b"data")
    samples = data[place + 8 :]
    rest = data[12:place] + b"data\xff\xff\xff\xff" + samples
    long = struct.pack("<QQQI", 4 + 36 + len(rest), size, len(samples) // 2, 0)
    return b"RF64\xff\xff\xff\xffWAVE" + before + b"ds64" + struct.pack("<I", 28) + long + rest


@pytest.mark.parametrize("told", [176_400, 0, 2**40], ids=["right", "never written", "too large"])
def test_rf64(encode, tone, save, pitch, told):
    path = save("a.wav", rf64_of(encode("wav", "pcm_s16le", tone(2), 44_100), told))
    samples, _ = assert_length(path, 2)
    assert pitch(samples) == pytest.approx(440, abs=1)
    assert len(load(path, start=1.5)) == RATE // 2


@pytest.mark.parametrize("after", [b"LIST\4\0\0\0INFO", b"TAG" + bytes(125), bytes(1000)])
def test_what_follows_the_samples_of_a_wav_is_none_of_them(encode, tone, save, after):
    data = encode("wav", "pcm_s16le", tone(2), 44_100)
    _, notes = assert_length(save("a.wav", data + after), 2, 0.001)
    assert not notes


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_aiff_from_a_pipe(encode, tone, save, size):
    data = bytearray(encode("aiff", "pcm_s16be", tone(2), 44_100))
    place = data.index(b"SSND") + 4
    data[place : place + 4] = struct.pack(">I", size)
    data[4:8] = struct.pack(">I", size)
    assert_length(save("a.aiff", bytes(data)), 2)


def test_wav_files_glued_together(encode, tone, save, pitch):
    data = encode("wav", "pcm_s16le", tone(2), 44_100)
    data += encode("wav", "pcm_s16le", tone(1, 8000, 880), 8000)
    samples, _ = assert_length(save("a.wav", data), 3)
    assert round(pitch(samples[-RATE:])) == pytest.approx(880, abs=1)


@pytest.mark.parametrize("kind", ["aac", "ac3"])
def test_streams_without_a_header(encode, tone, save, kind):
    container = {"aac": "adts", "ac3": "ac3"}[kind]
    assert_length(save(f"a.{kind}", encode(container, kind, tone(2), 44_100)), 2.03)


def test_a_file_that_was_cut_off_says_so(encode, tone, save):
    data = encode("flac", "flac", tone(8), 44_100)
    _, before, after, notes = heard(save("a.flac", data[: len(data) // 2]))
    assert before == 8
    assert 3 < after < 5
    assert "its header tells of 0:08" in notes
    assert "if it is cut off, copy or download it again" in notes


def test_damage_in_the_middle_keeps_the_times_behind_it(encode, tone, save, pitch):
    planes = np.concatenate([tone(3), tone(3, frequency=880)], axis=1)
    data = bytearray(encode("mp3", "libmp3lame", planes, 44_100))
    middle = len(data) // 3
    data[middle : middle + 3000] = b"\xff" * 3000
    samples, _, after, _ = heard(save("a.mp3", bytes(data)))
    assert after == pytest.approx(6, abs=0.5)
    assert round(pitch(samples[-RATE:])) == 880


def test_most_files_are_read_as_they_are(encode, tone, save):
    for container, codec in (("wav", "pcm_s16le"), ("flac", "flac"), ("mp3", "libmp3lame")):
        path = save("a", encode(container, codec, tone(1), 44_100))
        with AudioFile(path) as file:
            [part] = find_parts(file.stream, path.stat().st_size)
            assert part == Part(0, path.stat().st_size)


def test_damage_prints_nothing(encode, tone, save, capfd):
    rng = np.random.default_rng(0)
    for container, codec in (("mp4", "aac"), ("ogg", "flac"), ("matroska", "aac"), ("avi", "mp2")):
        whole = bytearray(encode(container, codec, tone(0.3), 44_100))
        for _ in range(20):
            data = whole.copy()
            for place in rng.integers(0, min(len(data), 1500), 12):
                data[place] = rng.integers(256)
            with contextlib.suppress(DecodeError):
                heard(save("a", bytes(data)))
    assert capfd.readouterr() == ("", "")
