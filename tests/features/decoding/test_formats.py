"""Every format of the list is decoded by each of its suffixes, and named in the documentation."""

from pathlib import Path

import pytest

from samesong.features import load, probe
from samesong.features.decoding.formats import SUFFIXES, table
from samesong.features.errors import DecodeError

RATE = 44_100
# How FFmpeg makes a file of each suffix: its container, and the codecs that people have in it.
ENCODED = {
    ".mp3": ("mp3", "libmp3lame"),
    ".mp2": ("mp2", "mp2"),
    ".wav": ("wav", "pcm_s16le", "pcm_s24le", "pcm_f32le", "pcm_u8", "pcm_f64le"),
    ".flac": ("flac", "flac"),
    ".ogg": ("ogg", "flac"),
    ".oga": ("ogg", "flac"),
    ".opus": ("ogg", "libopus"),
    ".m4a": ("ipod", "aac", "alac"),
    ".m4b": ("ipod", "aac"),
    ".mp4": ("mp4", "aac"),
    ".m4v": ("ipod", "aac"),
    ".mov": ("mov", "alac", "pcm_s16le"),
    ".3gp": ("3gp", "aac"),
    ".mka": ("matroska", "flac"),
    ".mkv": ("matroska", "aac", "pcm_s16le"),
    ".webm": ("webm", "libopus"),
    ".aac": ("adts", "aac"),
    ".aif": ("aiff", "pcm_s16be"),
    ".aiff": ("aiff", "pcm_s16be"),
    ".caf": ("caf", "alac", "pcm_s16le"),
    ".wma": ("asf", "wmav2"),
    ".ts": ("mpegts", "aac"),
    ".avi": ("avi", "libmp3lame", "pcm_s16le"),
    ".wv": ("wv", "wavpack"),
    ".tta": ("tta", "tta"),
    ".ac3": ("ac3", "ac3"),
    ".w64": ("w64", "pcm_s16le"),
    ".au": ("au", "pcm_s16be"),
}
CASES = [(suffix, made[0], codec) for suffix, made in ENCODED.items() for codec in made[1:]]


@pytest.fixture
def make(encode, tone, save):
    def a_file(suffix, container, codec):
        rate = 48_000 if codec == "libopus" else RATE
        return save(f"a{suffix}", encode(container, codec, tone(2.0, rate), rate))

    return a_file


@pytest.mark.parametrize(("suffix", "container", "codec"), CASES)
def test_a_file_of_the_format_is_heard(make, pitch, suffix, container, codec):
    path = make(suffix, container, codec)
    samples = load(path)
    assert len(samples) / 22_050 == pytest.approx(2.0, abs=0.1)
    assert pitch(samples) == pytest.approx(440, abs=1)
    assert abs(samples[5000:-5000]).max() == pytest.approx(0.37, abs=0.04)
    assert probe(path).duration == pytest.approx(len(samples) / 22_050, abs=0.1)


def test_a_file_of_amr_is_heard(save):
    # Frames of 12.2 kbit/s, 20 ms each (RFC 4867), of no particular sound.
    path = save("a.amr", b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100)
    assert len(load(path)) / 22_050 == pytest.approx(2.0, abs=0.01)
    assert probe(path).duration == pytest.approx(2.0, abs=0.01)


def test_the_list_holds_what_is_tested():
    assert {*ENCODED, ".amr"} == SUFFIXES


def test_the_documentation_has_the_list():
    page = (Path(__file__).parents[3] / "docs" / "reference" / "files.md").read_text()
    _, _, rest = page.partition("<!-- formats -->\n")
    assert rest.startswith(table() + "\n")


def test_a_list_of_addresses_is_not_followed(save):
    for name, text in (
        ("a.m3u8", "#EXTM3U\n#EXTINF:1,\nhttp://x/\n"),
        ("a.txt", "ffconcat version 1.0\nfile /etc/hosts\n"),
    ):
        with pytest.raises(DecodeError, match="is not audio that can be decoded"):
            load(save(name, text.encode()))


def test_an_unknown_codec_is_refused(encode, tone, save):
    data = encode("mp4", "aac", tone(0.2), RATE)
    with pytest.raises(DecodeError, match="cannot be decoded"):
        load(save("a.m4a", data.replace(b"mp4a", b"xyz1").replace(b"esds", b"none")))


def test_tags_in_no_encoding_are_no_reason_to_fail(encode, tone, save):
    data = encode("mp4", "aac", tone(0.5), RATE)
    assert b"Lavf" in data
    assert len(load(save("a.m4a", data.replace(b"Lavf", b"L\xe9vf")))) > 9000
