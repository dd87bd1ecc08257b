"""Import rules that import-linter cannot check: imports by a string, and those of kernels."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("features", "runtime", "training", "export", "package")

#: The command table; other commands come through entry points.
COMMAND_TABLE = ROOT / "runtime" / "cli" / "__init__.py"

#: Compares front ends with those of libraries that samesong does without.
PEERS = ROOT / "runtime" / "bench" / "peer_libraries.py"

#: Extras that bring something to the runtime.
EXTRAS = ("cpu", "plot", "bench", "serve", "listen", "cluster")

#: Makes tables for pandas, where a user has installed it.
FOR_PANDAS = ROOT / "runtime" / "display" / "data_frame.py"

#: What some of these build upon, and samesong uses as theirs.
BROUGHT_ALONG = {"grpc", "pydantic_core", "starlette"}

MODULES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
KERNELS = [path for path in MODULES if path.stem.endswith("_kernels")]


def imports_by_string(path: Path) -> Iterator[str]:
    """The arguments of import_module and __import__ that may name a module of samesong."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in ("import_module", "__import__"):
                name = ast.unparse(node.args[0])
                if not name.lstrip("f").startswith(("'", '"')) or "samesong" in name:
                    yield name


def imported(path: Path) -> Iterator[str]:
    """The modules that a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def source_of(module: str) -> Path:
    base = ROOT.joinpath(*module.split(".")[1:])
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def test_there_are_modules_and_kernels():
    assert len(MODULES) > 100
    assert KERNELS


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_imports_another_by_a_string(path):
    if path != COMMAND_TABLE:
        assert list(imports_by_string(path)) == []


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: str(path.relative_to(ROOT)))
def test_kernels_import_only_constants_and_kernels(path):
    for module in imported(path):
        if module.startswith("samesong.") and not module.endswith("_kernels"):
            defined = ast.parse(source_of(module).read_text("utf-8")).body
            assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in defined), (
                f"{path.stem} imports {module}, which holds more than constants"
            )
        elif not module.startswith("samesong."):
            assert module.partition(".")[0] in {"math", "numba", "numpy", "collections", "typing"}


def test_the_runtime_imports_only_what_its_dependencies_bring():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    required = list(project["dependencies"])
    for extra in EXTRAS:
        required += project["optional-dependencies"][extra]
    brought = {re.split(r"[^\w-]", one)[0].lower().replace("-", "_") for one in required}
    known = brought | BROUGHT_ALONG | set(sys.stdlib_module_names) | {"samesong"}
    found = {
        f"{path.relative_to(ROOT)}: {module}"
        for folder in ("features", "runtime")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path not in (PEERS, FOR_PANDAS)
        for module in imported(path)
        if module.partition(".")[0] not in known
    }
    assert found == set()
