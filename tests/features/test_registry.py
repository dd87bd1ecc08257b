import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from samesong.features import front_end_names, get_front_end
from samesong.features.errors import FrontEndError
from samesong.features.overlap import WindowTransform

PLUGIN = Path(__file__).parents[2] / "examples" / "front_end"

USE_PLUGIN = """
import json
import numpy as np
from samesong.features import front_end_names, get_front_end

front_end = get_front_end("chroma")
noise = np.random.default_rng(0).standard_normal(66_150).astype(np.float32)
result = front_end.transform(noise, 22_050)
names = front_end_names()
print(json.dumps({"names": names, "shape": result.shape, "spec": front_end.spec.to_dict()}))
"""


def test_names_are_sorted():
    assert front_end_names() == sorted(front_end_names())


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(FrontEndError, match=r"'chroma' is not installed; known are direct, harm"):
        get_front_end("chroma")


def test_another_packages_front_end_is_found(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    shutil.copytree(PLUGIN, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    pip += ["--no-build-isolation", "--disable-pip-version-check", "--target", target, source]
    subprocess.run(pip, check=True)
    script = f"import sys; sys.path.append({str(target)!r})\n{USE_PLUGIN}"
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    found = json.loads(run.stdout)
    assert found["names"] == ["chroma", "direct", "harmonic", "notes", "pooled"]
    assert found["shape"] == [12, 6]
    assert (found["spec"]["name"], found["spec"]["n_bins"]) == ("chroma", 12)


SPEC = (
    "from samesong.features import FeatureSpec; spec = FeatureSpec(name='broken', version=1, hop=9)"
)


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a distribution with one module and one entry point on the path."""

    def put(name, module, code, distribution="broken"):
        info = tmp_path / f"{distribution}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[samesong.features]\n{name} = {module}:Made\n")
        (tmp_path / f"{module}.py").write_text(code)
        monkeypatch.syspath_prepend(tmp_path)

    return put


def test_one_that_cannot_be_imported_is_named(install):
    install("broken", "front_end_import", "import no_such_module_at_all")
    with pytest.raises(
        FrontEndError,
        match=r"'broken' \(front_end_import:Made, .* cannot be",
    ):
        get_front_end("broken")


def test_one_that_fails_to_start_is_named(install):
    install("broken", "front_end_start", "class Made:\n    def __init__(self): 1 / 0")
    with pytest.raises(FrontEndError, match="ZeroDivisionError"):
        get_front_end("broken")


@pytest.mark.parametrize(
    ("module", "body"),
    [
        ("front_end_empty", "pass"),
        ("front_end_no_spec", "name = 'broken'; spec = {}; transform = print"),
        ("front_end_no_transform", f"name = 'broken'; transform = 3; {SPEC}"),
    ],
)
def test_one_without_the_protocols_parts_is_refused(install, module, body):
    install("broken", module, f"class Made:\n    {body}")
    with pytest.raises(FrontEndError, match="is no FrontEnd: it needs name, spec"):
        get_front_end("broken")


def test_one_under_another_name_is_refused(install):
    code = "from samesong.features.direct import DirectFrontEnd as Made"
    install("broken", "front_end_renamed", code)
    with pytest.raises(FrontEndError, match=r"'broken' .* calls itself 'direct'"):
        get_front_end("broken")


def test_two_of_one_name_are_refused(install):
    code = "from samesong.features.direct import DirectFrontEnd as Made"
    install("direct", "front_end_again", code)
    with pytest.raises(FrontEndError, match="more than once, by front_end_again:Made and samesong"):
        get_front_end("direct")
    assert front_end_names().count("direct") == 1


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("front_end_leaves", "raise SystemExit(0)", r"cannot be loaded: SystemExit\(0\)"),
        ("front_end_raises", "raise RuntimeError('x\\n' * 999)", r"cannot be loaded: RuntimeError"),
        ("front_end_typo", "Made = len(3)", "cannot be loaded: TypeError"),
        ("front_end_none", "", "cannot be loaded: AttributeError"),
        (
            "front_end_property",
            f"class Made:\n    {SPEC}; transform = print\n    @property\n    def name(self): 1 / 0",
            "cannot be loaded: ZeroDivisionError",
        ),
    ],
)
def test_one_that_fails_in_any_way_is_named_in_one_line(install, module, code, said):
    install("broken", module, code)
    with pytest.raises(FrontEndError, match=said) as caught:
        get_front_end("broken")
    told = str(caught.value)
    assert told.startswith(f"front end 'broken' ({module}:Made, of the package broken 1)")
    assert told.endswith("repair or uninstall the package that provides it")
    assert told.isprintable()


@pytest.mark.parametrize(
    ("number", "answer", "said"),
    [
        (1, "1 / 0", "fails: ZeroDivisionError"),
        (2, "None", r"makes NoneType, not float32 of shape \(72, 11\)"),
        (3, "np.zeros((72, 3), np.float32)", r"makes float32 of shape \(72, 3\), not"),
        (4, "np.zeros((72, 11))", "makes float64 of shape"),
        (5, "np.full((72, 11), np.nan, np.float32)", "makes NaN or infinity"),
        (6, "[[1.0] * 11] * 72", "makes list, not"),
    ],
)
def test_one_that_makes_something_else_is_named(install, number, answer, said):
    module = f"front_end_makes_{number}"
    code = f"class Made:\n    name = 'broken'; {SPEC}\n    transform = lambda *_: {answer}"
    install("broken", module, f"import numpy as np\n{code}")
    front_end = get_front_end("broken")
    samples = np.ones(22_050 * 3, np.float32)
    with pytest.raises(FrontEndError, match=said) as caught:
        WindowTransform(front_end)(0, samples, 22_050)
    assert f"({module}:Made, of the package broken 1)" in str(caught.value)
    assert str(caught.value).isprintable()
