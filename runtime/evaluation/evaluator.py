"""How well a model finds versions in a list of recordings."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import AudioError, ManifestError
from samesong.runtime.evaluation.metrics import Metrics
from samesong.runtime.evaluation.trials import Trials
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.segmentation import cover
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.representation.window import Window

Kind = Literal["studio", "live", "cover"]
_KINDS = ("studio", "live", "cover")
_COLUMNS = ("path", "work_id", "kind")

Progress = Callable[[str, int, int], None]
"""Called with a stage (``"analyse"`` or ``"score"``), how many are done, and how many there are."""


@dataclass(frozen=True)
class ListedRecording:
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
    trials
        The scores that all against all and live to studio were measured from.
    threshold
        Of the model's `Calibration`, to be drawn: no figure here depends on it.
    failures
        Path and message of each recording that could not be used.
    """

    model: str
    n_tracks: int
    all_vs_all: Metrics
    live_to_studio: Metrics
    trials: tuple[Trials, Trials]
    threshold: float
    failures: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as ``evaluate --json`` prints it."""
        return {
            "model": self.model,
            "n_tracks": self.n_tracks,
            "all_vs_all": self.all_vs_all.to_dict(),
            "live_to_studio": self.live_to_studio.to_dict(),
            "reliability": self.trials[0].reliability(),
            "failures": [{"path": path, "error": error} for path, error in self.failures],
        }


def read_entries(path: str | Path) -> list[ListedRecording]:
    """Read a CSV with the columns path, work_id and kind; paths are relative to the CSV.

    Raises
    ------
    ManifestError
        If a column is missing, a row is bad (with its line and value), or there is none.
    """
    path = Path(path)
    entries: dict[Path, ListedRecording] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = set(_COLUMNS) - set(reader.fieldnames or [])
            if missing:
                raise ManifestError(
                    f"{path} lacks the columns {', '.join(sorted(missing))}: its first line must "
                    f"name {', '.join(_COLUMNS)}"
                )
            for row in reader:
                entry = _entry(row, path.parent, f"{path}, line {reader.line_num}")
                if entry.path in entries:
                    raise ManifestError(
                        f"{path}, line {reader.line_num}: {row['path']!r} is listed twice; "
                        "a recording would be its own version: remove one row"
                    )
                entries[entry.path] = entry
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"{path} cannot be read as CSV in UTF-8: {error}") from error
    if not entries:
        raise ManifestError(f"{path} lists no recordings: add one a line")
    return list(entries.values())


def _entry(row: dict[str, str | None], folder: Path, where: str) -> ListedRecording:
    values = {name: (row[name] or "").strip() for name in _COLUMNS}
    for name, value in values.items():
        if not value:
            raise ManifestError(f"{where}: {name} is empty; give a value or remove the row")
    if values["kind"] not in _KINDS:
        raise ManifestError(
            f"{where}: kind is {values['kind']!r}, but must be one of {', '.join(_KINDS)}"
        )
    return ListedRecording(folder / values["path"], values["work_id"], cast(Kind, values["kind"]))


def score_matrix(
    recordings: Sequence[Sequence[Window]],
    scorer: Scorer,
    temperature: float,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Return the evidence (n, n) for each recording as query (row) with each as reference (column).

    In log-odds, `pooled` over their windows.

    Parameters
    ----------
    recordings
        The windows of each (at least one), as `Analyser` makes them with the hop of references.
        As a query, a recording takes part with as few of them as cover it.
    scorer : Scorer
        Of the model that made the windows.
    temperature : float
        ``pooling.temperature`` of that model.
    progress : callable, optional
        Called after each recording.

    Returns
    -------
    ndarray
        (n, n) float64.
    """
    references = [window for windows in recordings for window in windows]
    firsts = np.cumsum([0, *(len(windows) for windows in recordings[:-1])])
    rows = []
    for done, windows in enumerate(recordings):
        if progress:
            progress("score", done, len(recordings))
        pairs = scorer.matrix(cover(windows), references)
        rows.append(pooled(pairs, firsts, temperature))
    if progress:
        progress("score", len(recordings), len(recordings))
    return np.stack(rows)


def trials(
    scores: NDArray[np.float64],
    work_ids: Sequence[str],
    kinds: Sequence[str],
    posterior: PosteriorParameters,
) -> tuple[Trials, Trials]:
    """Return the trials all-vs-all and live to studio of a score matrix of recordings.

    Parameters
    ----------
    scores : ndarray
        (n, n) float64: evidence of each recording as query (row) with each as reference.
    work_ids, kinds : sequence of str
        Work and kind of each recording.
    posterior : PosteriorParameters
        Of the model that the scores are from.

    Returns
    -------
    all_vs_all, live_to_studio : Trials
        Every recording against all others, and live ones against studio ones.
    """
    works, sorts = np.array(work_ids), np.array(kinds)
    relevant = works[:, None] == works
    others = ~np.eye(len(works), dtype=np.bool_)
    between = np.ix_(sorts == "live", sorts == "studio")
    return (
        Trials(scores, relevant, others, posterior),
        Trials(scores[between], relevant[between], others[between], posterior),
    )


def measure(
    scores: NDArray[np.float64],
    work_ids: Sequence[str],
    kinds: Sequence[str],
    posterior: PosteriorParameters,
) -> tuple[Metrics, Metrics]:
    """Return the metrics all-vs-all and live to studio of a score matrix of recordings.

    Parameters
    ----------
    scores : ndarray
        (n, n) float64, as for `trials`.
    work_ids, kinds : sequence of str
        As for `trials`.
    posterior : PosteriorParameters
        As for `trials`.

    Returns
    -------
    all_vs_all, live_to_studio : Metrics
        Of the two `trials`.
    """
    all_vs_all, live_to_studio = trials(scores, work_ids, kinds, posterior)
    return all_vs_all.metrics(), live_to_studio.metrics()


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
        If the CSV cannot be used, or none of its recordings can.
    """
    entries = read_entries(path)
    analyser = Analyser(bundle, device, threads=threads)
    usable: list[ListedRecording] = []
    recordings: list[list[Window]] = []
    failures: list[tuple[str, str]] = []
    for done, entry in enumerate(entries):
        if progress:
            progress("analyse", done, len(entries))
        try:
            recordings.append(analyser.recording(entry.path))
        except AudioError as error:
            failures.append((str(entry.path), str(error)))
        else:
            usable.append(entry)
    if progress:
        progress("analyse", len(entries), len(entries))
    if not usable:
        raise ManifestError(f"{path}: no recording can be used; the first: {failures[0][1]}")
    scorer = Scorer(bundle, device, threads=threads)
    scores = score_matrix(recordings, scorer, bundle.fitted.pooling.temperature, progress)
    made = trials(
        scores,
        [entry.work_id for entry in usable],
        [entry.kind for entry in usable],
        bundle.fitted.posterior,
    )
    return Evaluation(
        model=bundle.manifest.name,
        n_tracks=len(usable),
        all_vs_all=made[0].metrics(),
        live_to_studio=made[1].metrics(),
        trials=made,
        threshold=bundle.fitted.calibration.threshold,
        failures=tuple(failures),
    )
