"""A teacher that answers without having learned anything, and lessons made of noise."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

SHAPES = ((8, 8, 3, 39), (1, 8, 5, 5), (32, 1, 7, 7), (1, 32, 7, 3))
SCALE, OFFSET = 2.5, -0.9


@pytest.fixture(scope="session")
def teacher_path(tmp_path_factory):
    """Write a graph with Basic Pitch's names and shapes: note n of frame t answers |x| there."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    frames, keys, hop = 172, 88, 256
    nodes = [
        helper.make_node(
            "Slice", ["serving_default_input_2:0", "zero", "end", "axis", "hop"], ["s"]
        ),
        helper.make_node("Abs", ["s"], ["a"]),
        helper.make_node("Mul", ["a", "keys"], ["StatefulPartitionedCall:1"]),
    ]
    constants = {
        "zero": np.array([0]),
        "end": np.array([frames * hop]),
        "axis": np.array([1]),
        "hop": np.array([hop]),
        "keys": (np.arange(keys) / keys).astype("f4"),
    }
    graph = helper.make_graph(
        nodes,
        "teacher",
        [
            helper.make_tensor_value_info(
                "serving_default_input_2:0", TensorProto.FLOAT, ["n", 43844, 1]
            )
        ],
        [
            helper.make_tensor_value_info(
                "StatefulPartitionedCall:1", TensorProto.FLOAT, ["n", frames, keys]
            )
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path = tmp_path_factory.mktemp("teacher") / "nmp.onnx"
    onnx.save(model, path)
    return path


@pytest.fixture
def make_example():
    """Make a lesson in which the three bins of a note are loud while it sounds."""
    from samesong.training.pitch.examples import Example

    def make(seed, n_frames=60):
        rng = np.random.default_rng(seed)
        sounding = rng.random((72, n_frames)) < 0.1
        heard = np.full((2, 288, n_frames), 40, np.uint8)
        heard[:, :216][:, np.repeat(sounding, 3, axis=0)] = 240
        return Example(heard, np.where(sounding, 230, 0).astype(np.uint8))

    return make


@pytest.fixture
def lessons(make_example, tmp_path):
    """A folder of six lessons, of recordings and of works."""
    from samesong.training.pitch.pack import save

    folder = tmp_path / "lessons"
    folder.mkdir()
    for seed in range(6):
        kind = ("recording", "work")[seed % 2]
        save(make_example(seed), folder / f"{kind}-{seed}-0.npz")
    return folder


@pytest.fixture(scope="session")
def kernels():
    """Draw kernels and biases of the shapes that the teacher's have."""
    rng = np.random.default_rng(0)
    return [
        (
            rng.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape).astype("f4"),
            rng.normal(0, 0.1, shape[0]).astype("f4"),
        )
        for shape in SHAPES
    ]


@pytest.fixture(scope="session")
def network(kernels, tmp_path_factory):
    """A file with the teacher's weights under the names and in the shapes it has them in."""
    name = "model_1/batch_normalization/FusedBatchNormV3"
    values = {f"{name};{name}": np.float32([SCALE]), f"{name};{name}1": np.float32([OFFSET])}
    import onnx

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
