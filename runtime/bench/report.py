"""The results of a benchmark, on screen and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import floor, isfinite, log10
from pathlib import Path
from typing import Any

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.machine import describe_machine
from samesong.runtime.files.atomic_write import whole_file

SCHEMA = 1
"""Version of the JSON; a file of another one is refused."""

Case = dict[str, str | int | float]
Key = frozenset[tuple[str, str | int | float]]


@dataclass(frozen=True)
class Row:
    """One measured case.

    Attributes
    ----------
    case
        What was measured: ``{"stage": "decode", "threads": 1}``. No two rows of a report have
        the same.
    values
        The figures by name. Names end in their unit (``p50_ms``); those that begin with
        ``recall`` or ``agreement`` are better when higher, all others when lower.
    """

    case: Case
    values: dict[str, float]

    @property
    def key(self) -> Key:
        """The case as something that can be looked up."""
        return frozenset(self.case.items())


@dataclass(frozen=True)
class Report:
    """What a benchmark measured, and on what.

    Attributes
    ----------
    benchmark
        Its name, as the command has it: ``latency``.
    settings
        What it was asked to do.
    rows
        The figures.
    skipped
        What could not be measured, and why, by name.
    machine
        As `describe_machine` returns it.
    created
        When, UTC, ISO 8601.
    """

    benchmark: str
    settings: dict[str, Any]
    rows: tuple[Row, ...]
    skipped: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=describe_machine)
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def to_dict(self) -> dict[str, Any]:
        """Return the report as its file holds it."""
        return {
            "schema": SCHEMA,
            "benchmark": self.benchmark,
            "created": self.created,
            "machine": self.machine,
            "settings": self.settings,
            "rows": [{"case": row.case, "values": row.values} for row in self.rows],
            "skipped": self.skipped,
        }

    def save(self, path: str | Path) -> None:
        """Write the report to a JSON file, whole or not at all."""
        content = json.dumps(self.to_dict(), indent=2) + "\n"
        with whole_file(path) as stream:
            stream.write(content.encode())

    @classmethod
    def load(cls, path: str | Path) -> "Report":
        """Read what `save` wrote.

        Raises
        ------
        BenchmarkError
            If the file cannot be read, or is no report of this schema.
        """
        advice = "give a file that 'samesong bench' wrote with --json"
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BenchmarkError(f"{path} cannot be read ({error}): {advice}") from error
        schema = content.get("schema") if isinstance(content, dict) else None
        if schema != SCHEMA:
            raise BenchmarkError(
                f"{path} has schema {schema!r}, this samesong reads {SCHEMA}: {advice}"
            )
        try:
            rows = tuple(
                Row(dict(row["case"]), {k: float(v) for k, v in row["values"].items()})
                for row in content["rows"]
            )
            for row in rows:
                for name, value in row.values.items():
                    if not isfinite(value):
                        raise ValueError(f"{name} is {value}")
            names = ("benchmark", "settings", "skipped", "machine", "created")
            return cls(rows=rows, **{name: content[name] for name in names})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BenchmarkError(f"{path} is damaged ({error!r}): {advice}") from error


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[str | None]]]:
    """Return headers (``>`` marks numbers) and cells, a column for each name in any row."""
    cases = list(dict.fromkeys(name for row in rows for name in row.case))
    values = list(dict.fromkeys(name for row in rows for name in row.values))
    headers = [*cases, *(f">{name.replace('_', ' ')}" for name in values)]
    cells = [
        [
            *(str(row.case[name]) if name in row.case else None for name in cases),
            *(figure(row.values[name]) if name in row.values else None for name in values),
        ]
        for row in rows
    ]
    return headers, cells


def figure(value: float) -> str:
    """Return a number with three digits that count, and never with an exponent.

    >>> figure(1234.6), figure(23.45), figure(0.98765), figure(0.0123456), figure(40.0)
    ('1235', '23.4', '0.988', '0.0123', '40')
    >>> figure(float("inf"))
    'inf'
    """
    if not isfinite(value):
        return str(value)
    if value == round(value):
        return f"{value:.0f}"
    return f"{value:.{max(0, 2 - floor(log10(abs(value))))}f}"
