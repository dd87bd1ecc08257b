"""Evaluation of a model on the recordings of a manifest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import ManifestError
from samesong.features.progress import OnProgress, Progress, ignore
from samesong.runtime.display.data_frame import data_frame
from samesong.runtime.display.html_table import html_table
from samesong.runtime.display.text import counted
from samesong.runtime.evaluation.all_pairs import AllPairs
from samesong.runtime.evaluation.manifest import ListedRecording, read_listed_recordings
from samesong.runtime.evaluation.metrics import NAMES, RetrievalMetrics
from samesong.runtime.evaluation.trials import Trials
from samesong.runtime.files.failure import file_failure
from samesong.runtime.files.reader import FileReader
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.inference.query import Query
from samesong.runtime.inference.segmentation import REFERENCE_HOP
from samesong.runtime.matching.scorer import Scorer

if TYPE_CHECKING:
    from samesong.runtime.display.data_frame import DataFrame


@dataclass(frozen=True)
class Evaluation:
    """Accuracy of a model on the recordings of a manifest.

    Attributes
    ----------
    model : str
        Name of the model.
    n_tracks : int
        Recordings that could be used.
    all_vs_all : RetrievalMetrics
        Every recording against all others.
    live_to_studio : RetrievalMetrics
        Live recordings against studio ones.
    trials : tuple of Trials
        The scores that all against all and live to studio were measured from.
    failures : tuple of tuple of str
        Path and message of each recording that could not be used.

    Examples
    --------
    >>> from samesong.runtime.inference.bundle import starting_values
    >>> parts = trials(np.eye(2), ["a", "a"], ["live", "studio"], starting_values().posterior)
    >>> evaluation = Evaluation("mine", 2, *(one.metrics() for one in parts), parts)
    >>> evaluation.to_dict()["live_to_studio"]["n_queries"]
    1
    """

    model: str
    n_tracks: int
    all_vs_all: RetrievalMetrics
    live_to_studio: RetrievalMetrics
    trials: tuple[Trials, Trials]
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

    def to_pandas(self) -> "DataFrame":
        """Return the metrics as a table for pandas.

        Returns
        -------
        pandas.DataFrame
            One row a metric and kind of trials: ``model``, ``trials``, ``metric``, ``value``,
            ``low`` and ``high`` (its 95 % interval), ``n_queries``, ``n_references``.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        rows = [
            {
                "model": self.model,
                "trials": name,
                "metric": metric,
                **asdict(interval),
                "n_queries": found.n_queries,
                "n_references": found.n_references,
            }
            for name, found in self._measured()
            for metric, interval in found.values.items()
        ]
        columns = ("model", "trials", "metric", "value", "low", "high", "n_queries")
        return data_frame((*columns, "n_references"), rows)

    def _measured(self) -> tuple[tuple[str, RetrievalMetrics], ...]:
        return ("all_vs_all", self.all_vs_all), ("live_to_studio", self.live_to_studio)

    def _repr_html_(self) -> str:
        rows = (
            (name.replace("_", " "), found.n_queries, *map(found.values.get, NAMES))
            for name, found in self._measured()
        )
        caption = f"model {self.model}, {counted(self.n_tracks, 'recording')}, 95 % intervals"
        return html_table(caption, ("", "queries", *NAMES), rows)


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
        Trials(scores, relevant, others, posterior, works),
        Trials(
            scores[between], relevant[between], others[between], posterior, works[sorts == "studio"]
        ),
    )


def measure(
    scores: NDArray[np.float64],
    work_ids: Sequence[str],
    kinds: Sequence[str],
    posterior: PosteriorParameters,
) -> tuple[RetrievalMetrics, RetrievalMetrics]:
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
    all_vs_all, live_to_studio : RetrievalMetrics
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
    reader: FileReader | None = None,
    progress: OnProgress | None = None,
) -> Evaluation:
    r"""Evaluate a model on the recordings of a manifest.

    Parameters
    ----------
    path : str or Path
        The manifest, as `samesong.runtime.evaluation.manifest.read_listed_recordings` takes it.
    bundle : ModelBundle
        The model.
    device : {'cpu', 'cuda'}, optional
        As `samesong.runtime.inference.onnx_session.Session` takes it.
    threads : int, optional
        Threads on the CPU; one a core if left out.
    reader : FileReader, optional
        Reads the recordings; by default in this process.
    progress : callable, optional
        Called from time to time.

    Returns
    -------
    Evaluation
        Accuracy on the recordings that can be used; the others are listed as failures.

    Raises
    ------
    ManifestError
        If the manifest cannot be used, or none of its recordings can.

    Examples
    --------
    >>> import tempfile
    >>> from importlib.resources import files
    >>> import samesong
    >>> audio = files("samesong.runtime") / "demo_audio"
    >>> rows = [
    ...     "path,work_id,kind",
    ...     f"{audio / 'live_greensleeves.opus'},greensleeves,live",
    ...     f"{audio / 'studio_greensleeves.opus'},greensleeves,studio",
    ...     f"{audio / 'studio_oh_susanna.opus'},oh_susanna,studio",
    ... ]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     manifest = Path(folder) / "manifest.csv"
    ...     _ = manifest.write_text("\n".join(rows))
    ...     evaluation = samesong.evaluate_model(manifest, samesong.ModelBundle.load())
    >>> evaluation.live_to_studio.values["top1"].value
    1.0
    """
    listed, reader = read_listed_recordings(path), reader or FileReader()
    analyser = Analyser(bundle, device, threads=threads)
    usable: list[ListedRecording] = []
    recordings: list[Query] = []
    failures: list[tuple[str, str]] = []
    for done, one in enumerate(listed):
        if progress:
            progress(Progress("analyse", done, len(listed)))
        try:
            with reader.open(one.path) as file:
                recordings.append(analyser.query(file, REFERENCE_HOP))
        except Exception as error:
            failures.append((str(one.path), file_failure(one.path, error)))
        else:
            usable.append(one)
    if progress:
        progress(Progress("analyse", len(listed), len(listed)))
    if not usable:
        raise ManifestError(f"{path}: no recording can be used; the first: {failures[0][1]}")
    scorer = Scorer(bundle, device, threads=threads)
    pairs = AllPairs(recordings, scorer, bundle.fitted, progress or ignore)
    works, kinds = [one.work_id for one in usable], [one.kind for one in usable]
    all_vs_all, live_to_studio = trials(pairs.scores, works, kinds, bundle.fitted.posterior)
    every = range(len(usable))
    live, studio = ([i for i in every if kinds[i] == kind] for kind in ("live", "studio"))
    made = (
        replace(all_vs_all, scores=pairs.among(every, every, works)),
        replace(live_to_studio, scores=pairs.among(live, studio, works)),
    )
    return Evaluation(
        model=bundle.manifest.name,
        n_tracks=len(usable),
        all_vs_all=made[0].metrics(),
        live_to_studio=made[1].metrics(),
        trials=made,
        failures=tuple(failures),
    )
