"""The decision whether to load Numba, and what the compiled loops may import."""

import ast
from pathlib import Path

import pytest

from samesong.runtime.matching.numba_policy import NumbaPolicy

ROOT = Path(__file__).parents[3]
FOLDERS = {"runtime": "samesong.runtime", "training": "samesong.training"}
KERNELS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*_kernels.py"))


def test_numba_is_loaded_once_it_saves_more_than_loading_takes() -> None:
    policy = NumbaPolicy(load_seconds=1.0)
    assert not policy.enough(0.5)
    assert not policy.enough(0.25)
    assert policy.enough(0.25)
    assert policy.enough(0)


def test_one_large_piece_of_work_is_enough() -> None:
    assert NumbaPolicy(load_seconds=1.0).enough(1.5)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_decision_can_be_fixed_for_a_while(compiled: bool) -> None:
    policy = NumbaPolicy(load_seconds=1.0)
    with policy.fixed(compiled):
        assert policy.enough(5 * (not compiled)) is compiled
    assert policy.enough(0) is not compiled


def imported(path: Path) -> set[str]:
    """Return the modules of this project that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("samesong.") and module_file(name).is_file()}


def module_file(name: str) -> Path:
    return ROOT.joinpath(*name.split(".")[1:]).with_suffix(".py")


@pytest.mark.parametrize("kernels", KERNELS, ids=lambda path: path.stem)
def test_compiled_loops_import_no_module_that_imports_them(kernels: Path) -> None:
    itself = "samesong." + ".".join(kernels.relative_to(ROOT).with_suffix("").parts)
    waiting, seen = [kernels], {kernels}
    while waiting:
        path = waiting.pop()
        below = imported(path)
        assert itself not in below, f"{path} is imported by {kernels}, and imports it"
        found = {module_file(name) for name in below} - seen
        waiting += found
        seen |= found


def test_the_search_for_circles_sees_the_loops() -> None:
    assert {path.stem for path in KERNELS} >= {"alignment_kernels", "centroid_kernels"}
    scan = imported(ROOT / "runtime" / "outlines" / "scan.py")
    assert "samesong.runtime.outlines.scan_kernels" in scan
