import os
from pathlib import Path

import pytest

from samesong.features import AudioFile
from samesong.features.errors import DecodeError
from samesong.runtime.files.discovery import content_hash, find_audio, is_gone, stored_path


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    for name in ("b/2.mp3", "b/1.FLAC", "a.wav", "c/d/e.m4a", "c/notes.txt", ".hidden/x.wav"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = find_audio([tmp_path])
    names = [str(path.relative_to(tmp_path)) for path in found.files]
    assert names == ["a.wav", "b/1.FLAC", "b/2.mp3", "c/d/e.m4a"]
    assert found.failures == []


def test_what_is_named_is_taken_once_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "recording").touch()
    (tmp_path / "song.wav").touch()
    named = [tmp_path / "recording", tmp_path / "song.wav", tmp_path, tmp_path / "missing"]
    assert find_audio(named).files == [
        tmp_path / "recording",
        tmp_path / "song.wav",
        tmp_path / "missing",
    ]


def test_links_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "song.ogg").touch()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere")
    found = find_audio([tmp_path])
    assert found.files == [tmp_path / "a" / "song.ogg", tmp_path / "gone.wav"]


def test_relative_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "song.wav").touch()
    monkeypatch.chdir(tmp_path)
    assert find_audio(["song.wav"]).files == find_audio(["."]).files == [tmp_path / "song.wav"]


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert content_hash(path) == expected
    with AudioFile(path) as file:
        file.stream.read(2)
        assert content_hash(file) == expected


def test_what_is_no_file_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="not a file"):
        content_hash(tmp_path)
    with pytest.raises(DecodeError, match="does not exist"):
        content_hash(tmp_path / "missing")


def test_any_name_can_be_stored() -> None:
    name = os.fsdecode(b"/caf\xe9/\xe4\xb8\x96\n")
    assert stored_path(Path(name)) == "/caf\\xe9/世\n"


def test_a_path_is_gone_when_no_file_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    assert is_gone(stored_path(path))
    path.touch()
    assert not is_gone(stored_path(path))


def test_a_name_that_is_no_text_is_never_gone(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.wav")
    path.touch()
    assert not is_gone(stored_path(path))
