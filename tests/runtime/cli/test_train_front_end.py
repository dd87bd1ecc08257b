"""From recordings to an answer with a third party's front end of another size and frame period."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

from samesong.runtime.inference.bundle import ModelBundle
from samesong.training.checkpoint import Checkpoint

pytestmark = pytest.mark.training

PLUGIN = Path(__file__).parents[2] / "features" / "plugin_package"
RATE = 22_050

CONFIG = """\
front_end = "chroma"
preset = "tiny"
steps = 4
works_per_batch = 2
lengths = [[16, 12], [12, 12]]
warmup_steps = 1
held_out = 0.5
validate_every = 2
validation_works = 2
workers = 0
"""


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the front end into a folder; return the environment that finds it there."""
    folder = tmp_path_factory.mktemp("plugin")
    source, target = shutil.copytree(PLUGIN, folder / "source"), folder / "target"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    pip += ["--no-build-isolation", "--disable-pip-version-check", "--target", target, source]
    subprocess.run(pip, check=True, timeout=120)
    return {"PYTHONPATH": str(target), "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a list of eight works of random tones; those with odd numbers have two recordings."""
    folder = tmp_path_factory.mktemp("recordings")
    with (folder / "list.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "work_id", "kind"])
        for work in range(8):
            melody = np.random.default_rng(work).integers(0, 24, 36)
            for key, kind in ((0, "studio"), (2, "live"))[: 1 + work % 2]:
                frequency = 110 * 2 ** ((melody + key) / 12)
                phase = 2 * np.pi * np.cumsum(np.repeat(frequency, RATE // 2)) / RATE
                tones = 0.2 * np.sin(phase) + 0.1 * np.sin(2 * phase)
                soundfile.write(folder / f"{work} {kind}.wav", tones, RATE)
                rows.writerow([f"{work} {kind}.wav", f"work {work}", kind])
    (folder / "chroma.toml").write_text(CONFIG)
    return folder


@pytest.fixture(scope="module")
def run(samesong: Any, plugin: dict[str, str], recordings: Path) -> Path:
    """Train; return the folder of the run."""
    folder = recordings.parent / "run"
    config = ("--config", recordings / "chroma.toml", "--threads", 1)
    samesong("train", recordings / "list.csv", "--out", folder, *config, **plugin)
    return folder


def test_a_third_party_s_front_end_trains_on_recordings_and_identifies(
    samesong: Any, plugin: dict[str, str], recordings: Path, run: Path, tmp_path: Path
) -> None:
    spec = Checkpoint.load(run / "best.pt").spec
    assert (spec.name, spec.n_bins, spec.frame_period) == ("chroma", 12, 0.6)
    model, catalog = tmp_path / "model", tmp_path / "catalog"
    song = recordings / "3 studio.wav"
    samesong("export", run / "best.pt", model, "--audio", song, **plugin)
    manifest = ModelBundle.load(model).manifest
    assert manifest.front_end == spec.to_dict()
    assert manifest.branch.inputs == {"cqt": ["batch", 12, "frames"]}
    studio = sorted(recordings.glob("* studio.wav"))
    samesong("index", catalog, *studio, "--model", model, **plugin)
    printed = samesong("identify", catalog, song, "--model", model, "--json", **plugin).stdout
    [ranking] = json.loads(printed)
    best = ranking["matches"][0]
    assert (best["title"], best["key_shift"]) == ("3 studio", 0)
    assert best["query_span"] == pytest.approx([0, 18], abs=2)


def test_it_is_refused_for_notes_that_it_does_not_render(
    samesong: Any, plugin: dict[str, str], recordings: Path, tunes: Path, tmp_path: Path
) -> None:
    command = ("train", tunes, "--out", tmp_path / "run", "--config", recordings / "chroma.toml")
    said = samesong(*command, code=2, **plugin).stderr
    assert f"{tunes} holds notes, but front end 'chroma' cannot be imitated from notes" in said


def test_a_start_from_a_front_end_of_another_size_is_refused(
    samesong: Any, plugin: dict[str, str], recordings: Path, trained: Any, tmp_path: Path
) -> None:
    listed, config = recordings / "list.csv", recordings / "chroma.toml"
    command = ("train", listed, "--out", tmp_path / "run", "--config", config)
    start = ("--start-from", trained.path / "best.pt")
    said = samesong(*command, *start, code=2, **plugin).stderr
    assert "was trained on front end 'direct' (72 bins, 12 an octave)" in said
    assert "asks for front end 'chroma' (12 bins, 12 an octave)" in said


def test_other_front_ends_must_share_bins_and_frames(
    samesong: Any, plugin: dict[str, str], recordings: Path, tmp_path: Path
) -> None:
    config = tmp_path / "mixed.toml"
    config.write_text(CONFIG + "other_front_ends = 0.5\n")
    command = ("train", recordings / "list.csv", "--out", tmp_path / "run", "--config", config)
    said = samesong(*command, code=2, **plugin).stderr
    assert "none that is installed has the bins and frames of 'chroma': set it to 0" in said


def test_a_checkpoint_is_not_exported_without_its_front_end(
    samesong: Any, recordings: Path, run: Path, tmp_path: Path
) -> None:
    song = recordings / "3 studio.wav"
    said = samesong("export", run / "best.pt", tmp_path / "model", "--audio", song, code=2).stderr
    assert "front end 'chroma' is not installed" in said
