import json
import shutil

import pytest

from samesong.features.errors import BundleError, FrontEndError, MismatchError
from samesong.runtime.inference.bundle import Manifest, ModelBundle, bundled_models


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


def test_a_manifest_survives_being_written_and_read(bundle):
    assert Manifest.model_validate_json(bundle.manifest.model_dump_json()) == bundle.manifest


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


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"\x00" * 9])
def test_a_damaged_manifest_is_refused(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(BundleError, match=r"manifest\.json cannot be read"):
        ModelBundle.load(folder)


@pytest.mark.parametrize("content", ["[]", "null", "{}", '{"format": 2}', '{"format": "1"}'])
def test_a_manifest_of_another_format_is_refused(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(BundleError, match="reads format 1"):
        ModelBundle.load(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("window_seconds", -1),
        ("strides", [2, 2]),
        ("calibration", {"scale": 0, "offset": 0, "threshold": 0.5}),
        ("calibration", {"scale": 1, "offset": 0, "threshold": 0.5, "extra": 1}),
        ("surprise", 1),
        ("branch", {"file": "../x.onnx", "sha256": "0" * 64, "inputs": {}, "outputs": {}}),
    ],
)
def test_a_bad_field_is_named(folder, field, value):
    with pytest.raises(BundleError, match=f"damaged at '{field}"):
        ModelBundle.load(change(folder, **{field: value}))


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


def test_the_fingerprint_follows_branch_and_front_end_only(folder, bundle):
    assert ModelBundle.load(folder).fingerprint == bundle.fingerprint
    calibration = {"scale": 2.0, "offset": 0.0, "threshold": 0.7}
    change(folder, calibration=calibration, name="other")
    assert ModelBundle.load(folder).fingerprint == bundle.fingerprint
    change(folder, front_end=bundle.spec.to_dict() | {"version": 99})
    assert ModelBundle.load(folder).fingerprint != bundle.fingerprint
