"""Runs the examples of all docstrings, those of each module in an empty folder."""

import doctest
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import samesong

ROOT = Path(__file__).parents[1]

#: What the modules of a folder need beyond the runtime; their examples are skipped without it.
NEEDS = {
    "samesong.training": "torch",
    "samesong.export": "torch",
    "samesong.runtime.server": "python_multipart",
}


def modules_with_examples() -> Iterator[Any]:
    for folder in ("features", "runtime", "training", "export"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if ">>> " in path.read_text("utf-8"):
                parts = path.relative_to(ROOT).with_suffix("").parts
                name = ".".join(["samesong", *parts]).removesuffix(".__init__")
                marks = [pytest.mark.training] if folder in ("training", "export") else []
                yield pytest.param(name, marks=marks)


def public_functions_and_classes() -> list[str]:
    return [name for name in samesong.__all__ if callable(getattr(samesong, name))]


@pytest.mark.parametrize("name", public_functions_and_classes())
def test_every_public_function_and_class_has_an_example(name: str) -> None:
    assert ">>> " in str(getattr(samesong, name).__doc__)


@pytest.mark.parametrize("name", list(modules_with_examples()))
def test_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, library in NEEDS.items():
        if name.startswith(folder):
            pytest.importorskip(library)
    monkeypatch.chdir(tmp_path)
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testmod(import_module(name), optionflags=options)
    assert (failed, tried > 0) == (0, True)
