"""Uploads of a service that has ended do not stay, however it ended."""

import tempfile
from pathlib import Path

import pytest

from samesong.runtime.server.work_folder import WorkFolder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_outlives_it(temporary: Path) -> None:
    with WorkFolder() as work:
        assert work.path.parent == temporary
        with work.folder() as folder:
            (Path(folder) / "upload.wav").write_bytes(b"sound")
        assert not Path(folder).exists()
        (work.path / "upload.wav").write_bytes(b"sound")
    assert list(temporary.iterdir()) == []


def test_those_in_use_are_left_alone(temporary: Path) -> None:
    with WorkFolder() as first, WorkFolder() as second:
        assert first.path != second.path
        assert set(temporary.iterdir()) == {first.path, second.path}


def test_those_left_behind_are_removed(temporary: Path) -> None:
    with WorkFolder() as work:
        left = temporary / "samesong-serve-left"
        left.mkdir()
        (left / ".lock").touch()
        (left / "upload.wav").write_bytes(b"sound")
        elsewhere = temporary / "other"
        elsewhere.mkdir()
        with WorkFolder() as following:
            assert set(temporary.iterdir()) == {work.path, following.path, elsewhere}
