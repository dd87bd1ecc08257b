from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import mutagen
import mutagen.apev2
import mutagen.id3
import mutagen.mp4
import numpy as np
import pytest
import soundfile

from samesong.features import AudioFile
from samesong.runtime.files.tags import Tags, read_tags, title_from_name

TONE = np.sin(np.arange(22_050) / 10) / 2
WORK, RECORDING = "5f7b2a1c-6b1d-4a5c-9d7e-0c7d2f2f1f11", "0c7d2f2f-6b1d-4a5c-9d7e-5f7b2a1c1f11"
FULL = Tags(
    "Greensleeves",
    "Anon, 世界",
    "Ballads",
    "GBAYE6800011",
    "T-034.524.680-1",
    mb_work_id=WORK,
    mb_recording_id=RECORDING,
)


def id3(tags: Any) -> None:
    tags.add(mutagen.id3.TIT2(text=FULL.title))
    tags.add(mutagen.id3.TPE1(text=FULL.artist))
    tags.add(mutagen.id3.TALB(text=FULL.album))
    tags.add(mutagen.id3.TSRC(text=FULL.isrc))
    tags.add(mutagen.id3.TXXX(desc="ISWC", text=FULL.iswc))
    tags.add(mutagen.id3.TXXX(desc="MusicBrainz Work Id", text=FULL.mb_work_id))
    tags.add(mutagen.id3.UFID(owner="http://musicbrainz.org", data=RECORDING.encode()))
    tags.add(mutagen.id3.UFID(owner="http://www.id3.org/dummy/ufid.html", data=b"1"))
    tags.add(mutagen.id3.TXXX(desc="MusicBrainz Release Track Id", text=WORK))


def vorbis(tags: Any) -> None:
    for name in ("title", "artist", "album", "isrc", "iswc"):
        tags[name] = getattr(FULL, name)
    tags["musicbrainz_workid"], tags["musicbrainz_trackid"] = WORK, RECORDING
    tags["musicbrainz_releasetrackid"] = WORK


@pytest.mark.parametrize(
    ("name", "subtype", "rate", "write"),
    [
        ("song.wav", None, 22_050, id3),
        ("song.mp3", None, 22_050, id3),
        ("song.aiff", None, 22_050, id3),
        ("song.flac", None, 22_050, vorbis),
        ("song.ogg", "VORBIS", 22_050, vorbis),
        ("song.opus", "OPUS", 24_000, vorbis),
    ],
)
def test_tags_of_every_format(
    tmp_path: Path, name: str, subtype: str | None, rate: int, write: Callable[[Any], None]
) -> None:
    path = tmp_path / name
    container = "OGG" if subtype else None
    soundfile.write(path, TONE, rate, format=container, subtype=subtype)
    assert read_tags(path) == Tags("song")
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    write(file.tags)
    file.save()
    assert read_tags(path) == FULL
    with AudioFile(path) as opened:
        opened.stream.read(99)
        assert read_tags(opened) == FULL


def test_tags_of_mp4(tmp_path: Path) -> None:
    path = tmp_path / "song.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=22_050)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(TONE[None].astype("f4"), format="fltp", layout="mono")
        frame.sample_rate = 22_050
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file = mutagen.mp4.MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = FULL.title, FULL.artist, FULL.album
    isrc = mutagen.mp4.MP4FreeForm(FULL.isrc.encode())
    file["----:com.apple.iTunes:ISRC"] = isrc
    iswc = mutagen.mp4.MP4FreeForm(FULL.iswc.encode())
    file["----:com.apple.iTunes:ISWC"] = iswc
    for kind, value in (("Work", WORK), ("Track", RECORDING)):
        name = f"----:com.apple.iTunes:MusicBrainz {kind} Id"
        file[name] = mutagen.mp4.MP4FreeForm(value.encode())
    file.save()
    assert read_tags(path) == FULL
    with AudioFile(path) as opened:
        opened.stream.read(99)
        assert read_tags(opened) == FULL


TOLD = {"title": "Greensleeves", "artist": "Anon", "album": "Ballads", "isrc": "GBAYE6800011"}


@pytest.mark.parametrize(
    ("container", "codec", "kept"),
    [
        ("wav", "pcm_s16le", "title artist album"),
        ("aiff", "pcm_s16be", "title"),
        ("mp3", "libmp3lame", "title artist album isrc"),
        ("flac", "flac", "title artist album isrc"),
        ("ogg", "flac", "title artist album isrc"),
        ("webm", "libopus", "title artist album isrc"),
        ("matroska", "flac", "title artist album isrc"),
        ("mov", "alac", "title artist album"),
        ("mp4", "aac", "title artist album"),
        ("asf", "wmav2", "title artist album isrc"),
        ("wv", "wavpack", "title artist album isrc"),
        ("caf", "pcm_s16le", "title artist album isrc"),
        ("avi", "pcm_s16le", "title artist"),
    ],
)
def test_tags_that_ffmpeg_writes(tmp_path: Path, container: str, codec: str, kept: str) -> None:
    path = tmp_path / "song"
    with av.open(str(path), "w", format=container) as output:
        output.metadata.update(TOLD)
        stream = output.add_stream(codec, rate=48_000)
        stream.layout, stream.bit_rate = "mono", 96_000
        for begin in range(0, 20_480, 1024):
            tone = TONE[None, begin : begin + 1024].astype("f4")
            frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 48_000, begin
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    expected = {name: TOLD[name] for name in kept.split()}
    assert read_tags(path) == Tags(**expected)


@pytest.mark.parametrize(
    "content", [b"", b"ID3\x04\x00\x00\xff\xff\xff\xff", b"fLaC\0\0", b"\0" * 99]
)
def test_damage_is_no_failure(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "07 - A_Song.mp3"
    path.write_bytes(content)
    assert read_tags(path) == Tags("A Song")


def test_a_medley_has_several_works(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    soundfile.write(path, TONE, 22_050)
    file = mutagen.File(path)
    file["musicbrainz_workid"] = [WORK, RECORDING]
    file["isrc"] = [" ", "GBAYE6800011", "GBAYE6800012"]
    file.save()
    both = f"{WORK}; {RECORDING}"
    assert read_tags(path) == Tags("song", isrc="GBAYE6800011; GBAYE6800012", mb_work_id=both)


def test_empty_tags_are_none(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    soundfile.write(path, TONE, 22_050)
    file = mutagen.File(path)
    file["title"], file["artist"] = "  ", "\0"
    file.save()
    assert read_tags(path) == Tags("song")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("03 - Scarborough_Fair.flac", "Scarborough Fair"),
        ("03. Scarborough Fair.mp3", "Scarborough Fair"),
        ("03 Scarborough Fair.mp3", "Scarborough Fair"),
        ("3-Scarborough Fair.mp3", "Scarborough Fair"),
        ("1-03 Scarborough Fair.mp3", "Scarborough Fair"),
        ("99 Luftballons.ogg", "99 Luftballons"),
        ("22-20 Blues.ogg", "22-20 Blues"),
        ("1999.wav", "1999"),
        ("4.33.wav", "4.33"),
        ("07.wav", "07"),
        ("Vol. 2 - Intro.wav", "Vol. 2 - Intro"),
    ],
)
def test_a_name_gives_a_title(name: str, title: str) -> None:
    assert title_from_name(f"/music/{name}") == title
