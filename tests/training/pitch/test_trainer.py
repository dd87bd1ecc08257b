import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("torch")

import torch

from samesong.features.errors import TrainingError
from samesong.training.pitch.checkpoint import averaged_student, read_checkpoint
from samesong.training.pitch.cli import main
from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.loss import loss_of
from samesong.training.pitch.trainer import PitchTrainer

pytestmark = pytest.mark.training

CONFIG = PitchConfig(
    narrow=4,
    traces=2,
    wide=8,
    blocks=2,
    steps=4,
    crops=2,
    frames=24,
    warmup_steps=1,
    average=0.5,
    held_out=0.3,
    keep_every=2,
)


def quiet(line):
    del line


def test_it_learns(lessons, tmp_path):
    config = CONFIG.model_copy(update={"steps": 60, "keep_every": 60, "learning_rate": 1e-2})
    trainer = PitchTrainer(config, lessons, tmp_path / "run")
    before = trainer.validate()
    trainer.run(quiet)
    assert trainer.validate() < 0.8 * before


def test_a_killed_run_ends_as_one_that_was_not(lessons, tmp_path):
    whole = PitchTrainer(CONFIG, lessons, tmp_path / "whole")
    whole.run(quiet)
    first = PitchTrainer(CONFIG, lessons, tmp_path / "killed")

    def kill(line):
        del line
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        first.run(kill)
    again = PitchTrainer(CONFIG, lessons, tmp_path / "killed")
    assert again.step == 2
    again.run(quiet)
    ended, other = (run.average.state_dict() for run in (whole, again))
    for name, value in ended.items():
        torch.testing.assert_close(other[name], value)


def test_a_finished_run_goes_on_when_asked_for_more(lessons, tmp_path):
    PitchTrainer(CONFIG, lessons, tmp_path).run(quiet)
    more = PitchTrainer(CONFIG.model_copy(update={"steps": 6}), lessons, tmp_path)
    assert more.step == 4
    more.run(quiet)
    assert read_checkpoint(more.path)["step"] == 6


def test_a_run_of_another_size_is_refused(lessons, tmp_path):
    PitchTrainer(CONFIG, lessons, tmp_path).run(quiet)
    with pytest.raises(TrainingError, match="other sizes"):
        PitchTrainer(CONFIG.model_copy(update={"wide": 6}), lessons, tmp_path)


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_damaged_checkpoint_is_refused(content, tmp_path):
    path = tmp_path / "last.pt"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match="not a student's checkpoint"):
        read_checkpoint(path)


def test_another_format_is_refused(tmp_path):
    torch.save({"format": 99}, tmp_path / "last.pt")
    with pytest.raises(TrainingError, match="format 99"):
        read_checkpoint(tmp_path / "last.pt")


def test_the_averaged_student_is_read_back(lessons, tmp_path):
    trainer = PitchTrainer(CONFIG, lessons, tmp_path)
    trainer.run(quiet)
    heard = torch.rand(1, 288, 12)
    with torch.no_grad():
        torch.testing.assert_close(averaged_student(trainer.path)(heard), trainer.average(heard))


def test_chroma_counts_beside_notes():
    notes = torch.zeros(1, 72, 12)
    notes[:, 24] = 1
    octave_off, wrong = torch.full((2, 1, 72, 12), -9.0)
    octave_off[:, 36], wrong[:, 30] = 9, 9
    assert loss_of(octave_off, notes, 0.0) == pytest.approx(float(loss_of(wrong, notes, 0.0)))
    assert loss_of(octave_off, notes, 1.0) < loss_of(wrong, notes, 1.0) - 0.5


def test_the_rate_rises_and_falls(lessons, tmp_path):
    trainer = PitchTrainer(CONFIG.model_copy(update={"steps": 100}), lessons, tmp_path)
    rates = []
    for trainer.step in range(101):
        rates.append(trainer._rate())
    assert rates[0] < rates[1] == 1 == rates[60]
    assert np.all(np.diff(rates[60:]) < 0)
    assert rates[100] == pytest.approx(0)


def test_the_command_trains(lessons, tmp_path):
    settings = [f"{name}={value}" for name, value in CONFIG.model_dump().items()]
    arguments = [str(lessons), "--out", str(tmp_path / "run")]
    arguments += [part for setting in settings for part in ("--set", setting)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / "last.pt").exists()
