import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch
from torch.nn.functional import conv2d, pad

from samesong.features.errors import TrainingError
from samesong.training.pitch.inherit import inherit
from samesong.training.pitch.student import Student

pytestmark = pytest.mark.training

SCALE, OFFSET = 2.5, -0.9  # as in the file of the fixture


def teachers_answer(heard, kernels):
    """What the teacher's note path answers, as it is, to stacked partials (1, 8, bins, frames)."""
    weights = [
        (torch.from_numpy(kernel).transpose(2, 3), torch.from_numpy(bias))
        for kernel, bias in kernels
    ]
    x = torch.relu(conv2d(pad(SCALE * heard + OFFSET, (1, 1, 19, 0), value=OFFSET), *weights[0]))
    x = torch.sigmoid(conv2d(pad(x, (2, 2, 2, 0)), *weights[1]))
    x = torch.relu(conv2d(pad(x, (3, 3, 1, 0)), *weights[2], stride=(3, 1)))
    return conv2d(pad(x, (3, 3, 1, 0)), *weights[3])[:, 0]


def test_of_held_notes_it_says_what_its_teacher_says(kernels, network):
    torch.manual_seed(0)
    student = Student(narrow=10, traces=3, wide=32, blocks=2).eval()
    inherit(student, network)
    spectrum = torch.from_numpy(np.random.default_rng(1).random((1, 288, 1), np.float32))
    magnitude = spectrum.expand(-1, -1, 31).contiguous()
    with torch.no_grad():
        answer = student(magnitude)
        expected = teachers_answer(student.hearing(magnitude), kernels)
    middle = 15  # where all frames that it looks at are there
    torch.testing.assert_close(answer[..., middle], expected[..., middle], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("sizes", [{"narrow": 7}, {"wide": 33}])
def test_a_student_of_other_sizes_cannot_inherit(sizes, network):
    with pytest.raises(TrainingError, match="cannot inherit"):
        inherit(Student(**sizes), network)


def test_another_file_is_refused(tmp_path):
    (tmp_path / "nmp.onnx").write_bytes(b"no graph")
    with pytest.raises(TrainingError, match="holds no weights to begin with"):
        inherit(Student(), tmp_path / "nmp.onnx")
