"""The wheel holds the whole product and nothing else, the source distribution all for its tests."""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("features", "runtime", "training", "export")
FOLDERS = ("benchmarks", "deploy", "docs", "examples", "scripts", "tests", "web", *PACKAGES)
#: What is at the root but of no use in a distribution, or made by tools.
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".*cache", ".venv*", ".hypothesis", "__pycache__", "*.egg-info", "build", "dist",
    "node_modules", "runs",
)  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a source distribution, and a wheel that is built from that."""
    pytest.importorskip("build")
    folder = tmp_path_factory.mktemp("built")
    # setuptools writes build/ and *.egg-info beside what it builds, so it builds a copy.
    shutil.copytree(ROOT, folder / "source", symlinks=True, ignore=NOT_COPIED)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist"]
    subprocess.run([*build, folder / "source"], check=True, capture_output=True)
    return folder / "dist"


@pytest.fixture(scope="module")
def names(built: Path) -> set[str]:
    """Return the names of the files in the wheel."""
    (wheel,) = built.glob("*.whl")
    return set(ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def sources(built: Path) -> set[str]:
    """Return the names of the files in the source distribution, without its folder's."""
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        return {one.name.partition("/")[2] for one in content if one.isfile()}


def test_the_wheel_is_small(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.stat().st_size < 25e6


def test_the_source_distribution_has_all_for_its_tests(sources: set[str]) -> None:
    needed = {
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and not {"__pycache__", "build", "node_modules"} & set(path.parts)
        and not any(part.endswith(".egg-info") for part in path.parts)
    }
    assert len(needed) > 500
    assert needed - sources == set()
    at_root = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"}
    assert at_root | {"constraints.txt", "mkdocs.yml", ".importlinter", ".dockerignore"} <= sources
    assert {"package/samesong/__init__.pyi", "package/samesong/py.typed"} <= sources


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a clone")
def test_the_source_distribution_has_all_that_is_tracked(sources: set[str]) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    tracked = {name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()}
    assert tracked - sources == {".gitignore"}


def test_nothing_that_tools_make_is_in_the_source_distribution(sources: set[str]) -> None:
    made = ("node_modules/", "build/", "dist/", ".git/", "__pycache__/")
    assert [name for name in sources if any(part in f"{name}/" for part in made)] == []


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
