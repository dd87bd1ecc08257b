"""The audio of a file is the same whatever tags are written to it, and another file's is not."""

import os
import struct
from pathlib import Path
from typing import Any

import av
import mutagen
import mutagen.apev2
import mutagen.id3
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from samesong.features import AudioFile
from samesong.features.errors import DecodeError
from samesong.runtime.files.content import FileContent, read_content, read_stamp
from samesong.runtime.files.discovery import content_hash

RATE = 24_000
PICTURE = bytes(range(256)) * 400  # an embedded cover moves all that comes after it


def tone(frequency: float) -> Any:
    return np.sin(2 * np.pi * frequency * np.arange(RATE) / RATE) / 2


def content(path: Path) -> FileContent:
    with AudioFile(path) as file:
        return read_content(file)


def write(path: Path, frequency: float) -> Path:
    subtype = {".opus": "OPUS", ".ogg": "VORBIS"}.get(path.suffix)
    soundfile.write(path, tone(frequency), RATE, format="OGG" if subtype else None, subtype=subtype)
    return path


def write_m4a(path: Path, frequency: float) -> Path:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE)
        stream.layout = "mono"
        samples = tone(frequency)[None].astype("f4")
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def tag(path: Path, title: str) -> None:
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    if isinstance(file.tags, mutagen.id3.ID3):
        file.tags.add(mutagen.id3.TIT2(text=title))
        file.tags.add(mutagen.id3.APIC(mime="image/png", data=PICTURE))
    elif path.suffix == ".m4a":
        file["\xa9nam"] = title
        file["covr"] = [PICTURE]
    else:
        file["title"] = title
        file["comment"] = PICTURE.hex()
    file.save()


@pytest.mark.parametrize("name", ["a.mp3", "a.flac", "a.ogg", "a.opus", "a.wav", "a.aiff", "a.m4a"])
def test_tags_leave_the_audio_as_it_was(tmp_path: Path, name: str) -> None:
    make = write_m4a if name.endswith("m4a") else write
    path = make(tmp_path / name, 220)
    before = content(path)
    assert before.audio_hash is not None
    tag(path, "Greensleeves")
    tagged = content(path)
    assert tagged.content_hash != before.content_hash
    assert tagged.audio_hash == before.audio_hash
    tag(path, "Another title")
    assert content(path).audio_hash == before.audio_hash
    other = content(make(tmp_path / f"other-{name}", 330))
    assert other.audio_hash not in (None, before.audio_hash)
    assert tagged.is_same_audio(before.content_hash, before.audio_hash)
    assert not tagged.is_same_audio(other.content_hash, other.audio_hash)


def test_tags_at_both_ends_of_an_mp3(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", 220)
    bare = path.read_bytes()
    expected = content(path).audio_hash
    ape = mutagen.apev2.APEv2()
    ape["Title"] = "Greensleeves"
    ape.save(path)
    assert content(path).audio_hash == expected
    tag(path, "Greensleeves")
    assert content(path).audio_hash == expected
    lyrics = b"LYRICSBEGIN" + b"IND0000200LYR00005Alas!"
    end = b"%06dLYRICS200" % len(lyrics) + b"TAG" + bytes(125)
    path.write_bytes(b"ID3\4\0\0\0\0\0\7" + bytes(7) + bare + lyrics + end)
    assert content(path).audio_hash == expected


def test_ogg_pages_may_be_numbered_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ogg", 220)
    before = content(path)
    file = mutagen.File(path)
    file["comment"] = "x" * 200_000  # more pages of headers: all later ones get other numbers
    file.save()
    after = content(path)
    assert after.audio_hash == before.audio_hash
    assert after.size > before.size


def chunk(kind: bytes, data: bytes, size: int | None = None) -> bytes:
    return kind + struct.pack("<I", len(data) if size is None else size) + data


FMT = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
DATA = bytes(range(200))


def test_a_wav_of_any_size_field_has_its_samples(tmp_path: Path) -> None:
    rest = chunk(b"fmt ", FMT)
    unknown = 0xFFFFFFFF
    long = chunk(b"ds64", struct.pack("<QQQI", 0, len(DATA), 0, 0))
    forms = {
        "plain": b"RIFF\0\0\0\0WAVE" + rest + chunk(b"data", DATA) + chunk(b"LIST", b"tags"),
        "piped": b"RIFF\0\0\0\0WAVE" + rest + chunk(b"data", DATA, unknown),
        "rf64": b"RF64\0\0\0\0WAVE" + long + rest + chunk(b"data", DATA, unknown) + b"LIST",
        "odd": b"RIFF\0\0\0\0WAVE" + chunk(b"LIST", b"abc") + b"\0" + rest + chunk(b"data", DATA),
    }
    hashes = set()
    for name, data in forms.items():
        (tmp_path / name).write_bytes(data)
        hashes.add(content(tmp_path / name).audio_hash)
    assert len(hashes) == 1
    assert None not in hashes


@pytest.mark.parametrize("size", [0, 20_000, 0xFFFFFFFF])
def test_all_of_a_wav_of_a_wrong_size_counts(tmp_path: Path, size: int) -> None:
    head = b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", FMT)
    sound = bytes(range(250)) * 400
    right, wrong, other = (tmp_path / name for name in ("right.wav", "wrong.wav", "other.wav"))
    right.write_bytes(head + chunk(b"data", sound))
    wrong.write_bytes(head + chunk(b"data", sound, size))
    other.write_bytes(head + chunk(b"data", sound[:-1] + b"x", size))
    assert content(wrong).audio_hash == content(right).audio_hash != content(other).audio_hash


def test_all_files_that_were_glued_together_count(tmp_path: Path) -> None:
    one = b"RIFF" + struct.pack("<I", 36 + len(DATA)) + b"WAVE" + chunk(b"fmt ", FMT)
    one += chunk(b"data", DATA)
    both, other = tmp_path / "both.wav", tmp_path / "other.wav"
    both.write_bytes(one + one)
    other.write_bytes(one + one[:-1] + b"x")
    assert content(both).audio_hash != content(other).audio_hash


def test_tags_with_zeros_behind_them_are_no_audio(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", 220)
    bare = content(path).audio_hash
    tagged = tmp_path / "tagged.flac"
    tagged.write_bytes(b"ID3\4\0\0\0\0\0\7" + bytes(7 + 300) + path.read_bytes())
    assert content(tagged).audio_hash == bare


def test_an_m4a_of_several_long_parts(tmp_path: Path) -> None:
    head = struct.pack(">I4s4s4s", 16, b"ftyp", b"M4A ", b"isom")
    long = struct.pack(">I4sQ", 1, b"mdat", 16 + len(DATA)) + DATA
    last = struct.pack(">I4s", 0, b"mdat") + DATA
    free = struct.pack(">I4s", 12, b"free") + b"tags"
    one, other = tmp_path / "one.m4a", tmp_path / "other.m4a"
    one.write_bytes(head + long + free + last)
    other.write_bytes(head + free + free + long + last)
    assert content(one).audio_hash == content(other).audio_hash != None  # noqa: E711


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no music",
        b"\x1a\x45\xdf\xa3 matroska",
        b"fLaC\x00\x00\x00",
        b"fLaC\x80\x00\x00\x22",
        b"OggS",
        b"OggS\0\2" + bytes(20) + b"\1\x08fishead\0",
        b"RIFF\0\0\0\0WAVE",
        b"RIFF\0\0\0\0WAVEdata\0\0\0\0",
        b"\0\0\0\x08ftyp\0\0\0\x01mdat",
        b"ID3\4\0\0\0\0\0\0",
        b"APETAGEX" + bytes(24),
    ],
)
def test_what_holds_no_audio_that_is_known_has_no_hash_of_it(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    found = content(path)
    assert found.audio_hash is None
    assert found.content_hash == content_hash(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("whole")
    names = ["a.mp3", "a.flac", "a.ogg", "a.opus", "a.wav", "a.aiff"]
    return [write(folder / name, 220).read_bytes()[:4000] for name in names]


@given(data=st.data())
def test_no_damage_stops_it(data: st.DataObject, whole: list[bytes], tmp_path_factory: Any) -> None:
    bytes_ = bytearray(data.draw(st.sampled_from(whole)))
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(bytes_) - 1), st.integers(0, 255)), max_size=8)
    ):
        bytes_[place % 300] = byte
    del bytes_[data.draw(st.integers(0, len(bytes_))) :]
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bytes_)
    assert content(path).content_hash == content_hash(path)


def test_the_stamp_is_that_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", 220)
    os.utime(path, ns=(1, 1_234_567_890_123_456_789))
    stamp = read_stamp(path)
    assert stamp is not None
    assert (stamp.size, stamp.modified) == (path.stat().st_size, 1_234_567_890_123_456_789)
    assert content(path).stamp == stamp
    assert read_stamp(tmp_path / "missing") is None


def test_what_is_no_file_has_no_content(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="does not exist"):
        content(tmp_path / "missing")
