"""Whatever is fed in: a message that names it, an exit code, and nothing else is lost."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.runtime.inference.onnx_session import available_devices

RATE = 22_050
SAMESONG = Path(sys.executable).with_name("samesong")
# Root reads what no one may read, unless it gives that up: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH.
WITHOUT_PRIVILEGE = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):
        if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):
            sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
"""


def make_bad_files(folder: Path, song: Path) -> dict[str, str]:
    """Make one file of each kind that cannot be used; return what is to be said of each."""
    folder.mkdir()
    (folder / "zero.wav").touch()
    (folder / "text.mp3").write_text("These are the words of a song.\n" * 50)
    (folder / "header.flac").write_bytes(song.read_bytes()[:40])
    (folder / "gone.ogg").symlink_to(folder / "nowhere.ogg")
    os.mkfifo(folder / "pipe.wav")
    tone = np.sin(np.arange(5 * RATE) / 10).astype("f4")
    soundfile.write(folder / "silent.wav", np.zeros(5 * RATE), RATE)
    soundfile.write(folder / "short.wav", tone[: RATE // 2], RATE)
    soundfile.write(folder / "nothing.wav", tone[:0], RATE)
    return {
        "zero.wav": "empty",
        "text.mp3": "not audio",
        "header.flac": "decoded",
        "gone.ogg": "does not exist",
        "pipe.wav": "not a file",
        "silent.wav": "silen",
        "short.wav": "0.6 s",
        "nothing.wav": "",
    }


def test_bad_files_are_listed_and_all_others_indexed(
    samesong: Any, here: Any, model: Any, music: Path, tmp_path: Path
) -> None:
    song = music / "01 - Song 0.flac"
    said = make_bad_files(tmp_path / "bad", song)
    names = ["Grüße, 世界.flac", "two\nlines.flac", os.fsdecode(b"caf\xe9.flac")]
    for i, name in enumerate(names):
        shutil.copy(music / f"{i + 1:02} - Song {i}.flac", tmp_path / "bad" / name)
    (tmp_path / "bad" / "round").symlink_to(tmp_path / "bad")
    catalog = tmp_path / "catalog"
    result = samesong("index", catalog, tmp_path / "bad", *model, "--json", code=1)
    report = json.loads(result.stdout)
    failed = {Path(file["path"]).name: file["detail"] for file in report["files"] if file["detail"]}
    assert set(failed) == set(said)
    for name, words in said.items():
        assert name in failed[name]
        assert words in failed[name]
        assert failed[name] in result.stderr
    assert report["n_tracks"] == 3
    # No decoder speaks for itself, and nobody asked for progress.
    assert all(line.startswith("samesong: ") for line in result.stderr.splitlines())
    # Names are printed whole, in one line.
    listed = samesong("catalog", "list", catalog).stdout
    assert "Grüße, 世界.flac" in listed
    assert "two\\nlines.flac" in listed
    assert "caf\\xe9.flac" in listed
    assert len(listed.splitlines()) == 4
    again = json.loads(here("index", catalog, tmp_path / "bad", *model, "--json", code=1).stdout)
    assert [file["status"] for file in again["files"]].count("present") == 3
    assert again["n_tracks"] == 3


def test_one_sample_that_is_no_number_costs_nothing_else(
    here: Any, model: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tone = np.sin(np.arange(5 * RATE) / 10).astype("f4")
    tone[2 * RATE] = np.nan
    soundfile.write(tmp_path / "nan.wav", tone, RATE, subtype="FLOAT")
    here("index", tmp_path / "catalog", tmp_path / "nan.wav", *model)
    assert "nan.wav': 1 sample at 0:02, not a number, silenced" in caplog.text


def test_only_bad_files_is_exit_code_2(
    here: Any, model: Any, indexed: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.wav").write_text("not audio")
    for arguments in (
        ("index", tmp_path / "new", tmp_path / "text.wav"),
        ("identify", indexed, tmp_path / "text.wav"),
        ("compare", tmp_path / "text.wav", tmp_path / "text.wav"),
    ):
        result = here(*arguments, *model, code=2)
        assert "text.wav" in result.stderr
    (tmp_path / "folder").mkdir()
    said = here("index", tmp_path / "new", tmp_path / "folder", *model, code=2).stderr
    assert "no audio files" in said


def test_an_unreadable_folder_is_a_failure(
    samesong: Any, here: Any, model: Any, music: Path, tmp_path: Path
) -> None:
    locked = tmp_path / "music" / "locked"
    shutil.copytree(music, locked)
    shutil.copy(music / "01 - Song 0.flac", tmp_path / "music")
    locked.chmod(0)
    before = [sys.executable, "-c", WITHOUT_PRIVILEGE]
    probe = subprocess.run([*before, "/bin/ls", str(locked)], capture_output=True, check=False)
    if probe.returncode == 77:
        pytest.skip("root may not give up its privileges here")
    arguments = ("index", tmp_path / "catalog", tmp_path / "music", *model)
    try:
        result = samesong(*arguments, code=1, before=before)
        assert f"{locked}: cannot be searched: Permission denied" in result.stderr
        assert result.stdout.startswith("1 added")
    finally:
        locked.chmod(0o700)
    assert here(*arguments).stdout.endswith("has 6 tracks\n")


def test_catalogs_that_are_none(here: Any, model: Any, music: Path, tmp_path: Path) -> None:
    song = music / "01 - Song 0.flac"
    missing = tmp_path / "missing"
    for arguments in (
        ("identify", missing, song, *model),
        ("catalog", "info", missing),
        ("catalog", "verify", missing),
        ("catalog", "remove", missing, "x"),
    ):
        assert f"no catalog at {missing}" in here(*arguments, code=2).stderr
    assert not missing.exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("hello")
    assert "is not a catalog" in here("catalog", "list", tmp_path / "other", code=2).stderr
    said = here("index", tmp_path / "other", song, *model, code=2).stderr
    assert "letter.txt" in said
    assert "is a file" in here("index", song, song, *model, code=2).stderr


def test_an_empty_catalog(here: Any, model: Any, music: Path, tmp_path: Path) -> None:
    song, catalog = music / "01 - Song 0.flac", tmp_path / "catalog"
    here("index", catalog, song, *model)
    here("catalog", "remove", catalog, song)
    said = here("identify", catalog, song, *model, code=2).stderr
    assert f"catalog {catalog} is empty" in said


def test_a_catalog_of_another_model(
    here: Any, indexed: Path, music: Path, model: Any, tmp_path: Path
) -> None:
    other = shutil.copytree(model[1], tmp_path / "other")
    manifest = json.loads((other / "manifest.json").read_text())
    manifest["name"] = "other"
    manifest["window_seconds"] = 60.0
    (other / "manifest.json").write_text(json.dumps(manifest))
    for command in (("identify", indexed), ("index", indexed)):
        said = here(*command, music / "01 - Song 0.flac", "--model", other, code=2).stderr
        assert "'tiny'" in said
        assert "'other'" in said


def test_damaged_models(here: Any, music: Path, model: Any, tmp_path: Path) -> None:
    song = music / "01 - Song 0.flac"
    assert (
        "no model 'nonsense'" in here("compare", song, song, "--model", "nonsense", code=2).stderr
    )
    for name, content in (("branch.onnx", b"damaged"), ("manifest.json", b'{"format": 1}')):
        damaged = shutil.copytree(model[1], tmp_path / name)
        (damaged / name).write_bytes(content)
        said = here("index", tmp_path / "new", song, "--model", damaged, code=2).stderr
        assert str(damaged / name) in said
    assert not (tmp_path / "new").exists()


def test_a_device_that_is_not_there(here: Any, music: Path, model: Any) -> None:
    if "cuda" in available_devices():
        pytest.skip("cuda is there")
    song = music / "01 - Song 0.flac"
    assert "cuda" in here("compare", song, song, *model, "--device", "cuda", code=2).stderr


def test_a_long_file_takes_little_memory(model: Any, tmp_path: Path) -> None:
    minute = np.sin(np.arange(60 * RATE) / 10).astype("f4") / 2
    peaks = []
    for minutes in (4, 60):
        path = tmp_path / f"{minutes}.flac"
        with soundfile.SoundFile(path, "w", RATE, 1) as stream:
            for i in range(minutes):
                # Mostly silence, which takes as much memory as music and much less time.
                stream.write(minute if i % 20 < 2 else np.zeros_like(minute))
        child = subprocess.Popen(
            [SAMESONG, "index", tmp_path / "catalog", path, *model],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        peaks.append(usage.ru_maxrss * 1024)
    samples = 60 * 60 * RATE * 4
    assert peaks[1] - peaks[0] < samples / 3
