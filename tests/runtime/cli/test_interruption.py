"""What is in a catalog stays, whatever ends a run that adds to it; the next one goes on."""

import fcntl
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3
import pytest

SAMESONG = Path(sys.executable).with_name("samesong")
N_FILES = 40
FIRST_GROUP = 16  # tracks that one commit puts into a new catalog
PIPE = 4096  # bytes, the least
LINE = PIPE // (N_FILES - FIRST_GROUP - 10)  # bytes: the command tells of a file in more
LONG = 48 * "long-"  # a name that makes them so
# A limit on the size of a file fails like a full disk does: in the middle of a write.
WITH_LIMIT = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.execv(sys.argv[2], sys.argv[2:])
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, write_song: Any) -> Path:
    """Return a folder of many short recordings."""
    folder = tmp_path_factory.mktemp("many") / LONG
    folder.mkdir()
    for seed in range(N_FILES):
        write_song(folder / f"{seed:02}.wav", seed, seconds=3.0)
    return folder


def stop(catalog: Path, many: Path, model: list[str], number: int) -> subprocess.Popen[bytes]:
    """Start to index, and send a signal in the middle of the second group of tracks."""
    with subprocess.Popen(
        [SAMESONG, "index", "-v", catalog, many, *model], stderr=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stderr is not None
        # It gets no further ahead of this process, however busy the machine, than the pipe is long.
        fcntl.fcntl(child.stderr, fcntl.F_SETPIPE_SZ, PIPE)
        for line in child.stderr:
            assert len(line) > LINE
            if line.startswith(f"[{FIRST_GROUP + 5}/{N_FILES}]".encode()):
                child.send_signal(number)
                break
        child.last_words = child.stderr.read().decode()  # type: ignore[attr-defined]
    return child


def goes_on(here: Any, catalog: Path, many: Path, model: list[str]) -> list[str]:
    """Index again, check that everything is there once, and return what was done to each file."""
    report = json.loads(here("index", catalog, many, *model, "--json").stdout)
    verified = json.loads(here("catalog", "verify", catalog, "--json").stdout)
    expected = {"n_tracks": N_FILES, "n_windows": N_FILES, "problems": [], "leftovers": 0}
    assert expected.items() <= verified.items()
    return [file["status"] for file in report["files"]]


def test_kill(here: Any, model: Any, many: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    assert stop(catalog, many, model, signal.SIGKILL).returncode == -signal.SIGKILL
    statuses = goes_on(here, catalog, many, model)
    assert set(statuses) == {"present", "added"}


def test_kill_while_files_are_told_by_their_audio(
    here: Any, model: Any, many: Path, tmp_path: Path
) -> None:
    music, catalog = Path(shutil.copytree(many, tmp_path / LONG)), tmp_path / "catalog"
    here("index", catalog, music, *model)
    before = json.loads(here("catalog", "list", catalog, "--json").stdout)
    for path in music.iterdir():
        file = mutagen.File(path)
        file.add_tags()
        file.tags.add(mutagen.id3.TIT2(text=f"Title of {path.stem}"))
        file.save()
        path.rename(path.with_stem(f"Renamed {path.stem}"))
    assert stop(catalog, music, model, signal.SIGKILL).returncode == -signal.SIGKILL
    statuses = goes_on(here, catalog, music, model)
    assert set(statuses) == {"present", "moved"}
    after = json.loads(here("catalog", "list", catalog, "--json").stdout)
    for old, new in zip(before, after, strict=True):
        assert (new["track_id"], new["added"]) == (old["track_id"], old["added"])
        assert new["title"] == f"Title of {old['title']}"
        assert Path(new["path"]).name == f"Renamed {Path(old['path']).name}"


def test_interrupt_keeps_what_was_done(here: Any, model: Any, many: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    child = stop(catalog, many, model, signal.SIGINT)
    assert child.returncode == 130
    assert child.last_words.endswith("samesong: interrupted\n")  # type: ignore[attr-defined]
    assert "Traceback" not in child.last_words  # type: ignore[attr-defined]
    statuses = goes_on(here, catalog, many, model)
    assert statuses.count("present") >= FIRST_GROUP + 5


def test_full_disk(samesong: Any, here: Any, model: Any, many: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog"
    before = [sys.executable, "-c", WITH_LIMIT]
    result = samesong("index", catalog, many, *model, code=2, before=[*before, "8000"])
    assert f"cannot write to catalog {catalog}: the disk is full" in result.stderr
    assert here("catalog", "verify", catalog).stdout.startswith("clean")
    goes_on(here, catalog, many, model)


def test_one_writer_at_a_time(here: Any, catalog: Path, music: Path, model: Any) -> None:
    song = music / "01 - Song 0.flac"
    with (catalog / ".writer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = here("index", catalog, song, *model, code=2).stderr
        assert f"another process is writing to catalog {catalog}" in said
        here("identify", catalog, song, *model)
