"""The network that was exported, as torch has it."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def checkpoint(trained: Any) -> Any:
    """Return the `Checkpoint` that `exported` was made of."""
    from samesong.training.checkpoint import Checkpoint

    return Checkpoint.load(trained.path / "best.pt")


@pytest.fixture(scope="session")
def graphs(exported: Any) -> tuple[Path, Path]:
    """Return the paths of the branch's and the scorer's graph."""
    return exported.path / "branch.onnx", exported.path / "scorer.onnx"
