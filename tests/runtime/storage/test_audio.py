"""Audio in an object store: found, streamed by ranges, and told from what is gone."""

import json
import os
from pathlib import Path
from threading import Barrier

import pytest
from local_s3 import CUT, Proxy

from samesong.features.audio_file import AudioFile
from samesong.features.errors import DecodeError
from samesong.runtime.files.content import read_content
from samesong.runtime.files.discovery import find_audio
from samesong.runtime.storage.object_path import ObjectPath, as_path
from samesong.runtime.storage.objects import Objects
from tests.runtime.storage.conftest import RATE, TINY_BUNDLE, Run

MODEL = ("--model", TINY_BUNDLE)
ONCE = ("--storage-option", "client_max_retries=1")


@pytest.fixture
def music(address: str, songs: Path) -> Objects:
    """Put three songs, a text and a hidden file into the store."""
    objects = Objects(address)
    for path in songs.glob("*.flac"):
        objects.write(f"rock/{path.name}", path.read_bytes())
    objects.write("rock/.hidden.flac", b"no audio")
    objects.write("rock/notes.txt", b"no audio")
    objects.write("live.wav", (songs / "live.wav").read_bytes())
    return objects


def test_what_an_address_names(music: Objects) -> None:
    def names(address: str) -> list[str]:
        return [path.name for path in find_audio([f"{music.location}/{address}"]).files]

    assert names("rock/0.flac") == ["0.flac"]
    assert names("rock") == ["0.flac", "1.flac", "2.flac"]
    assert names("*/[01].flac") == ["0.flac", "1.flac"]
    assert names("*.flac") == []
    found = find_audio([music.location, f"{music.location}/none"])
    assert [path.name for path in found.files] == ["live.wav", "0.flac", "1.flac", "2.flac"]
    assert [path.name for path in found.passed_over] == ["notes.txt"]
    assert found.failures == [
        (f"{music.location}/none", "there is no such object, and none below it")
    ]


def test_an_object_is_read_as_the_file_it_was(music: Objects, songs: Path) -> None:
    path = as_path(f"{music.location}/rock/1.flac")
    with AudioFile(path) as here, AudioFile(songs / "1.flac") as there:
        assert here.info == there.info
        one, other = read_content(here), read_content(there)
        assert (one.content_hash, one.audio_hash) == (other.content_hash, other.audio_hash)
        assert one.size == os.path.getsize(songs / "1.flac")
        for mine, theirs in zip(here.samples(RATE), there.samples(RATE), strict=True):
            assert (mine == theirs).all()
        # What is written to meanwhile is not taken for what it was.
        music.write("rock/1.flac", b"other")
    with AudioFile(path) as here, pytest.raises(DecodeError, match="written to meanwhile"):
        read_content(here)
    with pytest.raises(DecodeError, match=r"'s3://bucket/.*/none.flac' does not exist"):
        AudioFile(ObjectPath(f"{music.location}/none.flac"))


def test_a_long_object_is_read_by_ranges(music: Objects, s3: Proxy) -> None:
    content = os.urandom(2**20) * 11
    music.write("long", content)
    s3.seen.clear()
    with as_path(f"{music.location}/long").open("rb", buffering=0) as file:
        assert file.seek(-5, os.SEEK_END) == len(content) - 5
        assert file.read(10) == content[-5:]
        assert file.seek(2**21 - 3) == 2**21 - 3
        assert file.read(6) == content[2**21 - 3 : 2**21 + 3]
        assert file.tell() == 2**21 + 3
    assert [method for method, _ in s3.seen] == ["HEAD", "GET", "GET", "GET"]


def test_indexing_from_a_store(music: Objects, s3: Proxy, tmp_path: Path, run: Run) -> None:
    catalog = tmp_path / "catalog"
    assert run("index", catalog, f"{music.location}/rock/*.flac", *MODEL).startswith("3 added")
    listed = json.loads(run("catalog", "list", catalog, "--json"))
    assert [one["path"] for one in listed] == [f"{music.location}/rock/{n}.flac" for n in range(3)]
    s3.seen.clear()
    assert "3 present" in run("index", catalog, f"{music.location}/rock", *MODEL)
    assert not [path for method, path in s3.seen if method == "GET" and ".flac" in path]

    query = f"{music.location}/live.wav"
    [found] = json.loads(run("identify", catalog, query, "--json", *MODEL))
    assert (found["query"], found["matches"][0]["title"]) == (query, "1")
    assert "--isolate reads files on disk" in run(
        "identify", catalog, query, "--isolate", *MODEL, code=2
    )

    music.delete("rock/2.flac")
    assert "1 removed" in run("catalog", "prune", catalog)
    s3.fail = lambda *_: CUT
    assert "0 removed" in run("catalog", "prune", catalog, *ONCE)
    refused = run("index", catalog, f"{music.location}/rock", *MODEL, *ONCE, code=2)
    assert "cannot be searched: the store cannot be reached" in refused


def test_files_of_a_catalog_are_asked_for_together_and_once(
    music: Objects, s3: Proxy, tmp_path: Path, run: Run
) -> None:
    catalog = tmp_path / "catalog"
    run("index", catalog, f"{music.location}/rock", *MODEL)
    s3.seen.clear()
    all_three = Barrier(3)

    def held_up(method: str, path: str) -> None:
        if method == "HEAD" and path.endswith(".flac"):
            all_three.wait()  # for ever, should one be asked for after the other

    s3.fail = held_up
    assert run("catalog", "verify", catalog).startswith("clean: 3 tracks")
    assert len([path for _, path in s3.seen if path.endswith(".flac")]) == 3
