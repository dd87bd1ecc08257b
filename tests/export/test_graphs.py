import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import onnx
import torch

from samesong.export.graphs import BRANCH_OUTPUTS, CSMS, OPSET, SCORE
from samesong.runtime.inference.onnx_session import Session
from samesong.training.network import STRIDES

pytestmark = pytest.mark.training

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def network(checkpoint):
    return checkpoint.network()


@pytest.fixture(scope="module")
def branch(graphs):
    return Session(graphs[0], inputs=["cqt"], outputs=list(BRANCH_OUTPUTS), threads=1)


@pytest.fixture(scope="module")
def scorer(graphs):
    return Session(graphs[1], inputs=list(CSMS), outputs=[SCORE], threads=1)


def shapes(values):
    return {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in values
    }


def test_the_branch_names_its_axes_and_fixes_only_bins_and_dimensions(graphs):
    graph = onnx.load(graphs[0]).graph
    assert shapes(graph.input) == {"cqt": ["batch", 72, "frames"]}
    outputs = shapes(graph.output)
    assert list(outputs) == ["level_1", "level_2", "level_3", "level_4", "embedding"]
    assert outputs.pop("embedding") == ["batch", 16]
    for batch, steps, dim in outputs.values():
        assert (batch, dim) == ("batch", 8)
        assert isinstance(steps, str)


def test_the_scorer_fixes_no_size(graphs):
    graph = onnx.load(graphs[1]).graph
    inputs = shapes(graph.input)
    assert list(inputs) == ["csm_1", "csm_2", "csm_3", "csm_4"]
    assert all(isinstance(axis, str) for axes in inputs.values() for axis in axes)
    assert {axes[0] for axes in inputs.values()} == {"batch"}
    assert shapes(graph.output) == {"score": ["batch"]}


def test_graphs_are_whole_files_of_the_promised_version(graphs):
    for path in graphs:
        model = onnx.load(path)
        assert {opset.domain: opset.version for opset in model.opset_import}[""] == OPSET
        assert all(not tensor.external_data for tensor in model.graph.initializer)
    assert not [path for path in graphs[0].parent.iterdir() if path.suffix == ".data"]


@pytest.mark.parametrize("frames", [2, 3, 4, 5, 7, 8, 33, 101, 401, 402, 500])
@pytest.mark.parametrize("batch", [1, 2, 5])
def test_the_branch_answers_as_torch_at_any_length(network, branch, frames, batch):
    cqt = np.random.default_rng(frames).standard_normal((batch, 72, frames), np.float32)
    with torch.inference_mode():
        expected = network.branch(torch.from_numpy(cqt))
    found = branch.run({"cqt": cqt})
    for name, tensor in zip(BRANCH_OUTPUTS, expected, strict=True):
        assert found[name].dtype == np.float32
        assert found[name].shape == tensor.shape
        np.testing.assert_allclose(found[name], tensor, atol=TOLERANCE, err_msg=name)
        np.testing.assert_allclose(np.linalg.norm(found[name], axis=-1), 1, atol=TOLERANCE)


@settings(deadline=None, max_examples=20)
@given(
    sizes=st.tuples(st.integers(2, 120), st.integers(2, 120)),
    batch=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
def test_the_scorer_answers_as_torch_for_any_sizes(network, scorer, sizes, batch, seed):
    rng = np.random.default_rng(seed)
    matrices = {
        name: rng.uniform(-1, 1, (batch, *(-(-size // stride) for size in sizes))).astype("f4")
        for name, stride in zip(CSMS, STRIDES, strict=True)
    }
    with torch.inference_mode():
        expected = torch.sigmoid(network.scorer(*map(torch.from_numpy, matrices.values())))
    found = scorer.run(matrices)[SCORE]
    assert found.shape == (batch,)
    assert found.dtype == np.float32
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found, expected, atol=TOLERANCE)
