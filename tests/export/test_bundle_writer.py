import hashlib
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from samesong.export.bundle_writer import write_bundle
from samesong.features.errors import BundleError, MismatchError
from samesong.features.frontend import get_front_end
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle, starting_values
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.chroma_similarity import chroma_csms
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.matching.scorer import Scorer
from samesong.training.network import SiameseNetwork
from samesong.training.presets import PRESETS

pytestmark = pytest.mark.training


@pytest.fixture
def bundle(exported, tmp_path):
    """A copy of the exported bundle that a test may spoil."""
    return shutil.copytree(exported.path, tmp_path / "bundle")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_bundle_is_whole_and_takes_the_place_of_an_older_one(exported):
    names = {path.name for path in exported.path.iterdir()}
    assert names == {"manifest.json", "branch.onnx", "scorer.onnx", "MODEL_CARD.md"}
    # Nothing is left beside it of the making.
    beside = {path.name for path in exported.path.parent.iterdir()}
    assert beside == {"model", "music.wav", "concerts.json"}


def test_the_manifest_tells_what_the_bundle_is_made_of(exported, checkpoint):
    manifest = ModelBundle.load(exported.path).manifest
    assert (manifest.name, manifest.preset) == ("model", "tiny")
    assert manifest.front_end == get_front_end("direct").spec.to_dict()
    assert (manifest.level_dims, manifest.embedding_dim) == ([8] * 4, 16)
    assert manifest.strides == [2, 2, 4, 4]
    assert manifest.window_seconds == 120
    assert manifest.branch.inputs == {"cqt": ["batch", 72, "frames"]}
    assert manifest.branch.outputs["level_3"] == ["batch", "steps_3", 8]
    assert manifest.scorer.inputs["csm_2"] == ["batch", "query_2", "reference_2"]
    fitted = manifest.fitted
    assert fitted.calibration.model_dump(exclude={"fitted_on"}) == checkpoint.calibration
    assert fitted.calibration.fitted_on.startswith("Scale and offset")
    start = starting_values()
    fewer = start.shortlist.model_copy(update={"finalists": 32})
    assert fitted.model_copy(update={"calibration": start.calibration}) == (
        start.model_copy(update={"shortlist": fewer})
    )
    assert 0 <= manifest.parity.random <= 1e-4
    assert 0 < manifest.parity.real <= 1e-4
    assert manifest.training == {
        "steps": checkpoint.step,
        "steps_before": checkpoint.steps_before,
        "corpus": checkpoint.corpus,
        "config": checkpoint.config.model_dump(mode="json"),
    }
    assert manifest.accuracy["held-out works"] == checkpoint.measured
    figures = json.loads((exported.path.parent / "concerts.json").read_text())
    assert manifest.accuracy["concerts"] == figures


@pytest.mark.parametrize("name", ["branch", "scorer"])
def test_hashes_are_of_the_files_and_damage_is_found(bundle, name):
    manifest = json.loads((bundle / "manifest.json").read_text())
    path = bundle / manifest[name]["file"]
    content = bytearray(path.read_bytes())
    assert hashlib.sha256(content).hexdigest() == manifest[name]["sha256"]
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BundleError, match=rf"{name}\.onnx is damaged"):
        ModelBundle.load(bundle)


def test_a_failing_export_leaves_the_old_bundle_as_it_was(bundle, checkpoint):
    before = contents(bundle)
    weights = dict(checkpoint.average)
    weights["scorer.head.6.bias"] = weights["scorer.head.6.bias"] * float("nan")
    cqt = np.random.default_rng(1).standard_normal((1, 72, 20), np.float32)
    with pytest.raises(MismatchError, match="differ by nan"):
        write_bundle(replace(checkpoint, average=weights), bundle, "model", [(cqt, cqt)], {})
    assert contents(bundle) == before
    assert [path.name for path in bundle.parent.iterdir()] == ["bundle"]


def test_what_is_no_bundle_is_never_replaced(checkpoint, tmp_path):
    music = tmp_path / "music"
    music.mkdir()
    (music / "song.flac").write_text("precious")
    for folder in (music, music / "song.flac"):
        with pytest.raises(BundleError, match="exists and is no model bundle") as caught:
            write_bundle(checkpoint, folder, "model", [], {})
        assert str(folder) in str(caught.value)
    assert contents(music) == {"song.flac": b"precious"}


@pytest.fixture(scope="module")
def distilled(checkpoint):
    """The same branch before a new scorer, which does not read the finer CSMs."""
    config = checkpoint.config.model_copy(update={"preset": "tiny_compact"})
    torch.manual_seed(1)
    scorer = SiameseNetwork(PRESETS["tiny_compact"], checkpoint.spec).scorer.state_dict()
    branch = {name: w for name, w in checkpoint.average.items() if name.startswith("branch.")}
    average = branch | {f"scorer.{name}": weights for name, weights in scorer.items()}
    return replace(checkpoint, config=config, average=average)


@pytest.fixture
def pairs():
    cqt = np.random.default_rng(1).standard_normal((1, 72, 80), np.float32)
    return [(cqt, cqt[:, :, 20:])]


def test_another_scorer_leaves_catalogs_valid_and_what_was_fitted(
    exported, distilled, pairs, tmp_path
):
    old = ModelBundle.load(exported.path)
    pooling = old.fitted.pooling.model_copy(update={"temperature": 7.5})
    fitted = old.fitted.model_copy(update={"pooling": pooling})
    old = replace(old, manifest=old.manifest.model_copy(update={"fitted": fitted}))
    new = write_bundle(distilled, tmp_path / "new", "new", pairs, {}, like=old)
    assert new.fingerprint == old.fingerprint
    assert (old.fitted.shortlist.finalists, new.fitted.shortlist.finalists) == (32, 128)
    more = old.fitted.shortlist.model_copy(update={"finalists": 128})
    assert new.fitted == old.fitted.model_copy(update={"shortlist": more})
    assert new.manifest.preset == "tiny_compact"
    assert new.scorer_levels == {"csm_3": 2, "csm_4": 3}
    assert new.manifest.training["branch"] == old.manifest.training
    card = (new.path / "MODEL_CARD.md").read_text()
    assert "taught the scorer alone to answer as a larger one" in card
    windows = [Analyser(new).spectrogram(one[0])[0] for pair in pairs for one in pair]
    calibration = new.fitted.calibration
    alone = Scorer(new)(windows[0], windows)
    expected = []
    for other in windows:
        coarse = csms(windows[0].sequences, [other.sequences])[2:]
        with torch.inference_mode():
            logit = distilled.network().scorer(*map(torch.from_numpy, coarse)).item()
        chroma = chroma_csms(windows[0].chroma, [other.chroma])
        alignment = new.fitted.alignment
        logit += calibration.alignment * float(
            alignment_scores(coarse[1], alignment, alignment.deep_chance)[0]
        )
        logit += calibration.chroma * float(
            alignment_scores(chroma, alignment, alignment.chroma_chance)[0]
        )
        expected.append(calibration.scale * logit + calibration.offset)
    np.testing.assert_allclose(alone, expected, atol=1e-3)


def test_a_bundle_of_another_branch_is_no_model_to_follow(exported, distilled, pairs, tmp_path):
    name = "branch.embedding.1.weight"
    other = replace(distilled, average=distilled.average | {name: -distilled.average[name]})
    with pytest.raises(MismatchError, match="differ by"):
        write_bundle(
            other, tmp_path / "new", "new", pairs, {}, like=ModelBundle.load(exported.path)
        )
    assert list(tmp_path.iterdir()) == []
