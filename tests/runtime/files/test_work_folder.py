"""Uploads of a service that has ended do not stay, however it ended."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from samesong.runtime.files.work_folder import WorkFolder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_outlives_it(temporary: Path) -> None:
    with WorkFolder("serve") as work:
        assert work.path.parent == temporary
        with work.folder() as folder:
            (Path(folder) / "upload.wav").write_bytes(b"sound")
        assert not Path(folder).exists()
        (work.path / "upload.wav").write_bytes(b"sound")
    assert list(temporary.iterdir()) == []


def test_those_in_use_are_left_alone(temporary: Path) -> None:
    with WorkFolder("serve") as first, WorkFolder("serve") as second:
        assert first.path != second.path
        assert set(temporary.iterdir()) == {first.path, second.path}


def test_those_of_other_commands_are_removed_too(temporary: Path) -> None:
    left, unfinished, being_made, other = (
        temporary / name
        for name in ("samesong-setlist-a", "samesong-demo-b", "samesong-demo-c", "samesong-music")
    )
    for folder in (left, unfinished, being_made, other):
        folder.mkdir()
    for folder in (left, other):
        (folder / ".lock").touch()
    two_hours_ago = time.time() - 7200
    os.utime(unfinished, (two_hours_ago, two_hours_ago))
    with WorkFolder("serve") as work:
        assert set(temporary.iterdir()) == {work.path, being_made, other}


def test_those_left_behind_are_removed(temporary: Path) -> None:
    with WorkFolder("serve") as work:
        left = temporary / "samesong-serve-left"
        left.mkdir()
        (left / ".lock").touch()
        (left / "upload.wav").write_bytes(b"sound")
        elsewhere = temporary / "other"
        elsewhere.mkdir()
        with WorkFolder("serve") as following:
            assert set(temporary.iterdir()) == {work.path, following.path, elsewhere}
