"""Comparison of two recordings: the probability that they are one song, and where they match."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from samesong.features import load
from samesong.features.plug_in import transform
from samesong.features.recording import Recording, name_of, recording_of
from samesong.runtime.display.data_frame import data_frame, span_columns
from samesong.runtime.identification.html_ import comparison_html
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle, bundle_of
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.matching.alignment import Alignment, align
from samesong.runtime.matching.cross_similarity import csms
from samesong.runtime.matching.scorer import Scorer, probability
from samesong.runtime.representation.window import Window

if TYPE_CHECKING:
    from samesong.runtime.display.data_frame import DataFrame


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two recordings compared.

    Attributes
    ----------
    paths : tuple of str
        The two recordings; the first one is the query.
    pair_probability : float
        Probability that they are the same song, 0 to 1; the same in either order.
    alignment : Alignment
        Key shift, spans, tempo ratio and path of the best pair of windows.
    windows : tuple of Window
        That pair.
    csms : tuple of ndarray
        Its CSMs, finest level first, each (query_steps, reference_steps) float32.
    step_seconds : tuple of float
        Seconds a step of each level.
    recordings : tuple of Recording
        The two recordings as they were given, where they were not made into windows before.

    Examples
    --------
    A recording compared with itself:

    >>> import samesong
    >>> from importlib.resources import files
    >>> path = files("samesong.runtime") / "demo_audio" / "studio_oh_susanna.opus"
    >>> comparison = samesong.compare(path, path)
    >>> comparison.alignment.key_shift, round(comparison.alignment.tempo_ratio, 2)
    (0, 1.0)
    """

    paths: tuple[str, str]
    pair_probability: float
    alignment: Alignment
    windows: tuple[Window, Window]
    csms: tuple[NDArray[np.float32], ...]
    step_seconds: tuple[float, ...]
    recordings: tuple[Recording, ...] = ()

    @property
    def same(self) -> bool:
        """True at a probability of 0.5 or more.

        People compare two recordings because they have a reason to. The model's threshold is for
        pairs drawn from many, where true ones are few; it refuses far more true pairs.
        """
        return self.pair_probability >= 0.5

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as ``compare --json`` prints it."""
        return {
            "query": self.paths[0],
            "reference": self.paths[1],
            "pair_probability": self.pair_probability,
            "same": self.same,
            "key_shift": self.alignment.key_shift,
            "query_span": list(self.alignment.query_span),
            "reference_span": list(self.alignment.reference_span),
            "tempo_ratio": self.alignment.tempo_ratio,
        }

    def to_pandas(self) -> "DataFrame":
        """Return the comparison as a table for pandas; ``pandas.concat`` joins those of many pairs.

        Returns
        -------
        pandas.DataFrame
            One row with the keys of `to_dict`, spans as their start and end.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        told = self.to_dict()
        spans = {
            **span_columns("query", told.pop("query_span")),
            **span_columns("reference", told.pop("reference_span")),
        }
        row = {**told, **spans}
        return data_frame(list(row), [row])

    def _repr_html_(self) -> str:
        return comparison_html(self)


def compare(
    query: Recording | ArrayLike,
    reference: Recording | ArrayLike,
    model: ModelBundle | str | Path = DEFAULT_MODEL,
    device: Device = "cpu",
    *,
    sample_rate: int | None = None,
) -> Comparison:
    """Compare two recordings.

    Parameters
    ----------
    query, reference : Recording or array
        Paths, open files, bytes, or samples as `samesong.AudioSamples` takes them; what is open
        stays open.
    model : ModelBundle, str or Path, optional
        The model to compare them by: loaded, or as `ModelBundle.load` takes it.
    device : {'cpu', 'cuda'}, optional
        As `samesong.runtime.inference.onnx_session.Session` takes it.
    sample_rate : int, optional
        Samples a second of those that are arrays.

    Returns
    -------
    Comparison
        The probability that they are the same song, and where they match.

    Raises
    ------
    AudioError
        If one of them cannot be used; the message names it.

    Examples
    --------
    >>> from importlib.resources import files
    >>> import samesong
    >>> audio = files("samesong.runtime") / "demo_audio"
    >>> comparison = samesong.compare(
    ...     audio / "live_greensleeves.opus", audio / "studio_greensleeves.opus"
    ... )
    >>> comparison.same, comparison.alignment.key_shift
    (True, -3)
    """
    both = _with_rate(query, sample_rate), _with_rate(reference, sample_rate)
    bundle = bundle_of(model)
    analyser = Analyser(bundle, device)
    queries, references = map(analyser.recording, both)
    names = name_of(both[0]), name_of(both[1])
    compared = compare_windows(names, queries, references, Scorer(bundle, device), bundle)
    return replace(compared, recordings=both)


def _with_rate(recording: Recording | ArrayLike, sample_rate: int | None) -> Recording:
    is_array = hasattr(recording, "__array__")
    return recording_of(recording, sample_rate if is_array else None)


def compare_windows(
    names: tuple[str, str],
    queries: Sequence[Window],
    references: Sequence[Window],
    scorer: Scorer,
    bundle: ModelBundle,
) -> Comparison:
    """Compare two recordings whose windows were made before.

    Parameters
    ----------
    names : tuple of str
        Names of the two recordings, such as their paths.
    queries, references : sequence of Window
        The windows of each, at least one.
    scorer : Scorer
        Of the model that made the windows.
    bundle : ModelBundle
        That model.

    Returns
    -------
    Comparison
        The probability of one song, and where the best pair of windows matches.
    """
    # Both ways round, so that it does not matter which recording is named first.
    scores = (scorer.matrix(queries, references) + scorer.matrix(references, queries).T) / 2
    i, j = map(int, np.unravel_index(scores.argmax(), scores.shape))
    pair = queries[i], references[j]
    return Comparison(
        paths=names,
        pair_probability=float(probability(scores[i, j])),
        alignment=align(*pair, bundle.step_seconds[0], bundle.fitted.path),
        windows=pair,
        csms=tuple(level[0] for level in csms(pair[0].sequences, [pair[1].sequences])),
        step_seconds=bundle.step_seconds,
    )


def spectrograms(
    comparison: Comparison, bundle: ModelBundle
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the CQ-spectrograms of the windows of a comparison, made again.

    Parameters
    ----------
    comparison : Comparison
        Its recordings must still be where they were, and open if they were.
    bundle : ModelBundle
        The model that compared them.

    Returns
    -------
    query, reference : ndarray
        (bins, frames) float32.

    Raises
    ------
    AudioError
        If a recording cannot be read any more.
    """
    rate = bundle.spec.sample_rate

    def made(recording: Recording, window: Window) -> NDArray[np.float32]:
        seconds = window.end - window.start
        samples = load(recording, sample_rate=rate, start=window.start, duration=seconds)
        return transform(bundle.front_end, samples, rate)

    query, reference = map(made, comparison.recordings, comparison.windows)
    return query, reference
