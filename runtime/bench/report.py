"""Results of a benchmark, as a table and as JSON."""

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
from samesong.runtime.files.json_text import decode_json

SCHEMA = 1
"""Version of the JSON format; others are refused."""

Case = dict[str, str | int | float]
Key = frozenset[tuple[str, str | int | float]]


@dataclass(frozen=True)
class Row:
    """One measured case.

    Attributes
    ----------
    case : dict
        Identifies the row in its report, such as ``{"stage": "decode", "threads": 1}``.
    values : dict of str to float
        Figures by name. Names end in their unit (``p50_ms``). Figures whose name begins with
        ``recall`` or ``agreement`` are better when higher, all others when lower.
    """

    case: Case
    values: dict[str, float]

    @property
    def key(self) -> Key:
        """The case as a hashable key."""
        return frozenset(self.case.items())


@dataclass(frozen=True)
class Report:
    """Results of a benchmark, with its settings and its machine.

    Attributes
    ----------
    benchmark : str
        Name of the subcommand, such as ``latency``.
    settings : dict
        Options of the run.
    rows : tuple of Row
        The figures.
    skipped : dict of str to str, optional
        What could not be measured, with the reason.
    machine : dict, optional
        Description by `describe_machine`.
    created : str, optional
        Time in UTC, ISO 8601.
    """

    benchmark: str
    settings: dict[str, Any]
    rows: tuple[Row, ...]
    skipped: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=describe_machine)
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def to_dict(self) -> dict[str, Any]:
        """Return the report in the form of its JSON file."""
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
        """Write the report to a JSON file atomically.

        Parameters
        ----------
        path : str or Path
            The file.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        content = json.dumps(self.to_dict(), indent=2) + "\n"
        with whole_file(path) as stream:
            stream.write(content.encode())

    @classmethod
    def load(cls, path: str | Path) -> "Report":
        """Read a report that `save` wrote.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        Report
            The report.

        Raises
        ------
        BenchmarkError
            If the file cannot be read, or has another schema.
        """
        advice = "give a file written by 'samesong bench' with --json"
        try:
            content = decode_json(Path(path).read_bytes())
        except OSError as error:
            raise BenchmarkError(f"{path} cannot be read ({error.strerror}): {advice}") from error
        except ValueError as error:
            raise BenchmarkError(f"{path} is not a report ({error}): {advice}") from error
        schema = content.get("schema") if isinstance(content, dict) else None
        if schema != SCHEMA:
            told = "is not a report"
            if isinstance(schema, int):
                told = f"has schema {schema}, but this version reads {SCHEMA}"
            raise BenchmarkError(f"{path} {told}: {advice}")
        try:
            rows = tuple(
                Row(dict(row["case"]), {k: _finite(k, v) for k, v in row["values"].items()})
                for row in content["rows"]
            )
            names = ("benchmark", "settings", "skipped", "machine", "created")
            return cls(rows=rows, **{name: content[name] for name in names})
        except KeyError as error:
            raise BenchmarkError(f"{path} lacks {error.args[0]!r}: {advice}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise BenchmarkError(f"{path} has rows of another form: {advice}") from error


def _finite(name: str, value: object) -> float:
    if isinstance(value, (int, float)) and isfinite(value):
        return float(value)
    raise BenchmarkError(
        f"{name} is {value!r}, which is no finite number: give a file that no one changed"
    )


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[str | None]]]:
    """Return the headers and cells of a table with a column for each name in any row.

    Parameters
    ----------
    rows : sequence of Row
        The rows.

    Returns
    -------
    headers : list of str
        Names of the columns; ``>`` marks those of numbers.
    cells : list of list
        A string for each cell; None where the row has no such name.
    """
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
    """Return a number with three significant digits and no exponent.

    Parameters
    ----------
    value : float
        The number.

    Returns
    -------
    str
        Its digits; ``inf`` or ``nan`` where it is not finite.

    Examples
    --------
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
