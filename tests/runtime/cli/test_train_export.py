"""From a folder of notes to an answer, as someone goes who trains a model of their own."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

import torch

from samesong.runtime.inference.bundle import ModelBundle
from samesong.training.checkpoint import Checkpoint

pytestmark = pytest.mark.training


def test_training_says_what_it_does(trained: Any) -> None:
    assert trained.stdout == f"best checkpoint: {trained.path / 'best.pt'}\n"
    first, *lines = trained.stderr.splitlines()
    assert first == "13 MIDI files, 1 skipped (unreadable or too short), 12 works"
    number = r"\d+\.\d{3}"
    names = [
        f"{kind}_{name}"
        for kind in ("scorer", "match", "alignment", "late", "embedding")
        for name in ("mAP", "top1")
    ]
    figures = ", ".join(f"{name} {number}" for name in names)
    for step, line in zip(range(4, 25, 4), lines, strict=True):
        assert re.fullmatch(rf"step {step}: loss {number}; held-out works: {figures}", line)


def test_exporting_says_what_it_made(exported: Any) -> None:
    made, compared = exported.stdout.splitlines()
    assert re.fullmatch(
        rf"{exported.path}: model 'model' after \d+ steps, see MODEL_CARD\.md", made
    )
    assert re.fullmatch(
        r"PyTorch and ONNX Runtime differ by \S+e-\d+ on noise and \S+e-\d+ on music\.wav",
        compared,
    )
    assert exported.stderr == ""


def test_an_exported_model_indexes_and_identifies(
    samesong: Any, exported: Any, tmp_path: Path
) -> None:
    catalog, song = tmp_path / "catalog", exported.path.parent / "music.wav"
    samesong("index", catalog, song, "--model", exported.path)
    printed = samesong("identify", catalog, song, "--model", exported.path, "--json").stdout
    [ranking] = json.loads(printed)
    [match] = ranking["matches"]
    assert match["title"] == "music"
    assert 0 <= match["probability"] <= 1


def test_a_scorer_is_distilled_and_takes_the_place_of_its_teachers(
    here: Any, tunes: Path, trained: Any, exported: Any, tmp_path: Path
) -> None:
    config, run, model = tmp_path / "compact.toml", tmp_path / "run", tmp_path / "compact"
    tiny = (tunes / "tiny.toml").read_text().replace('"tiny"', '"tiny_compact"')
    config.write_text(tiny.replace("steps = 24", "steps = 4"))
    teacher, settings = ("--teacher", trained.path / "best.pt"), ("--config", config)
    more = ("--pairs", "4", "--threads", "1")
    distilled = here("distil", tunes, *teacher, *settings, "--out", run, *more)
    assert distilled.stdout == f"best checkpoint: {run / 'best.pt'}\n"
    lines = distilled.stderr.splitlines()
    assert [line.split(":")[0] for line in lines[1:]] == [
        "teacher",
        "windows of 50 of 50 pairs",
        "step 4",
    ]
    music = exported.path.parent / "music.wav"
    here("export", run / "best.pt", model, "--audio", music, "--like", exported.path)
    old, new = (ModelBundle.load(path) for path in (exported.path, model))
    assert new.fingerprint == old.fingerprint
    assert list(new.scorer_levels) == ["csm_3", "csm_4"]
    assert new.fitted.calibration == old.fitted.calibration


def test_killed_training_goes_on_and_ends_the_same(
    here: Any, trained: Any, tunes: Path, tmp_path: Path
) -> None:
    config, folder = tmp_path / "tiny.toml", tmp_path / "run"
    # Without a process that renders ahead, so that none outlives its killed parent.
    config.write_text((tunes / "tiny.toml").read_text() + "workers = 0\n")
    command = ("train", tunes, "--out", folder, "--config", config, "--threads", "1")
    script = Path(sys.executable).with_name("samesong")
    with subprocess.Popen([script, *command], stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if line.startswith("step 4:"):
                child.kill()
                break
    assert child.returncode == -signal.SIGKILL
    lines = here(*command).stderr.splitlines()
    steps = [int(line.split()[1][:-1]) for line in lines if line.startswith("step ")]
    assert 4 < steps[0] <= 24
    assert steps == list(range(steps[0], 25, 4))
    resumed, whole = (Checkpoint.load(run / "latest.pt").average for run in (folder, trained.path))
    assert all(torch.equal(resumed[name], whole[name]) for name in whole)


def test_a_bad_configuration_is_refused_in_a_line(here: Any, tunes: Path, tmp_path: Path) -> None:
    config = tmp_path / "bad.toml"
    config.write_text("stepz = 3\nsteps = 0\n")
    said = here("train", tunes, "--out", tmp_path / "run", "--config", config, code=2).stderr
    assert said.startswith(f"samesong: {config}: ")
    assert "stepz: Extra inputs are not permitted, got 3" in said
    assert "steps: Input should be greater than 0, got 0" in said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "{tunes}"], "Missing option '--out'"),
        (["train", "{here}/gone", "--out", "{here}/run"], "does not exist"),
        (["train", "{here}", "--out", "{here}/run"], "no usable MIDI file"),
        (["train", "{tunes}", "--out", "{here}/run", "--config", "{here}/gone"], "cannot read the"),
        (["train", "{tunes}", "--out", "{here}/run"], "training works, but 24 are needed at once"),
        (["export", "{here}/gone.pt", "{here}/m", "--audio", "{music}"], "No such file"),
        (["export", "{music}", "{here}/m", "--audio", "{music}"], "not a samesong checkpoint"),
        (["export", "{run}/latest.pt", "{here}/m", "--audio", "{music}"], "export best.pt"),
        (["export", "{run}/best.pt", "{here}/m", "--audio", "{here}/gone.wav"], "gone.wav"),
        (["export", "{run}/best.pt", "{here}", "--audio", "{music}"], "is no model bundle"),
        (["export", "{run}/best.pt", "{here}/m"], "Missing option '--audio'"),
        (
            [
                "export",
                "{run}/best.pt",
                "{here}/m",
                "--audio",
                "{music}",
                "--like",
                "harmonic",
                "--chroma-front-end",
                "notes",
            ],
            "--like takes the front end of chroma over",
        ),
        (["distil", "{tunes}", "--out", "{here}/run"], "Missing option '--teacher'"),
        (
            [
                "export",
                "{run}/best.pt",
                "{here}/m",
                "--audio",
                "{music}",
                "--accuracy",
                "x",
                "{list}",
            ],
            "list.json: holds no JSON object of figures",
        ),
    ],
)
def test_wrong_use_is_refused(
    *,
    here: Any,
    tunes: Path,
    trained: Any,
    exported: Any,
    tmp_path: Path,
    arguments: list[str],
    said: str,
) -> None:
    (tmp_path / "list.json").write_text("[1, 2]")
    places = {
        "tunes": tunes,
        "here": tmp_path,
        "run": trained.path,
        "music": exported.path.parent / "music.wav",
        "list": tmp_path / "list.json",
    }
    assert said in here(*(argument.format(**places) for argument in arguments), code=2).stderr
    assert not (tmp_path / "m").exists()


def test_names_in_brackets_are_printed_as_they_are(here: Any, tunes: Path, tmp_path: Path) -> None:
    listing = tmp_path / "list.csv"
    name = f"[live] [/b] {'very ' * 30}long.wav"
    listing.write_text(f"path,work_id,kind\n{name},work,live\n")
    result = here(
        "train", listing, "--out", tmp_path / "run", "--config", tunes / "tiny.toml", code=2
    )
    assert str(tmp_path / name) in result.stderr
    assert "none of the listed recordings can be used" in result.stderr
