import json
import shutil

import pytest

from samesong.features.errors import BundleError, FrontEndError, MismatchError
from samesong.features.frontend import get_front_end
from samesong.runtime.inference.bundle import (
    DEFAULT_MODEL,
    ModelBundle,
    bundled_models,
    starting_values,
)


@pytest.fixture
def folder(bundle, tmp_path):
    """A copy of the tiny bundle that a test may damage."""
    return shutil.copytree(bundle.path, tmp_path / "copy")


def change(folder, **fields):
    path = folder / "manifest.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | fields))
    return folder


def test_a_bundle_tells_what_its_manifest_says(bundle):
    assert bundle.manifest.name == "tiny"
    assert bundle.spec.name == bundle.front_end.name
    assert bundle.step_seconds == pytest.approx((0.6, 0.6, 1.2, 1.2))


@pytest.mark.parametrize("name", bundled_models())
def test_every_bundled_model_loads_by_its_name(name):
    loaded = ModelBundle.load(name)
    assert loaded.manifest.name == name
    assert loaded.front_end.spec == loaded.spec


def test_an_unknown_model_is_refused_with_what_there_is(tmp_path):
    with pytest.raises(BundleError, match=r"neither a bundled model .* nor a folder"):
        ModelBundle.load(tmp_path / "nothing")


def test_a_folder_without_manifest_is_refused(tmp_path):
    with pytest.raises(BundleError, match="is not a model bundle"):
        ModelBundle.load(tmp_path)


@pytest.mark.parametrize("name", ["branch.onnx", "scorer.onnx"])
class TestGraphFiles:
    def test_a_missing_one_is_refused(self, folder, name):
        (folder / name).unlink()
        with pytest.raises(BundleError, match=f"{name} cannot be read .* export"):
            ModelBundle.load(folder)

    def test_a_damaged_one_is_refused(self, folder, name):
        path = folder / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(BundleError, match=f"{name} is damaged"):
            ModelBundle.load(folder)


def test_a_new_model_starts_from_the_numbers_of_the_default_one_and_says_so():
    started, default = starting_values(), ModelBundle.load(DEFAULT_MODEL).fitted
    # No other model's bars of versions: a wrong twin hides a recording.
    assert started.versions.twin_cosine == 1
    taken_over = started.model_copy(update={"versions": default.versions})
    for (name, section), (_, original) in zip(taken_over, default, strict=True):
        if name == "versions":
            continue
        numbers = section.model_dump(exclude={"fitted_on"})
        assert numbers == original.model_dump(exclude={"fitted_on"})
        told = f"Taken over from model '{DEFAULT_MODEL}'. {original.fitted_on}"
        assert section.fitted_on == told, name


def test_a_front_end_description_that_cannot_be_read_is_refused(folder):
    with pytest.raises(BundleError, match="front end that cannot be read"):
        ModelBundle.load(change(folder, front_end={"name": "direct"}))


def test_a_front_end_that_is_not_installed_is_named(folder, bundle):
    spec = bundle.spec.to_dict() | {"name": "elsewhere"}
    with pytest.raises(FrontEndError, match="elsewhere"):
        _ = ModelBundle.load(change(folder, front_end=spec)).front_end


def test_features_other_than_those_trained_on_are_refused_naming_both(folder, bundle):
    spec = bundle.spec.to_dict() | {"version": 99}
    with pytest.raises(MismatchError, match=r"version=99.*version=\d+"):
        _ = ModelBundle.load(change(folder, front_end=spec)).front_end


def test_chroma_may_come_from_another_front_end_of_the_same_frames(folder, bundle):
    notes = get_front_end("notes").spec
    loaded = ModelBundle.load(change(folder, chroma_front_end=notes.to_dict()))
    assert bundle.chroma_front_end is None
    assert loaded.chroma_front_end.spec == notes
    assert loaded.fingerprint != bundle.fingerprint


def test_chroma_from_other_frames_is_refused_naming_both(folder, bundle):
    other = bundle.spec.to_dict() | {"frame_period": 0.1}
    with pytest.raises(BundleError, match=r"frame_period 0\.1, its branch of one with 0\.3"):
        ModelBundle.load(change(folder, chroma_front_end=other))


def test_the_fingerprint_follows_branch_and_front_end_only(folder, bundle):
    assert ModelBundle.load(folder).fingerprint == bundle.fingerprint
    fitted = bundle.fitted.model_dump()
    fitted["calibration"]["scale"] = 2.0
    fitted["shortlist"]["mean"] = 1.0
    change(folder, fitted=fitted, name="other")
    assert ModelBundle.load(folder).fingerprint == bundle.fingerprint
    change(folder, front_end=bundle.spec.to_dict() | {"version": 99})
    assert ModelBundle.load(folder).fingerprint != bundle.fingerprint
