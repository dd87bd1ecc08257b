"""How well a model finds versions in a list of recordings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.metrics import Metrics
from samesong.runtime.recording import Window
from samesong.runtime.scorer import Scorer
from samesong.runtime.session import Device

Kind = Literal["studio", "live", "cover"]
Progress = Callable[[str, int, int], None]
"""Called with a stage (``"analyse"`` or ``"score"``), how many are done, and how many there are."""


@dataclass(frozen=True)
class Entry:
    """One row of a list of recordings: its file, its work and its kind."""

    path: Path
    work_id: str
    kind: Kind


@dataclass(frozen=True)
class Evaluation:
    """What was measured.

    Attributes
    ----------
    model
        Name of the model.
    n_tracks
        Recordings that could be used.
    all_vs_all
        Every recording against all others.
    live_to_studio
        Live recordings against studio ones.
    failures
        Path and message of each recording that could not be used.
    """

    model: str
    n_tracks: int
    all_vs_all: Metrics
    live_to_studio: Metrics
    failures: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as ``evaluate --json`` prints it."""
        raise NotImplementedError


def read_entries(path: str | Path) -> list[Entry]:
    """Read a CSV with the columns path, work_id and kind; paths are relative to the CSV.

    Raises
    ------
    ManifestError
        If a column is missing, a row is bad (with its line and value), or there is none.
    """
    raise NotImplementedError


def score_matrix(
    recordings: Sequence[Sequence[Window]], scorer: Scorer, progress: Progress | None = None
) -> NDArray[np.float32]:
    """Return the score (n, n) of each recording as query (row) with each as reference (column).

    Parameters
    ----------
    recordings
        The windows of each, as `Analyser` makes them with the hop of references.
    """
    raise NotImplementedError


def measure(
    scores: NDArray[np.float32], work_ids: Sequence[str], kinds: Sequence[str]
) -> tuple[Metrics, Metrics]:
    """Return the metrics all-vs-all and live to studio of a score matrix of recordings."""
    raise NotImplementedError


def evaluate_model(
    path: str | Path,
    bundle: ModelBundle,
    device: Device = "cpu",
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate a model on the recordings that a CSV lists; broken files are reported, not fatal.

    Raises
    ------
    ManifestError
        If the CSV cannot be used.
    """
    raise NotImplementedError
