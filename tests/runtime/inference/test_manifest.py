import json
import shutil

import pytest

from samesong.features.errors import BundleError
from samesong.runtime.inference.bundle import ModelBundle, starting_values
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


def test_a_manifest_survives_being_written_and_read(bundle):
    assert Manifest.model_validate_json(bundle.manifest.model_dump_json()) == bundle.manifest


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
        ('{"format": 2}', "older format.*export the model again.*or use a bundled model"),
        ('{"format": 4}', "newer format.*bring samesong up to date"),
    ],
)
def test_a_manifest_of_another_format_is_refused(folder, content, message):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(BundleError, match=message) as caught:
        ModelBundle.load(folder)
    assert "reads format 3" in str(caught.value)
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


def test_a_model_that_was_fitted_for_no_other_tempos_is_one_still(folder):
    fitted = {name: FITTED[name] for name in SECTIONS if name != "tempo"}
    assert ModelBundle.load(change(folder, fitted=fitted)).fitted.tempo is None


@pytest.mark.parametrize(
    ("section", "number", "value"),
    [
        ("calibration", "scale", 0),
        ("calibration", "scale", "0.5"),
        ("calibration", "extra", 1),
        ("alignment", "skip_share", 1.5),
        ("alignment", "deep_chance", {"factor": 1.0}),
        ("path", "skip", -1),
        ("pooling", "temperature", 0),
        ("posterior", "none_cap", 0.5),
        ("posterior", "sharpness", float("nan")),
        ("alignment", "chroma_chance", {"factor": "1.0", "power": 1.0}),
        ("setlist", "jump_cost", True),
        ("shortlist", "mean", "much"),
        ("versions", "twin_cosine", 1.01),
        ("versions", "per_tenfold", -1.0),
        ("tempo", "works", 0),
        ("tempo", "works", 2.0),
        ("tempo", "step", 1.0),
    ],
)
def test_a_bad_number_is_named(folder, section, number, value):
    fitted = FITTED | {section: FITTED[section] | {number: value}}
    with pytest.raises(BundleError, match=rf"damaged at 'fitted\.{section}\.{number}"):
        ModelBundle.load(change(folder, fitted=fitted))
