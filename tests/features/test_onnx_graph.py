import os
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from samesong.features import onnx_graph
from samesong.features.onnx_graph import GraphSignature, check_graph
from samesong.features.onnx_runtime import GraphError, open_graph, run_graph, session_options
from samesong.features.protobuf import Message

BUNDLE = Path(__file__).parents[1] / "data" / "tiny_bundle"
MESSAGES = {
    onnx_graph.ModelField: onnx.ModelProto,
    onnx_graph.OpsetField: onnx.OperatorSetIdProto,
    onnx_graph.GraphField: onnx.GraphProto,
    onnx_graph.NodeField: onnx.NodeProto,
    onnx_graph.AttributeField: onnx.AttributeProto,
    onnx_graph.TensorField: onnx.TensorProto,
    onnx_graph.ValueField: onnx.ValueInfoProto,
    onnx_graph.TypeField: onnx.TypeProto,
    onnx_graph.TensorTypeField: onnx.TypeProto.Tensor,
    onnx_graph.ShapeField: onnx.TensorShapeProto,
    onnx_graph.DimensionField: onnx.TensorShapeProto.Dimension,
}


def model(nodes, constants=(), **changes):
    """A graph of x, any number of float32, to y."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in "xy"]
    graph = helper.make_graph(nodes, "g", values[:1], values[1:], list(constants))
    opsets = changes.pop("opset_imports", [helper.make_opsetid("", 17)])
    return helper.make_model(graph, opset_imports=opsets, ir_version=8, **changes)


def integers(name, values):
    return numpy_helper.from_array(np.array(values, np.int64), name)


SAME = helper.make_node("Identity", ["x"], ["y"])


@pytest.mark.parametrize("fields", MESSAGES, ids=lambda fields: fields.__name__)
def test_fields_have_the_numbers_that_onnx_gives_them(fields: type[IntEnum]) -> None:
    known = MESSAGES[fields].DESCRIPTOR.fields_by_name
    assert {field.name: field.value for field in fields} == {
        field.name: known[field.name.lower()].number for field in fields
    }


@pytest.mark.parametrize("name", ["branch", "scorer"])
def test_inputs_and_outputs_are_those_that_onnx_reads(name: str) -> None:
    content = (BUNDLE / f"{name}.onnx").read_bytes()
    graph = onnx.load_from_string(content).graph

    def shapes(values):
        return {
            value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
            for value in values
        }

    assert check_graph(content) == GraphSignature(shapes(graph.input), shapes(graph.output))


@given(st.binary(max_size=200))
def test_what_is_no_graph_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^it "):
        check_graph(content)


@given(st.data())
def test_any_damage_is_refused_or_harmless(data: st.DataObject) -> None:
    content = bytearray(model([SAME]).SerializeToString())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    with suppress(ValueError):  # and nothing else is raised
        check_graph(bytes(content[: data.draw(st.integers(place, len(content)))]))


def loop():
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["keep"], ["keep_out"]),
            helper.make_node("Identity", ["v"], ["v_out"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("keep", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v", TensorProto.FLOAT, ["n"]),
        ],
        [
            helper.make_tensor_value_info("keep_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("v_out", TensorProto.FLOAT, ["n"]),
        ],
    )
    node = helper.make_node("Loop", ["trips", "", "x"], ["y"], body=body)
    return model([node], [integers("trips", 2**62)])


def external():
    found = model([helper.make_node("Add", ["x", "w"], ["y"])])
    tensor = found.graph.initializer.add(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return found


def external_constant():
    found = model([helper.make_node("Constant", [], ["w"]), SAME])
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.external_data.add(key="location", value="weights.bin")
    found.graph.node[0].attribute.append(helper.make_attribute("value", tensor))
    return found


def function():
    opset = helper.make_opsetid("", 17)
    body = helper.make_function("", "Mine", ["a"], ["b"], [], [opset])
    return model([SAME], functions=[body])


def sparse():
    found = model([SAME])
    found.graph.sparse_initializer.add(dims=[2**40])
    return found


def twice():
    found = model([SAME]).SerializeToString()
    return onnx.ModelProto.FromString(found).SerializeToString() + found


def typed(kind):
    found = model([SAME])
    found.graph.input[0].type.tensor_type.elem_type = kind
    return found


REFUSED = {
    "a graph within its node 'Loop'": loop,
    "it keeps weights in other files": external,
    "keeps weights in other files": external_constant,
    "functions of its own": function,
    "sparse weights": sparse,
    "it has 2 graph": twice,
    "its 'x' is not float32": lambda: typed(TensorProto.INT64),
    "operators of 'com.microsoft'": lambda: model(
        [helper.make_node("Gelu", ["x"], ["y"], domain="com.microsoft")]
    ),
    "operators of 'a.b'": lambda: model([SAME], opset_imports=[helper.make_opsetid("a.b", 1)]),
    "operators of version 99; 13 to": lambda: model(
        [SAME], opset_imports=[helper.make_opsetid("", 99)]
    ),
    "does not say which operators": lambda: model([SAME], opset_imports=[]),
    "more than 5,000 nodes": lambda: model([SAME] * 5001),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_may_run_for_ever_or_read_other_files_is_refused(reason: str, tmp_path: Path) -> None:
    made = REFUSED[reason]()
    content = made if isinstance(made, bytes) else made.SerializeToString()
    with pytest.raises(ValueError, match=reason):
        check_graph(content)
    path = tmp_path / "x.onnx"
    path.write_bytes(content)
    with pytest.raises(GraphError, match=reason):
        open_graph(path, session_options(1), "CPUExecutionProvider")


def test_a_file_of_countless_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 200,000 fields"):
        Message(memoryview(b"\x08\x01" * 200_001))


def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.onnx")
    with pytest.raises(GraphError, match="it is no regular file"):
        open_graph(tmp_path / "x.onnx", session_options(1), "CPUExecutionProvider")


def started(tmp_path: Path, nodes, constants):
    path = tmp_path / "x.onnx"
    path.write_bytes(model(nodes, constants).SerializeToString())
    return open_graph(path, session_options(1), "CPUExecutionProvider")


ONE = {"x": np.ones(1, np.float32)}


def test_a_graph_that_asks_for_terabytes_fails(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Expand", ["x", "size"], ["large"]),
        helper.make_node("ReduceSum", ["large"], ["y"], keepdims=0),
    ]
    session = started(tmp_path, nodes, [integers("size", [2**32])])
    with pytest.raises(GraphError, match="it asks for more memory than the 4 GiB that") as caught:
        run_graph(session, ["y"], ONE)
    assert str(caught.value).isprintable()


def test_a_graph_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    size = 300
    nodes = [helper.make_node("Expand", ["x", "size"], ["0"])]
    nodes += [helper.make_node("MatMul", [str(i), "0"], [str(i + 1)]) for i in range(4000)]
    nodes += [helper.make_node("ReduceSum", ["4000"], ["y"], keepdims=0)]
    session = started(tmp_path, nodes, [integers("size", [size, size])])
    with pytest.raises(GraphError, match=r"it was stopped after 0\.1 s"):
        run_graph(session, ["y"], ONE, seconds=0.1)
