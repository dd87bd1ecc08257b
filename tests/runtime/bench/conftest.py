"""Reports made by hand, and the command in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from samesong.runtime import cli
from samesong.runtime.bench.report import Report, Row

MACHINE = {"cpu": "abacus", "cores": 2, "load": 0.1}

MakeReport = Callable[..., Report]


@dataclass(frozen=True)
class Result:
    """What a command printed."""

    stdout: str
    stderr: str


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run a command in this process; its exit code must be `code`."""

    def run(*arguments: object, code: int = 0) -> Result:
        returned = cli.main([str(argument) for argument in arguments])
        result = Result(*capsys.readouterr())
        assert returned == code, result
        return result

    return run


@pytest.fixture(scope="session")
def tiny() -> Path:
    """Return the folder of the tiny model."""
    return Path(__file__).parents[2] / "data" / "tiny_bundle"


@pytest.fixture
def make_report() -> MakeReport:
    """Make a report of rows given as (case, values)."""

    def make(*rows: tuple[dict[str, Any], dict[str, float]], **changes: Any) -> Report:
        made: dict[str, Any] = {
            "benchmark": "latency",
            "settings": {"rounds": 3},
            "rows": tuple(Row(case, values) for case, values in rows),
            "machine": MACHINE,
        }
        return Report(**{**made, **changes})

    return make
