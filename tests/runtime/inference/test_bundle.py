import json
import shutil

import pytest

from samesong.features.errors import BundleError, FrontEndError, MismatchError
from samesong.runtime.inference.bundle import (
    DEFAULT_MODEL,
    ModelBundle,
    bundled_models,
    starting_values,
)
from samesong.runtime.inference.manifest import Manifest


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


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "has format None.*export the model again"),
        ("null", "has format None.*export the model again"),
        ("{}", "has format None.*export the model again"),
        ('{"format": "2"}', "has format '2'.*export the model again"),
        ('{"format": true}', "has format True.*export the model again"),
        ('{"format": 1}', "older format.*export the model again.*or use a bundled model"),
        ('{"format": 3}', "newer format.*bring samesong up to date"),
    ],
)
def test_a_manifest_of_another_format_is_refused(folder, content, message):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(BundleError, match=message) as caught:
        ModelBundle.load(folder)
    assert "reads format 2" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("window_seconds", -1),
        ("strides", [2, 2]),
        ("fitted", {}),
        ("surprise", 1),
        ("branch", {"file": "../x.onnx", "sha256": "0" * 64, "inputs": {}, "outputs": {}}),
    ],
)
def test_a_bad_field_is_named(folder, field, value):
    with pytest.raises(BundleError, match=f"damaged at '{field}"):
        ModelBundle.load(change(folder, **{field: value}))


FITTED = starting_values().model_dump()
SECTIONS = list(FITTED)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_that_does_not_say_what_it_was_fitted_on_is_refused(folder, section):
    fitted = FITTED | {section: FITTED[section] | {"fitted_on": ""}}
    with pytest.raises(BundleError, match=rf"damaged at 'fitted\.{section}\.fitted_on'"):
        ModelBundle.load(change(folder, fitted=fitted))


@pytest.mark.parametrize(
    ("section", "number", "value"),
    [
        ("calibration", "scale", 0),
        ("calibration", "extra", 1),
        ("alignment", "skip_share", 1.5),
        ("alignment", "deep_chance", {"factor": 1.0}),
        ("path", "skip", -1),
        ("pooling", "temperature", 0),
        ("posterior", "none_cap", 0.5),
        ("posterior", "sharpness", float("nan")),
        ("shortlist", "mean", "much"),
    ],
)
def test_a_bad_number_is_named(folder, section, number, value):
    fitted = FITTED | {section: FITTED[section] | {number: value}}
    with pytest.raises(BundleError, match=rf"damaged at 'fitted\.{section}\.{number}"):
        ModelBundle.load(change(folder, fitted=fitted))


def test_a_new_model_starts_from_the_numbers_of_the_default_one_and_says_so():
    started, default = starting_values(), ModelBundle.load(DEFAULT_MODEL).fitted
    for (name, section), (_, original) in zip(started, default, strict=True):
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


def test_the_fingerprint_follows_branch_and_front_end_only(folder, bundle):
    assert ModelBundle.load(folder).fingerprint == bundle.fingerprint
    fitted = bundle.fitted.model_dump()
    fitted["calibration"]["scale"] = 2.0
    fitted["shortlist"]["mean"] = 1.0
    change(folder, fitted=fitted, name="other")
    assert ModelBundle.load(folder).fingerprint == bundle.fingerprint
    change(folder, front_end=bundle.spec.to_dict() | {"version": 99})
    assert ModelBundle.load(folder).fingerprint != bundle.fingerprint
