"""The mean of students that began alike: ``python -m samesong.training.pitch.mean OUT``.

A student that was taught on some music forgets a little of what its teacher knows of all other.
Half way between the two it keeps what it learned and forgets less (M. Wortsman and others, "Robust
fine-tuning of zero-shot models", CVPR 2022).
"""

from collections.abc import Sequence
from pathlib import Path

import click
import torch
from torch import Tensor

from samesong.features.errors import TrainingError
from samesong.training.pitch.checkpoint import (
    averaged_student,
    read_checkpoint,
    student_of,
    write_checkpoint,
)
from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.inherit import inherit
from samesong.training.pitch.student import Block

File = click.Path(exists=True, dir_okay=False, path_type=Path)


def mean_of(members: Sequence[Path], teacher: Path | None) -> tuple[PitchConfig, dict[str, Tensor]]:
    """Return the mean weights of checkpoints' averaged students, and the first one's settings.

    Parameters
    ----------
    members : sequence of Path
        Checkpoints of students of one size that began alike.
    teacher : Path or None
        Basic Pitch's ``nmp.onnx``: what they began as counts as one more. None takes the mean of
        the members alone.

    Returns
    -------
    config : PitchConfig
        Settings of the first member.
    weights : dict of str to Tensor
        Mean weights by name.

    Raises
    ------
    TrainingError
        If there is none, one cannot be read, or they differ in size.
    """
    if not members:
        raise TrainingError("a mean needs at least one checkpoint")
    config = PitchConfig.model_validate(read_checkpoint(members[0])["config"])
    students = [averaged_student(member).state_dict() for member in members]
    if teacher is not None:
        # What the teacher does not have is random: taken from the first, it stays as it was taught.
        begun = student_of(config)
        begun.load_state_dict(students[0])
        for block in begun.blocks:
            if isinstance(block, Block):
                block.forget()
        inherit(begun, teacher)
        students.append(begun.state_dict())
    try:
        return config, {
            name: torch.stack([student[name] for student in students]).mean(dim=0)
            for name in students[0]
        }
    except (KeyError, RuntimeError) as error:
        raise TrainingError(f"students of different sizes have no mean ({error})") from error


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--member", "members", multiple=True, required=True, type=File, help="A checkpoint.")
@click.option("--begin-as", "teacher", type=File, help="What they began as counts as one more.")
def main(out: Path, members: tuple[Path, ...], teacher: Path | None) -> None:
    """Write the mean of students into OUT, a checkpoint to measure and to export."""
    config, average = mean_of(members, teacher)
    step = read_checkpoint(members[0]).get("step", 0)
    write_checkpoint(out, {"config": config.model_dump(mode="json"), "step": step}, average)
    click.echo(f"{out}: the mean of {len(members) + (teacher is not None)} students")


if __name__ == "__main__":
    main()
