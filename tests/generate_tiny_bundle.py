"""Make tests/data/tiny_bundle: a real model bundle, tiny and untrained, that needs no torch.

Its branch correlates the spectrogram with fixed random patterns of 13 semitones by 2.7 s and keeps
the best over all keys; its scorer looks for the strongest diagonal. That is enough to tell a
recording's noisy, transposed copies from other recordings.

Run it again with ``python tests/generate_tiny_bundle.py`` (needs onnx) whenever the format changes.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from samesong.features.frontend import get_front_end
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.inference.fitted import Calibration
from samesong.runtime.inference.manifest import Graph, Manifest, Parity

FOLDER = Path(__file__).parent / "data" / "tiny_bundle"
FRONT_END = "direct"
STRIDES = (2, 2, 4, 4)
DIM = 32
PATTERN = (13, 9)
DIAGONALS = ((1, 2, 4, 8), (1, 2, 4))
"""Each doubles the length of the diagonals summed: 16 steps of fine, 8 of coarse levels."""
OPSET = 17


def constant(name: str, value: object, dtype: type = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype), name)


def node(kind: str, inputs: str, output: str, **attributes: object) -> onnx.NodeProto:
    return helper.make_node(kind, inputs.split(), [output], **attributes)


def save(
    name: str,
    nodes: list[onnx.NodeProto],
    constants: list[onnx.TensorProto],
    inputs: dict[str, list[int | str]],
    outputs: dict[str, list[int | str]],
) -> Graph:
    def infos(shapes: dict[str, list[int | str]]) -> list[onnx.ValueInfoProto]:
        return [helper.make_tensor_value_info(k, TensorProto.FLOAT, v) for k, v in shapes.items()]

    graph = helper.make_graph(nodes, name, infos(inputs), infos(outputs), constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    content = model.SerializeToString(deterministic=True)
    (FOLDER / f"{name}.onnx").write_bytes(content)
    return Graph(
        file=f"{name}.onnx",
        sha256=hashlib.sha256(content).hexdigest(),
        inputs=inputs,
        outputs=outputs,
    )


def branch() -> Graph:
    generator = np.random.default_rng(1)
    constants = [
        constant("one", [1], np.int64),
        constant("tiny", 1e-6),
    ]
    nodes = [
        node("ReduceMean", "cqt", "mean", axes=[1, 2]),
        node("Sub", "cqt mean", "centred"),
        node("Mul", "centred centred", "squared"),
        node("ReduceMean", "squared", "variance", axes=[1, 2]),
        node("Add", "variance tiny", "variance_kept"),
        node("Sqrt", "variance_kept", "deviation"),
        node("Div", "centred deviation", "standard"),
        node("Unsqueeze", "standard one", "image"),
    ]
    pooled = []
    for bank in (1, 2):
        patterns = generator.standard_normal((DIM, 1, *PATTERN))
        patterns -= patterns.mean(axis=(2, 3), keepdims=True)
        constants.append(constant(f"patterns_{bank}", patterns / np.sqrt(np.prod(PATTERN))))
        nodes += [
            node(
                "Conv",
                f"image patterns_{bank}",
                f"found_{bank}",
                pads=[0, PATTERN[1] // 2, 0, PATTERN[1] // 2],
            ),
            node("ReduceMax", f"found_{bank}", f"steps_{bank}", axes=[2], keepdims=0),
            node("ReduceMean", f"steps_{bank}", f"bias_{bank}", axes=[2]),
            node("Sub", f"steps_{bank} bias_{bank}", f"contrast_{bank}"),
            node("ReduceMean", f"steps_{bank}", f"average_{bank}", axes=[2], keepdims=0),
            node("ReduceMax", f"steps_{bank}", f"peak_{bank}", axes=[2], keepdims=0),
        ]
        pooled += [f"average_{bank}", f"peak_{bank}"]
    for level, stride in enumerate(STRIDES, 1):
        source = f"contrast_{2 - level % 2}"
        nodes += [
            node(
                "AveragePool",
                source,
                f"pool_{level}",
                kernel_shape=[stride],
                strides=[stride],
                ceil_mode=1,
            ),
            node("Transpose", f"pool_{level}", f"rows_{level}", perm=[0, 2, 1]),
            node("Add", f"rows_{level} tiny", f"kept_{level}"),
            node("LpNormalization", f"kept_{level}", f"level_{level}", axis=2, p=2),
        ]
    nodes += [
        node("Concat", " ".join(pooled), "summary", axis=1),
        node("LpNormalization", "summary", "embedding", axis=1, p=2),
    ]
    outputs: dict[str, list[int | str]] = {
        f"level_{level}": ["batch", f"steps_{level}", DIM] for level in range(1, 5)
    }
    outputs["embedding"] = ["batch", 4 * DIM]
    return save("branch", nodes, constants, {"cqt": ["batch", 72, "frames"]}, outputs)


def scorer() -> Graph:
    nodes = []
    constants = [constant("axes", [1, 2], np.int64), constant("end", [10**6] * 2, np.int64)]
    constants += [constant("steepness", 16.0), constant("middle", 0.5)]
    for rate, (a, b) in enumerate(((1, 2), (3, 4))):
        nodes.append(node("Add", f"csm_{a} csm_{b}", f"along_{rate}_0"))
        for i, gap in enumerate(DIAGONALS[rate]):
            # Each cell plus the one `gap` steps further down its diagonal.
            before = f"along_{rate}_{i}"
            constants.append(constant(f"pads_{rate}_{i}", [0, 0, 0, 0, gap, gap], np.int64))
            constants.append(constant(f"start_{rate}_{i}", [gap, gap], np.int64))
            nodes += [
                node("Pad", f"{before} pads_{rate}_{i}", f"{before}_padded"),
                node("Slice", f"{before}_padded start_{rate}_{i} end axes", f"{before}_further"),
                node("Add", f"{before} {before}_further", f"along_{rate}_{i + 1}"),
            ]
        # A mean over the diagonal, over two levels and over the two rates.
        share = 1 / (2 ** len(DIAGONALS[rate]) * 2 * 2)
        constants.append(constant(f"share_{rate}", share))
        longest = f"along_{rate}_{len(DIAGONALS[rate])}"
        nodes += [
            node("ReduceMax", longest, f"best_{rate}", axes=[1, 2], keepdims=0),
            node("Mul", f"best_{rate} share_{rate}", f"part_{rate}"),
        ]
    nodes += [
        node("Add", "part_0 part_1", "best"),
        node("Sub", "best middle", "above"),
        node("Mul", "above steepness", "logit"),
        node("Sigmoid", "logit", "score"),
    ]
    inputs: dict[str, list[int | str]] = {
        f"csm_{level}": ["batch", f"query_{level}", f"reference_{level}"] for level in range(1, 5)
    }
    return save("scorer", nodes, constants, inputs, {"score": ["batch"]})


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    start = starting_values()
    # Few, so that small catalogs are large enough to be searched by candidates.
    shortlist = start.shortlist.model_copy(update={"finalists": 32})
    calibration = Calibration(
        fitted_on="Nothing: the scorer's own answer counts.",
        alignment=0.0,
        chroma=0.0,
        scale=1.0,
        offset=0.0,
    )
    manifest = Manifest(
        name="tiny",
        preset="none",
        created="2026-01-01",
        samesong="0.1.0",
        front_end=get_front_end(FRONT_END).spec.to_dict(),
        window_seconds=120.0,
        strides=list(STRIDES),
        level_dims=[DIM] * 4,
        embedding_dim=4 * DIM,
        branch=branch(),
        scorer=scorer(),
        fitted=start.model_copy(
            # Tests of other tempos add their own.
            update={"calibration": calibration, "shortlist": shortlist, "tempo": None}
        ),
        parity=Parity(random=0.0, real=0.0),
        training={"corpus": "none: the weights are random"},
        accuracy={},
    )
    content = {"format": manifest.format, **manifest.model_dump(exclude_defaults=True)}
    text = json.dumps(content, indent=2)
    (FOLDER / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
