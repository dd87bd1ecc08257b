import os
import subprocess
import sys

import numpy as np
import pytest

from samesong.features.errors import BundleError, DeviceError, MissingExtraError
from samesong.runtime.inference.onnx_session import Session, available_devices


def scorer_session(bundle, **changes):
    graph = bundle.manifest.scorer
    names = {"inputs": list(graph.inputs), "outputs": list(graph.outputs)}
    return Session(bundle.path / graph.file, **(names | changes))


def test_outputs_come_by_name(bundle):
    inputs = {name: np.zeros((3, 40, 50), np.float32) for name in bundle.manifest.scorer.inputs}
    outputs = scorer_session(bundle, threads=1).run(inputs)
    assert list(outputs) == ["score"]
    assert outputs["score"].shape == (3,)


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_names_other_than_the_declared_are_refused(bundle, kind):
    with pytest.raises(BundleError, match=rf"has the {kind} .* declares \['other'\]"):
        scorer_session(bundle, **{kind: ["other"]})


def test_a_file_that_is_no_graph_is_refused(tmp_path):
    path = tmp_path / "x.onnx"
    path.write_bytes(b"no graph")
    with pytest.raises(
        BundleError,
        match=r"cannot be used \(it is damaged, or of another format\): use another model",
    ):
        Session(path, inputs=[], outputs=[])


def test_nothing_is_kept_or_sent_of_what_runs(bundle, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    run = (
        "from samesong.runtime.inference.bundle import ModelBundle\n"
        "from samesong.runtime.inference.analyser import Analyser\n"
        f"Analyser(ModelBundle.load({str(bundle.path)!r}))"
    )
    # Where tests are run, ONNX Runtime is quiet by itself.
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home)}
    subprocess.run([sys.executable, "-c", run], check=True, env=environment)
    assert list(home.iterdir()) == []


def test_an_unknown_device_is_refused(bundle):
    with pytest.raises(DeviceError, match="'tpu'"):
        scorer_session(bundle, device="tpu")


@pytest.mark.skipif("cuda" in available_devices(), reason="this machine has CUDA")
def test_cuda_that_is_not_there_is_an_error(bundle):
    with pytest.raises(DeviceError, match=r"'cuda' is not available.*'\.\[gpu\]'"):
        scorer_session(bundle, device="cuda")


def test_without_onnxruntime_the_extra_is_named(bundle, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"'\.\[cpu\]'.*'\.\[gpu\]'.*never both"):
        scorer_session(bundle)
