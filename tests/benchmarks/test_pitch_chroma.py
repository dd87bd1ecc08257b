import csv
import json

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

pytest.importorskip("torch")

from pitch_chroma import main, score_all

pytestmark = pytest.mark.training

RATE = 22_050


@pytest.fixture
def recordings(tmp_path):
    """Two tunes, each played twice, the second time three semitones higher."""
    rng = np.random.default_rng(0)
    time = np.arange(RATE) / RATE
    rows = []
    for work in ("one", "two"):
        tune = rng.integers(20, 50, 30)
        for kind, shift in (("studio", 0), ("live", 3)):
            tones = [np.sin(2 * np.pi * 32.7 * 2 ** ((note + shift) / 12) * time) for note in tune]
            soundfile.write(tmp_path / f"{work}_{kind}.wav", 0.3 * np.concatenate(tones), RATE)
            rows.append((f"{work}_{kind}.wav", work, kind))
    with (tmp_path / "list.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "work_id", "kind"), *rows])
    return tmp_path / "list.csv"


def test_a_front_end_finds_transposed_tunes(recordings, tmp_path):
    arguments = [str(recordings), "--front-end", "direct", "--json", str(tmp_path / "made.json")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    figures = json.loads((tmp_path / "made.json").read_text())
    assert figures["all against all"]["top1"] == 1
    assert figures["live to studio"] == {"mAP": 1, "top1": 1, "top5": 1, "n_queries": 2}


def test_something_has_to_hear(recordings):
    done = CliRunner().invoke(main, [str(recordings)])
    assert done.exit_code == 2
    assert "--front-end, --student and --teacher" in done.output


def test_recordings_of_several_lengths_are_compared():
    rng = np.random.default_rng(0)
    chroma = [rng.standard_normal((length, 12)).astype("f4") for length in (60, 80, 60)]
    scores = score_all(chroma)
    assert scores.shape == (3, 3)
    assert (scores.argmax(axis=1) == [0, 1, 2]).all()
