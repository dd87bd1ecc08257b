"""``samesong setlist``: where the list goes, and what is kept until it is there."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.runtime.cli.setlist_table import TABLE, print_setlist
from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Song, SongTrack
from tests.runtime.cli.conftest import RATE, play


@pytest.fixture(scope="module")
def concert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of songs 1 and 3."""
    path = tmp_path_factory.mktemp("concert") / "concert.wav"
    soundfile.write(path, np.concatenate([play(1), play(3)]), RATE)
    return path


@pytest.fixture
def command(indexed: Path, concert: Path, model: list[str]) -> list[object]:
    """Return the command that finds the songs of that recording."""
    return ["setlist", indexed, concert, *model]


@pytest.fixture
def analysed(concert: Path) -> Iterator[Callable[[], None]]:
    """Return what silences the recording, so that any further analysis would be refused.

    Its header, size and time stay: it seems to be what it was.
    """
    content, status = concert.read_bytes(), concert.stat()

    def write(kept: bytes) -> None:
        concert.write_bytes(kept)
        os.utime(concert, ns=(status.st_atime_ns, status.st_mtime_ns))

    yield lambda: write(content[:44] + bytes(len(content) - 44))
    write(content)


def test_a_list_is_written_and_nothing_else_left(here: Any, command: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    said = here(*command, "-o", out).stdout.splitlines()
    assert re.fullmatch(r".+ \(1:00\): \d songs? named, \d unknown", said[0])
    assert said[-1] == f"written: {out}"
    assert out.read_text().startswith("\ufefftitle,artist,")
    assert list(tmp_path.iterdir()) == [out]


def test_several_lists_are_written_and_nothing_else_left(
    here: Any, command: Any, tmp_path: Path
) -> None:
    names = ["list.csv", "list.cue", "list.html"]
    here(*command, *(part for name in names for part in ("-o", tmp_path / name)))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_the_table_says_what_reports_say(capsys: pytest.CaptureFixture[str]) -> None:
    track = SongTrack(
        track_id="id", title="Song", artist=None, album=None, isrc=None, path="a.wav", duration=9.0
    )
    found = Setlist(
        recording="a.wav",
        duration=9.0,
        songs=(
            Song(start=1.0, end=8.0, track=track, probability=0.9996, key_shift=0, tempo_ratio=1.0),
        ),
    )
    print_setlist(found, TABLE)
    head, _, row = capsys.readouterr().out.splitlines()
    assert head == "a.wav (0:09): 1 song named, 0 unknown"
    assert row.split() == [
        *("0:01", "0:08", "Song", "-"),
        *(">", "99.9", "%", "0", "same", "tempo"),
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


@pytest.fixture
def unwritten(here: Any) -> Callable[..., None]:
    """Return what runs a command that analyses the recording and cannot write its list."""
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    return lambda *command: here(*command, "--format", "csv", "-o", "/dev/full", code=2) and None


def test_what_was_kept_of_another_recording_stays(
    here: Any, command: Any, concert: Path, tmp_path: Path, unwritten: Any
) -> None:
    out, kept = tmp_path / "out.json", tmp_path / "out.json.partial"
    unwritten(*command, "--resume", kept)
    before = kept.read_bytes()
    command[2] = shutil.copy(concert, tmp_path / "other.flac")
    for more in (["-o", out], ["--resume", kept]):
        refused = here(*command, *more, code=2).stderr
        assert f"{kept} keeps what was found so far in another recording, {concert}" in refused
        assert kept.read_bytes() == before
    assert not out.exists()


def test_what_was_kept_with_other_options_is_refused_and_stays(
    here: Any, command: Any, catalog: Path, unwritten: Any
) -> None:
    command[1] = catalog
    kept, song = catalog.parent / "kept", catalog.parent / "new.wav"
    command += ["--resume", kept]
    unwritten(*command)
    before = kept.read_bytes()
    said = here(*command, "--from", "0:05", code=2).stderr
    assert "the part (--from, --to) was all, and is 5.0 s to the end now: resume with" in said
    said = here(*command, "--threshold", "0.9", "--channel", "left", code=2).stderr
    assert "--channel was not given, and is left now; --threshold was 0.5, and is 0.9 now" in said
    assert len(said.splitlines()) == 1
    soundfile.write(song, play(8), RATE)
    here("index", catalog, song, *command[3:5])
    said = here(*command, code=2).stderr
    assert "the catalog, or what is searched of it (--artist, --album, --among), is" in said
    assert len(said.splitlines()) == 1
    assert kept.read_bytes() == before
    kept.unlink()
    here(*command)


def test_what_keeps_nothing_is_refused(here: Any, command: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("a letter")
    refused = here(*command, "--resume", kept, code=2).stderr
    assert f"{kept} does not hold what was found in a recording" in refused
    assert kept.read_text() == "a letter"


@pytest.fixture
def show(tmp_path: Path, concert: Path) -> Path:
    """Return a folder of that recording in two files, and a broken one, numbered as people do."""
    folder = tmp_path / "show"
    folder.mkdir()
    samples, _ = soundfile.read(concert, dtype="float32")
    soundfile.write(folder / "d1t2.wav", samples[: 20 * RATE], RATE)
    (folder / "d1t9.mp3").write_bytes(b"no audio")
    soundfile.write(folder / "d1t10.flac", samples[20 * RATE :], RATE)
    return folder


def test_a_folder_of_files_is_one_concert(
    here: Any, command: Any, show: Path, tmp_path: Path
) -> None:
    out, whole = tmp_path / "out.json", tmp_path / "whole.json"
    here(*command, "-o", whole)
    command[2] = show
    result = here(*command, "-o", out, code=1)
    assert f"'{show / 'd1t9.mp3'}' is not audio" in result.stderr
    found, expected = (json.loads(path.read_text()) for path in (out, whole))
    assert [Path(file["path"]).name for file in found["files"]] == ["d1t2.wav", "d1t10.flac"]
    assert [(file["start"], file["end"]) for file in found["files"]] == [(0, 20), (20, 60)]
    assert (found["recording"], found["title"]) == (str(show), "show")
    assert found["duration"] == 60
    assert found["songs"] == expected["songs"]
    assert found["threshold"] == 0.5
    assert found["model"]
    assert found["version"]
    listed = here(*command, "-o", show / "out.cue", code=1).stdout.splitlines()
    assert (show / "out.cue").read_text().startswith('TITLE "show"\nFILE "d1t2.wav"')
    assert listed[-1].endswith("out.cue")


def test_files_that_cannot_be_used_are_told_before_any_work(
    here: Any, command: Any, show: Path, tmp_path: Path
) -> None:
    command[1:3] = [tmp_path / "no catalog", show]
    said = here(*command, code=2).stderr.splitlines()
    assert said[0].endswith("; left out")
    assert "d1t9.mp3' is not audio" in said[0]
    assert "no catalog at" in said[1]
    command[2:3] = [show / "d1t2.wav", tmp_path / "a.flac", tmp_path / "b.flac"]
    missing = f"'{tmp_path}/a.flac', '{tmp_path}/b.flac'"
    expected = f"samesong: {missing} do not exist; check the paths\n"
    assert here(*command, code=2).stderr == expected


def test_files_follow_each_other_in_the_order_given(
    here: Any, command: Any, show: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    command[2:3] = [show / "d1t10.flac", show / "d1t2.wav"]
    here(*command, "-o", out)
    files = json.loads(out.read_text())["files"]
    assert [Path(file["path"]).name for file in files] == ["d1t10.flac", "d1t2.wav"]


def test_the_part_between_two_times_is_searched(here: Any, command: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    here(*command, "--from", "0:15", "--to", "45.5", "-o", out)
    found = json.loads(out.read_text())
    assert (found["start"], found["end"], found["duration"]) == (15, 45.5, 60)
    assert all(15 <= song["start"] < song["end"] <= 45.5 for song in found["songs"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "1:75"], "'1:75' is no time: give seconds, m:ss or h:mm:ss"),
        (["--to", "-3"], "'-3' is no time"),
        (["--from", "40", "--to", "0:30"], "--to 0:30 is not after --from 0:40"),
        (["--from", "2:00:00"], "lasts 60.00 s, so nothing is left from 7200.00 s on"),
    ],
)
def test_a_part_that_is_none_is_refused(
    here: Any, command: Any, options: list[str], said: str
) -> None:
    assert said in here(*command, *options, code=2).stderr


def test_a_folder_without_audio_and_a_file_named_twice_are_refused(
    here: Any, command: Any, concert: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    command[2] = tmp_path / "empty"
    assert "empty holds no audio files" in here(*command, code=2).stderr
    command[2:3] = [concert, concert]
    assert f"{concert} is named twice" in here(*command, code=2).stderr


def test_silence_is_told(here: Any, command: Any, tmp_path: Path) -> None:
    command[2] = tmp_path / "silent.flac"
    soundfile.write(command[2], np.zeros(30 * RATE), RATE)
    assert "silent.flac is silent from 0 to 30 s" in here(*command, code=2).stderr


def test_a_recording_without_songs_is_told(here: Any, command: Any, tmp_path: Path) -> None:
    command[2] = tmp_path / "noise.flac"
    soundfile.write(command[2], 0.1 * np.random.default_rng(1).standard_normal(30 * RATE), RATE)
    result = here(*command, "--talk")
    assert "no music was found in" in result.stderr
    assert "(applause)" in result.stdout
    assert ": 0 songs named, 0 unknown" in result.stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_files_grow_while_the_command_works(here: Any, command: Any, tmp_path: Path) -> None:
    out, full = tmp_path / "out.json", tmp_path / "full.csv"
    full.symlink_to("/dev/full")
    long = tmp_path / "long.flac"
    with soundfile.SoundFile(long, "w", RATE, 1) as file:
        for seed in range(11):
            file.write(play(seed % 6))
    command[2] = long
    # The complete list is not written to the second file, since the first one fails.
    here(*command, "-o", full, "-o", out, code=2)
    assert json.loads(out.read_text())["end"] == 300.0
    here(*command, "-o", out)
    assert json.loads(out.read_text())["end"] is None


def test_unknown_songs_in_files_of_their_own_are_as_many(
    here: Any, demo: Any, tmp_path: Path
) -> None:
    names = ("other_nebula", "live_greensleeves", "other_awakening", "other_a_new_journey")
    files = [DEMO_AUDIO / f"{name}.opus" for name in names]
    repertoire = tmp_path / "repertoire.txt"
    repertoire.write_text("Greensleeves\nOh! Susanna\n")
    told = here("setlist", demo.path, *files, "--among", repertoire, "--json").stdout
    found = json.loads(told)
    titles = [song["track"] and song["track"]["title"] for song in found["songs"]]
    assert titles == [None, "Greensleeves", None, None]
    for song, file in zip(found["songs"], found["files"], strict=True):
        assert file["start"] - 0.5 <= song["start"] < file["start"] + 10
        assert file["end"] - 10 < song["end"] <= file["end"] + 0.5
