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

from samesong.runtime import cli
from samesong.runtime.inference.bundle import ModelBundle
from samesong.training.checkpoint import Checkpoint

pytestmark = pytest.mark.training

PLUGIN = Path(__file__).parents[3] / "examples" / "front_end"
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
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the front end into a folder; return the folder."""
    folder = tmp_path_factory.mktemp("plugin")
    source, target = shutil.copytree(PLUGIN, folder / "source"), folder / "target"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    pip += ["--no-build-isolation", "--disable-pip-version-check", "--target", target, source]
    subprocess.run(pip, check=True)
    return target


@pytest.fixture
def plugin(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands in this process find the front end."""
    monkeypatch.syspath_prepend(installed)


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
def run(installed: Path, recordings: Path) -> Path:
    """Train; return the folder of the run."""
    folder = recordings.parent / "run"
    command = ["train", recordings / "list.csv", "--out", folder, "--threads", 1]
    command += ["--config", recordings / "chroma.toml"]
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(installed)
        assert cli.main([str(argument) for argument in command]) == 0
    return folder


@pytest.mark.usefixtures("plugin")
@pytest.mark.slow
def test_a_third_party_s_front_end_trains_on_recordings_and_identifies(
    here: Any, recordings: Path, run: Path, tmp_path: Path
) -> None:
    spec = Checkpoint.load(run / "best.pt").spec
    assert (spec.name, spec.n_bins, spec.frame_period) == ("chroma", 12, 0.6)
    model, catalog = tmp_path / "model", tmp_path / "catalog"
    song = recordings / "3 studio.wav"
    here("export", run / "best.pt", model, "--audio", song)
    manifest = ModelBundle.load(model).manifest
    assert manifest.front_end == spec.to_dict()
    assert manifest.branch.inputs == {"cqt": ["batch", 12, "frames"]}
    studio = sorted(recordings.glob("* studio.wav"))
    here("index", catalog, *studio, "--model", model)
    printed = here("identify", catalog, song, "--model", model, "--json").stdout
    [ranking] = json.loads(printed)
    best = ranking["matches"][0]
    assert (best["title"], best["key_shift"]) == ("3 studio", 0)
    assert best["query_span"] == pytest.approx([0, 18], abs=2)


@pytest.mark.usefixtures("plugin")
def test_it_is_refused_for_notes_that_it_does_not_render(
    here: Any, recordings: Path, tunes: Path, tmp_path: Path
) -> None:
    command = ("train", tunes, "--out", tmp_path / "run", "--config", recordings / "chroma.toml")
    said = here(*command, code=2).stderr
    assert f"{tunes} holds notes, but front end 'chroma' cannot be imitated from notes" in said


@pytest.mark.usefixtures("plugin")
def test_a_start_from_a_front_end_of_another_size_is_refused(
    here: Any, recordings: Path, trained: Any, tmp_path: Path
) -> None:
    listed, config = recordings / "list.csv", recordings / "chroma.toml"
    command = ("train", listed, "--out", tmp_path / "run", "--config", config)
    start = ("--start-from", trained.path / "best.pt")
    said = here(*command, *start, code=2).stderr
    assert "was trained on front end 'direct' (72 bins, 12 an octave)" in said
    assert "asks for front end 'chroma' (12 bins, 12 an octave)" in said


@pytest.mark.usefixtures("plugin")
def test_other_front_ends_must_share_bins_and_frames(
    here: Any, recordings: Path, tmp_path: Path
) -> None:
    config = tmp_path / "mixed.toml"
    config.write_text(CONFIG + "other_front_ends = 0.5\n")
    command = ("train", recordings / "list.csv", "--out", tmp_path / "run", "--config", config)
    said = here(*command, code=2).stderr
    assert "none that is installed has the bins and frames of 'chroma': set it to 0" in said


def test_a_checkpoint_is_not_exported_without_its_front_end(
    here: Any, recordings: Path, run: Path, tmp_path: Path
) -> None:
    song = recordings / "3 studio.wav"
    said = here("export", run / "best.pt", tmp_path / "model", "--audio", song, code=2).stderr
    assert "front end 'chroma' is not installed" in said
