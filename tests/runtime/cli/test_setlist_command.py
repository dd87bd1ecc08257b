"""``samesong setlist``: where the list goes, and what is kept until it is there."""

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.runtime.setlist import concert_analyser
from samesong.runtime.setlist.document import Setlist, Song, SongTrack
from samesong.runtime.setlist.finder import SetlistFinder
from tests.runtime.cli.conftest import RATE, play


@pytest.fixture(scope="module")
def concert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of songs 1 and 3."""
    path = tmp_path_factory.mktemp("concert") / "concert.flac"
    soundfile.write(path, np.concatenate([play(1), play(3)]), RATE)
    return path


@pytest.fixture
def command(indexed: Path, concert: Path, model: list[str]) -> list[object]:
    """Return the command that finds the songs of that recording."""
    return ["setlist", indexed, concert, *model]


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes any further analysis fail."""

    def fail(*_: object) -> None:
        raise AssertionError("it analyses again")

    return lambda: monkeypatch.setattr(concert_analyser, "compare_cell", fail)


def test_a_list_is_written_and_nothing_else_left(here: Any, command: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    said = here(*command, "-o", out).stdout
    assert said.endswith(f": {out}\n")
    assert out.read_text().startswith("\ufefftitle,artist,")
    assert list(tmp_path.iterdir()) == [out]


def test_several_lists_are_written_and_nothing_else_left(
    here: Any, command: Any, tmp_path: Path
) -> None:
    names = ["list.csv", "list.cue", "list.html"]
    here(*command, *(part for name in names for part in ("-o", tmp_path / name)))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_the_table_says_what_reports_say(
    here: Any, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = SongTrack(
        track_id="id", title="Song", artist=None, album=None, isrc=None, path="a.wav", duration=9.0
    )
    found = Setlist(
        recording="a.wav",
        duration=9.0,
        songs=(
            Song(start=1.0, end=8.0, track=track, confidence=0.9996, key_shift=0, tempo_ratio=1.0),
        ),
    )
    monkeypatch.setattr(SetlistFinder, "find", lambda *_, **__: found)
    head, _, row = here(*command).stdout.splitlines()
    assert head == "a.wav (0:09): 1 song named, 0 unknown"
    assert row.split() == [
        *("0:01", "0:08", "Song", "-"),
        *(">", "99.9", "%", "0", "same", "tempo", "id"),
    ]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_list_that_cannot_be_written_is_not_lost(
    here: Any, command: Any, concert: Path, tmp_path: Path, analysed: Any
) -> None:
    kept, out = tmp_path / "kept", tmp_path / "out.csv"
    command += ["--resume", kept]
    failed = here(*command, "--format", "csv", "-o", "/dev/full", code=2)
    assert "No space left on device: '/dev/full': run the same command" in failed.stderr
    assert f"--resume {kept} and another --output" in failed.stderr
    assert failed.stdout.startswith(f"{concert} (1:00): ")
    analysed()
    here(*command, "-o", out)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_nothing_is_kept_beside_a_device(here: Any, command: Any, concert: Path) -> None:
    failed = here(*command, "--format", "csv", "-o", "/dev/full", code=2)
    assert "--resume" not in failed.stderr
    assert failed.stdout.startswith(f"{concert} (1:00): ")
    assert not os.path.exists("/dev/full.partial")


def test_a_list_that_its_format_cannot_hold_is_not_lost(
    here: Any, command: Any, tmp_path: Path, analysed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, kept = tmp_path / "out.cue", tmp_path / "out.cue.partial"
    with monkeypatch.context() as patch:
        patch.setattr("samesong.runtime.reports.cue.MOST_TRACKS", -1)
        failed = here(*command, "-o", out, code=2)
    assert "holds at most" in failed.stderr
    assert f"--resume {kept}" in failed.stderr
    assert not out.exists()
    analysed()
    here(*command, "-o", tmp_path / "out.json", "--resume", kept)
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.fixture
def interrupted(here: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what interrupts a command when it has analysed the recording."""
    find = SetlistFinder.find

    def stop(*arguments: Any, **options: Any) -> Setlist:
        find(*arguments, **options)
        raise KeyboardInterrupt

    def interrupt(*command: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(SetlistFinder, "find", stop)
            here(*command, code=130)

    return interrupt


def test_what_was_kept_of_another_recording_stays(
    here: Any, command: Any, concert: Path, tmp_path: Path, interrupted: Any
) -> None:
    out, kept = tmp_path / "out.json", tmp_path / "out.json.partial"
    interrupted(*command, "-o", out)
    before = kept.read_bytes()
    command[2] = shutil.copy(concert, tmp_path / "other.flac")
    for more in (["-o", out], ["--resume", kept]):
        refused = here(*command, *more, code=2).stderr
        assert f"{kept} keeps what was found so far in another recording, {concert}" in refused
        assert kept.read_bytes() == before
    assert not out.exists()


def test_analysis_starts_again_with_a_warning_when_the_catalog_changed(
    here: Any, command: Any, catalog: Path, interrupted: Any, caplog: pytest.LogCaptureFixture
) -> None:
    command[1] = catalog
    kept, song = catalog.parent / "kept", catalog.parent / "new.wav"
    interrupted(*command, "--resume", kept)
    soundfile.write(song, play(8), RATE)
    here("index", catalog, song, *command[3:])
    caplog.clear()
    here(*command, "--resume", kept)
    assert caplog.messages == [f"the catalog changed since {kept} was kept: analysis starts again"]
    assert not kept.exists()


def test_what_keeps_nothing_is_refused(here: Any, command: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("a letter")
    refused = here(*command, "--resume", kept, code=2).stderr
    assert f"{kept} does not hold what was found in a recording" in refused
    assert kept.read_text() == "a letter"
