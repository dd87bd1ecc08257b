import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import onnx
import torch
from torch.nn.functional import conv2d, pad

from samesong.features.errors import TrainingError
from samesong.training.pitch.inherit import inherit
from samesong.training.pitch.student import Student

pytestmark = pytest.mark.training

SHAPES = ((8, 8, 3, 39), (1, 8, 5, 5), (32, 1, 7, 7), (1, 32, 7, 3))
SCALE, OFFSET = 2.5, -0.9


@pytest.fixture(scope="module")
def kernels():
    rng = np.random.default_rng(0)
    return [
        (
            rng.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape).astype("f4"),
            rng.normal(0, 0.1, shape[0]).astype("f4"),
        )
        for shape in SHAPES
    ]


@pytest.fixture(scope="module")
def network(kernels, tmp_path_factory):
    """A file with the teacher's weights under the names and in the shapes it has them in."""
    name = "model_1/batch_normalization/FusedBatchNormV3"
    values = {f"{name};{name}": np.float32([SCALE]), f"{name};{name}1": np.float32([OFFSET])}
    nodes = []
    for number, (kernel, bias) in enumerate(kernels):
        values |= {f"kernel{number}": kernel, f"bias{number}": bias}
        inputs = [f"x{number}", f"kernel{number}", f"bias{number}"]
        nodes.append(onnx.helper.make_node("Conv", inputs, [f"x{number + 1}"]))
    initializers = [onnx.numpy_helper.from_array(value, key) for key, value in values.items()]
    graph = onnx.helper.make_graph(nodes, "teacher", [], [], initializers)
    path = tmp_path_factory.mktemp("teacher") / "nmp.onnx"
    onnx.save(onnx.helper.make_model(graph), path)
    return path


def teachers_answer(heard, kernels):
    """What the teacher's note path answers, as it is, to stacked partials (1, 8, 216, frames)."""
    weights = [
        (torch.from_numpy(kernel).transpose(2, 3), torch.from_numpy(bias))
        for kernel, bias in kernels
    ]
    x = torch.relu(conv2d(SCALE * heard + OFFSET, *weights[0], padding=(19, 1)))
    x = torch.sigmoid(conv2d(x, *weights[1], padding=2))
    x = torch.relu(conv2d(pad(x, (3, 3, 1, 3)), *weights[2], stride=(3, 1)))
    return conv2d(x, *weights[3], padding=(1, 3))[:, 0]


def test_of_held_notes_it_says_what_its_teacher_says(kernels, network):
    torch.manual_seed(0)
    student = Student(narrow=10, traces=3, wide=32, blocks=2).eval()
    inherit(student, network)
    spectrum = torch.from_numpy(np.random.default_rng(1).random((1, 288, 1), np.float32))
    magnitude = spectrum.expand(-1, -1, 31).contiguous()
    with torch.no_grad():
        answer = student(magnitude)
        expected = teachers_answer(student.hearing(magnitude), kernels)
    middle = slice(12, 58), 15  # away from the ends, beyond which the two differ
    torch.testing.assert_close(answer[0][middle], expected[0][middle], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("sizes", [{"narrow": 7}, {"wide": 33}])
def test_a_student_of_other_sizes_cannot_inherit(sizes, network):
    with pytest.raises(TrainingError, match="cannot inherit"):
        inherit(Student(**sizes), network)


def test_another_file_is_refused(tmp_path):
    (tmp_path / "nmp.onnx").write_bytes(b"no graph")
    with pytest.raises(TrainingError, match="holds no weights to begin with"):
        inherit(Student(), tmp_path / "nmp.onnx")
