"""Lets a student begin with what its teacher knows: the teacher's note path, slowed down.

Basic Pitch hears 86 frames a second and looks at no more than a tenth of a second at a time. For a
student that hears ten frames a second that is one moment, within which music hardly changes: so the
sum of each of its kernels over time is a kernel that answers the same. Weights derived in this way
are Basic Pitch's (Copyright 2022 Spotify AB, Apache-2.0), whatever is learned on top.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from samesong.features.errors import TrainingError
from samesong.training.pitch.student import Student

_SHAPES = ((8, 8, 3, 39), (1, 8, 5, 5), (32, 1, 7, 7), (1, 32, 7, 3))
"""The teacher's kernels (out, in, frames, bins) from harmonics to notes; no other has these."""

_NORMALISED = "model_1/batch_normalization/FusedBatchNormV3"


def inherit(student: Student, teacher: Path) -> None:
    """Overwrite a student's weights, so that it answers about as its teacher does.

    What the teacher does not have keeps its random weights, and none of it reaches the answer yet.

    Parameters
    ----------
    student : Student
        At least as large as the teacher: 8 or more narrow channels, one or more traces, and exactly
        32 wide channels.
    teacher : Path
        Basic Pitch's ``nmp.onnx``.

    Raises
    ------
    TrainingError
        If the file cannot be read, or the student is too small.
    """
    layers, scale, offset = _read(teacher)
    theirs = [len(kernel) for kernel, _ in layers]
    mine = (student.along, student.traces, student.notes, student.answer)
    exact = student.notes.out_channels == theirs[2]
    if not exact or any(one.out_channels < count for one, count in zip(mine, theirs, strict=True)):
        raise TrainingError(
            f"a student of {[one.out_channels for one in mine]} channels cannot inherit "
            f"{theirs}: it needs as many notes, and no fewer of the others"
        )
    with torch.no_grad():
        for layer, (kernel, bias) in zip(mine, layers, strict=True):
            _take(layer, kernel, bias)
        # The teacher scales what it hears before it pads and convolves it. Silence, 0, becomes
        # the offset; beyond its ends the teacher has 0 after that, which makes little difference.
        first, count = student.along, theirs[0]
        sums = first.weight[:count].sum(dim=(1, 2, 3))
        first.bias[:count] += offset * sums  # type: ignore[index]
        first.weight[:count] *= scale


def _take(layer: nn.Conv2d, kernel: Tensor, bias: Tensor) -> None:
    """Put a kernel (out, in, bins) into the middle frame of a layer's first channels."""
    outputs, inputs, _ = kernel.shape
    middle = layer.kernel_size[1] // 2
    layer.weight[:outputs] = 0
    layer.weight[:outputs, :inputs, :, middle] = kernel
    layer.bias[:outputs] = bias  # type: ignore[index]


def _read(path: Path) -> tuple[list[tuple[Tensor, Tensor]], float, float]:
    """Return the kernels, summed over time, and biases, and how the teacher scales its input."""
    try:
        import onnx  # noqa: PLC0415
        from onnx import numpy_helper  # noqa: PLC0415

        graph: Any = onnx.load(str(path)).graph
        values: dict[str, NDArray[np.float32]] = {
            one.name: numpy_helper.to_array(one) for one in graph.initializer
        }
        convolutions = {
            values[node.input[1]].shape: [values[name] for name in node.input[1:]]
            for node in graph.node
            if node.op_type == "Conv"
        }
        layers = [
            tuple(torch.from_numpy(part.astype(np.float32)) for part in convolutions[shape])
            for shape in _SHAPES
        ]
        scale, offset = (values[f"{_NORMALISED};{_NORMALISED}{end}"].item() for end in ("", "1"))
    except Exception as error:  # what is no graph, or another one, fails in many ways
        raise TrainingError(
            f"{path} holds no weights to begin with ({error}); give nmp.onnx out of the wheel of "
            "basic-pitch 0.4.0"
        ) from error
    return [(kernel.sum(dim=2), bias) for kernel, bias in layers], scale, offset
