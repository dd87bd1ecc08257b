"""The wheel holds the whole product, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("features", "runtime", "training", "export")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in a wheel that is built from this checkout."""
    pytest.importorskip("setuptools")
    folder = tmp_path_factory.mktemp("wheel")
    # setuptools writes build/ and *.egg-info beside what it builds, so it builds a copy.
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    copy = folder / "source"
    for name in tracked.stdout.decode().split("\0"):
        if name.startswith((*PACKAGES, "package", "pyproject", "README", "LICENSE")):
            source, target = ROOT / name, copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_symlink():
                target.symlink_to(source.readlink())
            elif source.exists():
                target.write_bytes(source.read_bytes())
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", folder, copy], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return set(ZipFile(wheel).namelist())


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_is_in_it(names, package):
    modules = {f"samesong/{path.relative_to(ROOT)}" for path in (ROOT / package).rglob("*.py")}
    assert modules
    assert modules - names == set()


@pytest.mark.parametrize(
    "name",
    [
        "samesong/__init__.pyi",
        "samesong/py.typed",
        "samesong/runtime/models/harmonic/manifest.json",
        "samesong/runtime/models/harmonic/branch.onnx",
        "samesong/runtime/reports/report.html.jinja",
        "samesong/runtime/server/page/index.html",
    ],
)
def test_what_modules_read_is_in_it(names, name):
    assert name in names


def test_all_bundled_models_and_demo_recordings_are_in_it(names):
    for folder in ("runtime/models", "runtime/demo_audio"):
        files = {
            f"samesong/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
        }
        assert files
        assert files <= names


def test_nothing_else_is_in_it(names):
    tops = {name.split("/")[1] for name in names if name.startswith("samesong/")}
    assert tops == {*PACKAGES, "__init__.py", "__init__.pyi", "py.typed"}
    assert {name.split("/")[0].split("-")[0] for name in names} == {"samesong"}
