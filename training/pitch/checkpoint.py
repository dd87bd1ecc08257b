"""Checkpoints of students, written so that a kill never spoils one."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from samesong.features.errors import TrainingError
from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.student import Student
from samesong.training.torch_file import write_torch_file

FORMAT = 1


def student_of(config: PitchConfig) -> Student:
    """Build a student of a configuration's sizes.

    Parameters
    ----------
    config : PitchConfig
        Its sizes; other settings are ignored.

    Returns
    -------
    Student
        With random weights.
    """
    return Student(config.narrow, config.traces, config.wide, config.blocks)


def write_checkpoint(path: Path, content: dict[str, Any], average: dict[str, Tensor]) -> None:
    """Write a checkpoint; an existing one is kept until the new one is complete on disk.

    Parameters
    ----------
    path : Path
        File to write.
    content : dict of str to object
        All entries but ``format`` and ``average``; `averaged_student` needs ``config``.
    average : dict of str to Tensor
        Running average of the student's weights, by name.
    """
    write_torch_file(path, {"format": FORMAT, **content, "average": average})


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Read a checkpoint.

    Parameters
    ----------
    path : Path
        The checkpoint.

    Returns
    -------
    dict of str to object
        Its entries, with tensors in main memory.

    Raises
    ------
    TrainingError
        If it is missing, damaged or of another format.
    """
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # archives and pickles raise anything once they are damaged
        raise TrainingError(f"{path}: not a student's checkpoint ({error})") from error
    if content.get("format") != FORMAT:
        raise TrainingError(
            f"{path}: checkpoint format {content.get('format')}, this version reads {FORMAT}"
        )
    return content


def averaged_student(path: Path) -> Student:
    """Build the averaged student of a checkpoint, in evaluation mode.

    Parameters
    ----------
    path : Path
        The checkpoint.

    Returns
    -------
    Student
        With the running average of the weights.

    Raises
    ------
    TrainingError
        If the checkpoint is missing, damaged or of another format.
    """
    content = read_checkpoint(path)
    config = PitchConfig.model_validate(content["config"])
    student = student_of(config)
    student.load_state_dict(content["average"])
    return student.eval()
