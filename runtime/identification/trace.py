"""What a search did, and how long each stage took."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any, Literal


@dataclass
class Trace:
    """What a search did.

    Attributes
    ----------
    windows
        In the catalog.
    search
        Which windows were compared: ``"exhaustive"`` (all of them), or ``"candidates"``.
    index
        ``"ready"``, ``"none"`` or ``"broken"``; None where nobody looked.
    unindexed
        Windows that are not in the index; the first search read them from the rows.
    candidates
        Different windows of the catalog that were compared, most of them by their coarse evidence
        alone (`samesong.runtime.identification.shortlist`).
    pairs
        Pairs of windows that were scored.
    milliseconds
        What each stage took.
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
        """Add the time that the block takes to a stage."""
        began = perf_counter()
        try:
            yield
        finally:
            spent = 1000 * (perf_counter() - began)
            self.milliseconds[stage] = self.milliseconds.get(stage, 0.0) + spent

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``identify --explain --json`` prints it."""
        rounded = {stage: round(time, 2) for stage, time in self.milliseconds.items()}
        return {**asdict(self), "milliseconds": rounded}
