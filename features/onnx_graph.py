"""Checks of ONNX files that strangers may have made, before ONNX Runtime reads them.

A file must stand for itself, and running it must come to an end: no data in other files, no loops
or other graphs within it, no functions, and none but ONNX's own operators. ``onnx`` itself is no
dependency of the runtime, so that the few fields that this takes are read here. Their numbers are
those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, and never change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from samesong.features.errors import shown
from samesong.features.protobuf import Message

LARGEST = 256 * 2**20
"""Bytes of a file: hundreds of times those of the bundled models."""

OPSETS = range(13, 24)
"""Versions of ONNX's operators that a graph may use."""

MOST_NODES = 5000
"""Nodes of a graph: hundreds of times those of the bundled models."""

_OWN_DOMAINS = {"", "ai.onnx"}
_FLOAT = 1

Shape = list[int | str]
"""Dimensions: a number, or a name (perhaps empty) where any length goes."""


class ModelField(IntEnum):
    """Fields of ``ModelProto``."""

    GRAPH = 7
    OPSET_IMPORT = 8
    TRAINING_INFO = 20
    FUNCTIONS = 25


class OpsetField(IntEnum):
    """Fields of ``OperatorSetIdProto``."""

    DOMAIN = 1
    VERSION = 2


class GraphField(IntEnum):
    """Fields of ``GraphProto``."""

    NODE = 1
    INITIALIZER = 5
    INPUT = 11
    OUTPUT = 12
    SPARSE_INITIALIZER = 15


class NodeField(IntEnum):
    """Fields of ``NodeProto``."""

    OP_TYPE = 4
    ATTRIBUTE = 5
    DOMAIN = 7


class AttributeField(IntEnum):
    """Fields of ``AttributeProto``."""

    T = 5
    G = 6
    TENSORS = 10
    GRAPHS = 11
    SPARSE_TENSOR = 22
    SPARSE_TENSORS = 23


class TensorField(IntEnum):
    """Fields of ``TensorProto``."""

    EXTERNAL_DATA = 13
    DATA_LOCATION = 14


class ValueField(IntEnum):
    """Fields of ``ValueInfoProto``."""

    NAME = 1
    TYPE = 2


class TypeField(IntEnum):
    """Fields of ``TypeProto``."""

    TENSOR_TYPE = 1


class TensorTypeField(IntEnum):
    """Fields of ``TypeProto.Tensor``."""

    ELEM_TYPE = 1
    SHAPE = 2


class ShapeField(IntEnum):
    """Fields of ``TensorShapeProto``."""

    DIM = 1


class DimensionField(IntEnum):
    """Fields of ``TensorShapeProto.Dimension``."""

    DIM_VALUE = 1
    DIM_PARAM = 2


@dataclass(frozen=True)
class GraphSignature:
    """Inputs and outputs of a graph, all of them float32.

    Attributes
    ----------
    inputs, outputs : dict of list
        Shapes by names.
    """

    inputs: dict[str, Shape]
    outputs: dict[str, Shape]


def check_graph(content: bytes) -> GraphSignature:
    """Check the content of an ONNX file.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    GraphSignature
        Its inputs and outputs.

    Raises
    ------
    ValueError
        If it is no ONNX graph, or none that stands for itself and comes to an end; the message is
        a clause about it.
    """
    model = Message(memoryview(content))
    if model.has(ModelField.FUNCTIONS):
        raise ValueError("it has functions of its own, which are not allowed")
    if model.has(ModelField.TRAINING_INFO):
        raise ValueError("it has graphs for training, which are not allowed")
    graph = model.message(ModelField.GRAPH, "graph")
    _check_opsets(model)
    if graph.has(GraphField.SPARSE_INITIALIZER):
        raise ValueError("it has sparse weights, which are not allowed")
    for tensor in graph.messages(GraphField.INITIALIZER):
        _check_tensor(tensor)
    for number, node in enumerate(graph.messages(GraphField.NODE)):
        if number == MOST_NODES:
            raise ValueError(f"it has more than {MOST_NODES:,} nodes")
        _check_node(node)
    return GraphSignature(
        dict(map(_value, graph.messages(GraphField.INPUT))),
        dict(map(_value, graph.messages(GraphField.OUTPUT))),
    )


def _check_opsets(model: Message) -> None:
    found = list(model.messages(ModelField.OPSET_IMPORT))
    for opset in found:
        _check_domain(opset.texts(OpsetField.DOMAIN))
        for version in opset.numbers(OpsetField.VERSION) or [0]:
            if version not in OPSETS:
                raise ValueError(
                    f"it uses operators of version {version}; {OPSETS[0]} to {OPSETS[-1]} are "
                    "supported"
                )
    if not found:
        raise ValueError("it does not say which operators it uses")


def _check_node(node: Message) -> None:
    _check_domain(node.texts(NodeField.DOMAIN))
    kind = ", ".join(map(shown, node.texts(NodeField.OP_TYPE)))
    for attribute in node.messages(NodeField.ATTRIBUTE):
        if attribute.has(AttributeField.G) or attribute.has(AttributeField.GRAPHS):
            raise ValueError(
                f"it has a graph within its node {kind}; loops and branches, which may run for "
                "ever, are not allowed"
            )
        if attribute.has(AttributeField.SPARSE_TENSOR) or attribute.has(
            AttributeField.SPARSE_TENSORS
        ):
            raise ValueError(f"it has sparse values in its node {kind}, which are not allowed")
        for field in (AttributeField.T, AttributeField.TENSORS):
            for tensor in attribute.messages(field):
                _check_tensor(tensor)


def _check_domain(names: list[str]) -> None:
    for name in names:
        if name not in _OWN_DOMAINS:
            raise ValueError(f"it uses operators of {shown(name)}; only ONNX's own are allowed")


def _check_tensor(tensor: Message) -> None:
    if tensor.has(TensorField.EXTERNAL_DATA) or any(tensor.numbers(TensorField.DATA_LOCATION)):
        raise ValueError(
            "it keeps weights in other files, which no hash protects; all must be in the file"
        )


def _value(value: Message) -> tuple[str, Shape]:
    names = value.texts(ValueField.NAME)
    if len(names) != 1:
        raise ValueError("it has an input or output without a name")
    [name] = names
    kind = value.message(ValueField.TYPE, f"type of {shown(name)}")
    tensor = kind.message(TypeField.TENSOR_TYPE, f"tensor as {shown(name)}")
    if tensor.numbers(TensorTypeField.ELEM_TYPE) != [_FLOAT]:
        raise ValueError(f"its {shown(name)} is not float32")
    shape = tensor.message(TensorTypeField.SHAPE, f"shape of {shown(name)}")
    return name, list(_dimensions(shape))


def _dimensions(shape: Message) -> Iterator[int | str]:
    for dimension in shape.messages(ShapeField.DIM):
        numbers = dimension.numbers(DimensionField.DIM_VALUE)
        names = dimension.texts(DimensionField.DIM_PARAM)
        yield numbers[-1] if numbers else "".join(names)
