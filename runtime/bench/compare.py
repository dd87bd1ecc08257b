"""Comparison of two reports of a benchmark, figure by figure."""

from collections.abc import Iterator
from dataclasses import dataclass

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.report import Case, Report

TOLERANCE = 1.25
"""Ratio above which a figure is a regression: times on shared machines vary by a fifth."""

_HIGHER_IS_BETTER = ("recall", "agreement")
# A single slow round decides the first two; counts such as n_queries are not figures of merit.
_NOT_COMPARED = ("p99", "first", "n_")


@dataclass(frozen=True)
class Change:
    """One figure that both reports have.

    Attributes
    ----------
    case : dict
        Case of the row.
    name : str
        Name of the figure.
    old, new : float
        Its values.
    ratio : float
        How much worse it is: 2 is twice the time or half the recall; below 1 is better.
    """

    case: Case
    name: str
    old: float
    new: float
    ratio: float


@dataclass(frozen=True)
class Comparison:
    """Differences between two reports.

    Attributes
    ----------
    changes : tuple of Change
        All compared figures that both reports have, worst first.
    only_old, only_new : tuple of dict
        Cases that the other report lacks.
    other_machine : bool
        Whether processor or number of cores differ, so that times cannot be compared.
    tolerance : float
        Ratio above which a figure is a regression.
    """

    changes: tuple[Change, ...]
    only_old: tuple[Case, ...]
    only_new: tuple[Case, ...]
    other_machine: bool
    tolerance: float

    @property
    def regressions(self) -> tuple[Change, ...]:
        """Changes beyond the tolerance, worst first."""
        return tuple(change for change in self.changes if change.ratio > self.tolerance)


def compare_reports(old: Report, new: Report, tolerance: float = TOLERANCE) -> Comparison:
    """Compare two reports of the same benchmark.

    The 99th percentile and first runs are left out: a single slow round decides them.

    Parameters
    ----------
    old, new : Report
        The reports.
    tolerance : float, optional
        Ratio above which a figure is a regression, at least 1.

    Returns
    -------
    Comparison
        Their differences.

    Raises
    ------
    BenchmarkError
        If the reports are of different benchmarks, or have no case in common.
    """
    if old.benchmark != new.benchmark:
        raise BenchmarkError(
            f"the old report is of benchmark {old.benchmark!r}, the new one of "
            f"{new.benchmark!r}: give two reports of the same benchmark"
        )
    before = {row.key: row for row in old.rows}
    after = {row.key: row for row in new.rows}
    common = [key for key in before if key in after]
    if not common:
        raise BenchmarkError(
            f"the two reports of {old.benchmark!r} have no case in common: run both with the "
            "same models, devices, threads and sizes"
        )
    changes = [
        Change(before[key].case, name, was, now, ratio)
        for key in common
        for name, was, now, ratio in _compared(before[key].values, after[key].values)
    ]
    return Comparison(
        changes=tuple(sorted(changes, key=lambda change: -change.ratio)),
        only_old=tuple(row.case for key, row in before.items() if key not in after),
        only_new=tuple(row.case for key, row in after.items() if key not in before),
        other_machine=any(old.machine.get(k) != new.machine.get(k) for k in ("cpu", "cores")),
        tolerance=tolerance,
    )


def _compared(
    old: dict[str, float], new: dict[str, float]
) -> Iterator[tuple[str, float, float, float]]:
    for name, was in old.items():
        if name in new and not name.startswith(_NOT_COMPARED):
            now = new[name]
            better, worse = (now, was) if name.startswith(_HIGHER_IS_BETTER) else (was, now)
            yield name, was, now, _ratio(worse, better)


def _ratio(worse: float, better: float) -> float:
    if worse == better:
        return 1.0
    return worse / better if better else float("inf")
