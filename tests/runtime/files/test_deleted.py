"""A disk that is not mounted must not pass for a thousand deleted files."""

import shutil
from pathlib import Path

import pytest

from samesong.runtime.files.deleted import Presence, presence

THERE, DELETED, UNREACHABLE = Presence.THERE, Presence.DELETED, Presence.UNREACHABLE


@pytest.fixture
def music(tmp_path: Path) -> list[Path]:
    """Return the files of two albums on one disk, and of one on another."""
    files = [
        tmp_path / disk / album / f"{number}.mp3"
        for disk, album in (("one", "a"), ("one", "b"), ("two", "c"))
        for number in range(2)
    ]
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return files


def states(files: list[Path]) -> list[Presence]:
    found = presence(files)
    return [found[path] for path in files]


def test_all_are_there(music: list[Path]) -> None:
    assert states(music) == [THERE] * 6


def test_one_file_of_a_folder(music: list[Path]) -> None:
    music[0].unlink()
    assert states(music) == [DELETED, *[THERE] * 5]


def test_an_album_beside_another(music: list[Path]) -> None:
    shutil.rmtree(music[0].parent)
    assert states(music) == [DELETED, DELETED, *[THERE] * 4]


def test_a_disk_whose_folder_is_left_empty(music: list[Path]) -> None:
    shutil.rmtree(music[4].parent)  # /two is what is left where the disk was mounted
    assert states(music) == [*[THERE] * 4, UNREACHABLE, UNREACHABLE]


def test_a_disk_mounted_where_the_files_were(music: list[Path]) -> None:
    for path in music[4:]:
        path.unlink()
    assert states(music)[4:] == [UNREACHABLE, UNREACHABLE]


def test_a_disk_whose_folder_went_with_it() -> None:
    here = Path(__file__)
    files = [Path("/mnt/no-such-disk/a.mp3"), Path("/media/somebody/no-disk/a.mp3"), here]
    assert states(files) == [UNREACHABLE, UNREACHABLE, THERE]


def test_a_link_to_a_disk_that_is_not_there(tmp_path: Path, music: list[Path]) -> None:
    link = tmp_path / "one" / "link"
    link.symlink_to("/mnt/no-such-disk/music")
    files = [*music, link / "a.mp3", link / "album" / "a.mp3", tmp_path / "one" / "a" / "l.mp3"]
    files[-1].symlink_to("/mnt/no-such-disk/music/l.mp3")
    assert states(files) == [*[THERE] * 6, *[UNREACHABLE] * 3]


def test_everything_is_gone(tmp_path: Path, music: list[Path]) -> None:
    shutil.rmtree(tmp_path / "one")
    shutil.rmtree(tmp_path / "two")
    assert states(music) == [UNREACHABLE] * 6
