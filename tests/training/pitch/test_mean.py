import pytest
from click.testing import CliRunner

pytest.importorskip("torch")

import torch

from samesong.features.errors import TrainingError
from samesong.training.pitch.checkpoint import averaged_student, student_of, write_checkpoint
from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.mean import main, mean_of

pytestmark = pytest.mark.training


def written(path, seed, **sizes):
    torch.manual_seed(seed)
    config = PitchConfig(**{"narrow": 4, "traces": 2, "wide": 8, "blocks": 1} | sizes)
    average = student_of(config).state_dict()
    write_checkpoint(path, {"config": config.model_dump(), "step": 7}, average)
    return path


def test_the_mean_lies_half_way(tmp_path):
    one, two = (written(tmp_path / f"{seed}.pt", seed) for seed in (1, 2))
    arguments = [str(tmp_path / "mean.pt"), "--member", str(one), "--member", str(two)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    mean, first, second = (
        averaged_student(path).along.weight for path in (tmp_path / "mean.pt", one, two)
    )
    torch.testing.assert_close(mean, (first + second) / 2)


def test_what_they_began_as_counts(tmp_path, network):
    sizes = {"narrow": 10, "traces": 2, "wide": 32}
    member = written(tmp_path / "one.pt", 1, **sizes)
    taught = averaged_student(member).state_dict()
    config, mean = mean_of([member], network)
    begun = {name: 2 * mean[name] - taught[name] for name in mean}
    student = student_of(config)
    student.load_state_dict(begun)
    assert not student.blocks[0].layers[-1].weight.any()  # it adds nothing yet
    torch.testing.assert_close(mean["along.weight"][9], taught["along.weight"][9])


def test_students_of_different_sizes_have_no_mean(tmp_path):
    members = [written(tmp_path / "1.pt", 1), written(tmp_path / "2.pt", 2, wide=6)]
    with pytest.raises(TrainingError, match="different sizes"):
        mean_of(members, None)


def test_no_students_no_mean():
    with pytest.raises(TrainingError, match="at least one"):
        mean_of([], None)
