"""``--plot`` of the commands that have it."""

import json
from pathlib import Path
from typing import Any

import pytest

PNG = b"\x89PNG"


@pytest.fixture
def recordings(tmp_path: Path, music: Path) -> Path:
    """Return a list of four recordings of three works."""
    names = [f"{i + 1:02} - Song {i}.flac" for i in range(4)]
    rows = [f"{music / name},{min(i, 2)},studio" for i, name in enumerate(names)]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["path,work_id,kind", *rows]) + "\n")
    return path


def test_evaluate_draws_what_it_measured(
    here: Any, model: Any, recordings: Path, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "out.png"
    told = json.loads(here("evaluate", recordings, *model, "--json", "--plot", picture).stdout)
    assert picture.read_bytes().startswith(PNG)
    answers, pairs = told["reliability"]["best_answers"], told["reliability"]["pairs"]
    for found in (answers, pairs):
        assert 0 <= found["ece"] <= 1
        assert sum(part["weight"] for part in found["bins"]) == pytest.approx(1)
    shown = here("evaluate", recordings, *model).stdout
    assert f"expected calibration error of the best answers: {answers['ece']:.3f}" in shown


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate", "no.csv"],
        ["compare", "no.wav", "no.wav"],
        ["setlist", "no.csv", "no.wav"],
        ["bench", "frontends", "no.wav"],
    ],
)
def test_a_picture_that_cannot_be_drawn_is_refused_before_any_work(
    samesong: Any, here: Any, tmp_path: Path, command: list[str]
) -> None:
    refused = here(*command, "--plot", tmp_path / "nowhere" / "out.png", code=2).stderr
    assert "does not exist: create it first" in refused
    (tmp_path / "matplotlib.py").write_text("raise ImportError('no module matplotlib')\n")
    lacking = samesong(
        *command, "--plot", tmp_path / "out.png", code=2, PYTHONPATH=str(tmp_path)
    ).stderr
    assert "pip install '.[plot]'" in lacking
    assert "no.csv" not in lacking
    assert "no.wav" not in lacking
