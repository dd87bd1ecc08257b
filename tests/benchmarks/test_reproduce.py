"""The whole chain from notes to a table of figures, as small as it can be."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

from samesong.runtime.evaluation.manifest import read_listed_recordings

SOUNDFONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.training,
    pytest.mark.skipif(
        not (SOUNDFONT.exists() and shutil.which("fluidsynth")),
        reason="needs FluidSynth and timgm6mb-soundfont",
    ),
]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def out(tunes, tmp_path_factory):
    """Run all of it: a tiny model of twelve tunes, measured on the demo's recordings."""
    folder = tmp_path_factory.mktemp("reproduced")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RECIPES": str(tunes / "tiny.toml"),
        "SOUNDFONTS": str(SOUNDFONT),
        "RECORDED": "6",
        "TRACKS": "6",
        "QUERIES": "2",
        "WORKS": "6",
        "OMP_NUM_THREADS": "1",
    }
    command = [ROOT / "scripts" / "reproduce", tunes, ROOT / "runtime" / "demo_audio", folder]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_recordings_were_made_to_train_on(out):
    kinds = [entry.kind for entry in read_listed_recordings(out / "recorded" / "list.csv")]
    assert kinds == ["studio", "live"] * 6
    kept = json.loads((out / "models" / "tiny" / "manifest.json").read_text())
    assert set(kept["training"]["corpus"]) == {"works in notes", "works in recordings"}


def test_tables_hold_all_that_was_measured(out):
    text = (out / "tables.md").read_text()
    assert "2 simulated live recordings, 6 tracks" in text
    assert "| tiny |" in text
    for figure in ("accepted at 1 % false accepts", "calibration error of first matches"):
        assert figure in text
    for length in ("10 s", "120 s", "full"):
        assert text.count(f"| {length} |") == 2


def test_open_set_figures_stand_in_the_model_card(out):
    figures = json.loads((out / "tiny-open-set.json").read_text())
    held_out = figures["held-out works"]
    assert held_out["queries"] == held_out["tracks"] > 1
    assert figures["simulated live"]["tracks"] == 6
    card = (out / "models" / "tiny" / "MODEL_CARD.md").read_text()
    accepted = held_out["accepted at 1 % false accepts"]["value"]
    assert f"| held-out works accepted at 1 % false accepts | {accepted:.3f} (" in card
