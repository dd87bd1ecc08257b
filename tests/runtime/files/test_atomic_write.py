import fcntl
import os
import stat
import subprocess
import sys

import pytest

from samesong.runtime.files.atomic_write import is_plain, whole_file
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.setlist.document import Setlist


def test_a_file_is_there_when_all_is_written(tmp_path):
    path = tmp_path / ("long" * 60)  # no longer name fits beside it
    with whole_file(path) as stream:
        stream.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_the_file_as_it_was_and_nothing_beside(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")

    def fail(error):
        with whole_file(path) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(OSError, match=r"No space left on device: '.*out\.csv'$"):
        fail(OSError(28, "No space left on device"))
    with pytest.raises(PermissionError, match=r"no: '.*out\.csv'$"):
        fail(PermissionError(13, "no", "beside", None, "out"))
    with pytest.raises(OSError, match=r"out\.csv cannot be written: encoder error"):
        fail(OSError("encoder error"))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_parts_that_a_killed_process_left_are_removed(tmp_path):
    left, recent, in_use, other = (
        tmp_path / name
        for name in (
            *(f".samesong-{digit * 16}.part" for digit in "012"),
            ".samesong-of-mine.part",
        )
    )
    for path in (left, recent, in_use, other):
        path.write_bytes(b"half")
    for path in (left, in_use, other):
        os.utime(path, (0, 0))
    with in_use.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with whole_file(tmp_path / "out.csv") as stream:
            stream.write(b"new")
        assert set(tmp_path.iterdir()) == {recent, in_use, other, tmp_path / "out.csv"}


def test_who_may_read_a_file_stays(tmp_path):
    path = tmp_path / "out.csv"
    path.touch(mode=0o600)
    with whole_file(path) as stream:
        stream.write(b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_one(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "there")
    with whole_file(tmp_path / "link") as stream:
        stream.write(b"new")
    assert (tmp_path / "there").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_report_that_cannot_be_written_names_its_file():
    with pytest.raises(OSError, match=r"'/dev/full'$"):
        FORMATS["csv"].save(Setlist(recording="a.wav", duration=9.0, songs=()), "/dev/full")


@pytest.mark.parametrize("stdout", ["pipe", "file"])
def test_standard_output_has_a_name(tmp_path, stdout):
    ask = """
from samesong.runtime.files.atomic_write import whole_file
with whole_file("/dev/stdout") as stream:
    stream.write(b"new")
"""
    out = tmp_path / "out"
    with out.open("wb") as stream:
        done = subprocess.run(
            [sys.executable, "-c", ask],
            check=True,
            stdout=stream if stdout == "file" else subprocess.PIPE,
        )
    assert (out.read_bytes() if stdout == "file" else done.stdout) == b"new"
    assert not is_plain(out.parent)
