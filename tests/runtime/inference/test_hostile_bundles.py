"""Bundles that strangers made: each is refused in one line that names the file and says what to do.

Variants are generated from the tiny bundle: every field of its manifest with every kind of wrong
value, files that are none, and graphs that do something else than they should.
"""

import copy
import hashlib
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from samesong.features.errors import BundleError
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.encoder import Branch
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

TINY = Path(__file__).parents[2] / "data" / "tiny_bundle"
MANIFEST = json.loads((TINY / "manifest.json").read_text())

MISSING = object()
NUMBERS = [None, "12", True, float("nan"), float("inf"), 1e300, -1e300, 10**400, [], {}]
TEXTS = [None, 12, True, "", "x" * 10_000, ["a"], {}]
OTHERS = [None, 7, "x", [], {}, [[[]]], {"x\n": {}}]
# What may hold anything: it is kept, and never read.
FREE = {"training", "accuracy"}

Place = tuple[str | int, ...]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Yield where something is in a manifest."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inside:
        if key in FREE:
            continue
        yield (*at, key)
        if isinstance(one, dict | list):
            yield from places(one, (*at, key))


def wrong_values(found: object) -> list[Any]:
    if isinstance(found, str):
        return TEXTS
    if isinstance(found, dict | list):
        return [value for value in OTHERS if value != found]
    return NUMBERS


def changed(place: Place, value: Any) -> dict[str, Any]:
    manifest = copy.deepcopy(MANIFEST)
    owner = manifest
    for key in place[:-1]:
        owner = owner[key]
    if value is MISSING:
        del owner[place[-1]]
    else:
        owner[place[-1]] = value
    return manifest


def at(place: Place) -> Any:
    value: Any = MANIFEST
    for key in place:
        value = value[key]
    return value


def use(folder: Path) -> None:
    """Do with a bundle what identifying does."""
    bundle = ModelBundle.load(folder)
    spectrogram = np.random.default_rng(0).standard_normal((72, 48), np.float32)
    [sequences] = Branch(bundle, threads=1)([spectrogram])
    window = Window(0.0, 14.4, sequences, np.ones((24, 12), np.float32))
    Scorer(bundle, threads=1)(window, [window])


def refusal(folder: Path) -> str:
    with pytest.raises(BundleError) as caught:
        use(folder)
    told = str(caught.value)
    assert told.isprintable(), "one line"
    assert len(told) < len(str(folder)) + 500
    assert str(folder) in told
    assert "export" in told or "model" in told, "what to do"
    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(TINY, tmp_path / "copy")


def test_the_bundle_that_all_are_made_from_is_sound(folder: Path) -> None:
    use(folder)


PLACES = list(places(MANIFEST))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_manifest_with_a_wrong_value_anywhere_is_refused(folder: Path, place: Place) -> None:
    for value in [MISSING, *wrong_values(at(place))]:
        (folder / "manifest.json").write_text(json.dumps(changed(place, value)))
        try:
            refusal(folder)
        except BaseException as error:
            error.add_note(f"{place} = {str(value)[:80]}")
            raise


CONTRADICTIONS: dict[str, tuple[Place, Any]] = {
    "its branch has 2 inputs": (("branch", "inputs", "more"), ["batch"]),
    "its branch input 'cqt' is of shape": (("branch", "inputs", "cqt"), ["batch", 84, "frames"]),
    "features that the branch does not take": (("front_end", "n_bins"), 60),
    "level that is wider": (("level_dims", 2), 64),
    "its embedding is of shape": (("embedding_dim",), 64),
    "its branch has 5 levels": (("branch", "outputs", "level_5"), ["batch", "steps", 32]),
    "its scorer has 2 outputs": (("scorer", "outputs", "more"), ["batch"]),
    "its scorer has the input 'csm_5'": (
        ("scorer", "inputs", "csm_5"),
        ["batch", "q", "r"],
    ),
    "strides that the branch does not have": (("strides",), [1, 1, 1, 1]),
    "a file elsewhere": (("branch", "file"), "../branch.onnx"),
    "a file elsewhere at all": (("scorer", "file"), "/etc/passwd.onnx"),
    "the same file twice": (("scorer", "file"), "branch.onnx"),
    "a hash of something else": (("branch", "sha256"), "0" * 64),
    "names of others": (("scorer", "outputs"), {"probability": ["batch"]}),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_manifest_that_contradicts_itself_or_its_graphs_is_refused(
    folder: Path, what: str
) -> None:
    (folder / "manifest.json").write_text(json.dumps(changed(*CONTRADICTIONS[what])))
    told = refusal(folder)
    assert what in told or not what.startswith("its ")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    place = os.getcwd()
    os.chdir(path.parent)  # names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(place)


def large(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(2**40)  # of which the disk holds nothing


FILES: dict[str, Callable[[Path], object]] = {
    "pipe": pipe,
    "socket": unix_socket,
    "folder": Path.mkdir,
    "endless device": lambda path: path.symlink_to("/dev/zero"),
    "empty device": lambda path: path.symlink_to("/dev/null"),
    "link to a pipe": lambda path: (pipe(path.with_name("p")), path.symlink_to("p")),
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "terabyte": large,
    "nothing": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "noise": lambda path: path.write_bytes(np.random.default_rng(1).bytes(5000)),
    "lists in lists": lambda path: path.write_bytes(b"[" * 200_000),
    "an absurd number": lambda path: path.write_bytes(b'{"format": ' + b"9" * 100_000 + b"}"),
    "another encoding": lambda path: path.write_text("{}", "utf-16"),
    "weights of another runtime": lambda path: path.write_bytes(b"\x1c\0\0\0ORTM" + bytes(99)),
}


@pytest.mark.parametrize("name", ["manifest.json", "branch.onnx", "scorer.onnx"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_none_is_refused(folder: Path, name: str, kind: str) -> None:
    path = folder / name
    path.unlink()
    FILES[kind](path)
    if path.is_file() and path.suffix == ".onnx" and path.stat().st_size < 10**6:
        trust(folder)
    refusal(folder)


def trust(folder: Path) -> None:
    """Let the manifest name the hashes of the graphs as they are, as whoever changed them would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for graph in ("branch", "scorer"):
        content = (folder / manifest[graph]["file"]).read_bytes()
        manifest[graph]["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


Change = Callable[[onnx.ModelProto], object]


def insert(kind: str, *extra: onnx.TensorProto, **attributes: Any) -> Change:
    """Put a node between the first output's maker and the output."""

    def change(model: onnx.ModelProto) -> None:
        name = model.graph.output[0].name
        for node in model.graph.node:
            node.output[:] = [f"{one} before" if one == name else one for one in node.output]
            node.input[:] = [f"{one} before" if one == name else one for one in node.input]
        names = [f"{name} before", *(tensor.name for tensor in extra)]
        model.graph.node.append(helper.make_node(kind, names, [name], **attributes))
        model.graph.initializer.extend(extra)

    return change


def constant(name: str, value: Any, kind: type = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(value, kind), name)


def twice(model: onnx.ModelProto) -> None:
    """Answer everything twice, against what is declared."""
    rank = len(model.graph.output[0].type.tensor_type.shape.dim)
    insert("Tile", constant("repeats", [2] * rank, np.int64))(model)


def external(model: onnx.ModelProto) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../etc/passwd")


def endless(model: onnx.ModelProto) -> None:
    values = [
        helper.make_tensor_value_info("i", TensorProto.INT64, []),
        helper.make_tensor_value_info("go", TensorProto.BOOL, []),
        helper.make_tensor_value_info("go on", TensorProto.BOOL, []),
    ]
    step = helper.make_node("Identity", ["go"], ["go on"])
    body = helper.make_graph([step], "body", values[:2], values[2:])
    model.graph.initializer.append(constant("trips", 2**62, np.int64))
    model.graph.node.append(helper.make_node("Loop", ["trips", ""], [], body=body))


def retype(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE


def reshape(place: int, size: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        dimension = model.graph.output[0].type.tensor_type.shape.dim[place]
        dimension.dim_value = size

    return change


def rename(model: onnx.ModelProto) -> None:
    model.graph.output[0].name = "x\n" * 9000


def clear(field: str) -> Change:
    return lambda model: model.graph.ClearField(field)


def opset(version: int, domain: str = "") -> Change:
    def change(model: onnx.ModelProto) -> None:
        del model.opset_import[:]
        model.opset_import.append(helper.make_opsetid(domain, version))

    return change


def repeated(model: onnx.ModelProto) -> None:
    body = [helper.make_node("Identity", ["a"], ["b"])]
    opsets = [helper.make_opsetid("", 17)]
    model.functions.append(helper.make_function("", "Mine", ["a"], ["b"], body, opsets))


GRAPHS: dict[str, Change] = {
    "weights in another file": external,
    "a loop without end": endless,
    "functions": repeated,
    "no nodes": clear("node"),
    "no inputs": clear("input"),
    "no outputs": clear("output"),
    "no weights": clear("initializer"),
    "doubles": retype,
    "a fixed batch": reshape(0, 1),
    "an absurd output": reshape(0, 2**62),
    "an absurd name": rename,
    "no version": lambda model: model.ClearField("opset_import"),
    "version 1": opset(1),
    "version of the future": opset(999),
    "negative version": opset(-1),
    "operators of others": opset(1, "com.example"),
    "an unknown operator": insert("Nonsense"),
    "an operator of others": insert("Identity", domain="com.microsoft"),
    "a negative number of inputs": insert("Concat", axis=99),
    "twice as many answers": twice,
    "not a number": insert("Mul", constant("nan", np.nan)),
    "infinity": insert("Add", constant("inf", np.inf)),
    "terabytes": insert("Expand", constant("size", [2**40, 1, 1, 1], np.int64)),
    "another type": insert("Cast", to=TensorProto.INT64),
}


@pytest.mark.parametrize("graph", ["branch", "scorer"])
@pytest.mark.parametrize("what", GRAPHS)
def test_a_graph_that_is_not_what_it_should_be_is_refused(
    folder: Path, graph: str, what: str
) -> None:
    path = folder / f"{graph}.onnx"
    model = onnx.load_from_string(path.read_bytes())
    GRAPHS[what](model)
    path.write_bytes(model.SerializeToString())
    trust(folder)
    refusal(folder)


def test_there_are_many_variants() -> None:
    values = sum(1 + len(wrong_values(at(place))) for place in PLACES)
    assert values + len(CONTRADICTIONS) + 3 * len(FILES) + 2 * len(GRAPHS) > 1000
