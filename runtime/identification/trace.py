"""The trace of a search: what was compared, and how long each stage took."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any, Literal


@dataclass
class Trace:
    """Record of one search.

    Attributes
    ----------
    windows : int
        Windows of the catalog.
    search : {'exhaustive', 'candidates'}
        All windows were compared, or candidates alone.
    index : {'ready', 'none', 'broken', 'chosen'} or None
        State of the index; None if it was not needed.
    unindexed : int
        Windows that are not in the index; the first search read them from the rows.
    candidates : int
        Different windows of the catalog that were compared, most of them by their coarse evidence
        alone (`samesong.runtime.identification.shortlist`).
    pairs : int
        Pairs of windows that were scored.
    milliseconds : dict of str to float
        Time that each stage took.
    """

    windows: int
    search: Literal["exhaustive", "candidates"] = "exhaustive"
    index: str | None = None
    unindexed: int = 0
    candidates: int = 0
    pairs: int = 0
    milliseconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time that the block takes to a stage.

        Parameters
        ----------
        stage : str
            Name of the stage.
        """
        began = perf_counter()
        try:
            yield
        finally:
            spent = 1000 * (perf_counter() - began)
            self.milliseconds[stage] = self.milliseconds.get(stage, 0.0) + spent

    def reading(self, stage: str, milliseconds: float) -> None:
        """Count a part of the time of a stage as reading.

        Parameters
        ----------
        stage : str
            Name of the stage, whose time was added.
        milliseconds : float
            Of it, the time in which rows were read.
        """
        self.milliseconds[stage] -= milliseconds
        self.milliseconds["read"] = self.milliseconds.get("read", 0.0) + milliseconds

    def to_dict(self) -> dict[str, Any]:
        """Return the trace as ``identify --explain --json`` prints it."""
        rounded = {stage: round(time, 2) for stage, time in self.milliseconds.items()}
        return {**asdict(self), "milliseconds": rounded}
