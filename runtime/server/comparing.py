"""Comparing an upload with another or with a track, into what a page needs to draw it."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.alignment import align
from samesong.runtime.bundle import ModelBundle
from samesong.runtime.compare import Comparison
from samesong.runtime.csm import csms
from samesong.runtime.recording import Window
from samesong.runtime.scorer import Scorer, probability
from samesong.runtime.session import Device


class Comparer:
    """Compares windows of recordings; its model is loaded once.

    Parameters
    ----------
    bundle, device
        As `Scorer` takes them.
    """

    def __init__(self, bundle: ModelBundle, device: Device = "cpu") -> None:
        self._bundle = bundle
        self._scorer = Scorer(bundle, device, threads=1)

    def compare(
        self, names: tuple[str, str], queries: Sequence[Window], references: Sequence[Window]
    ) -> Comparison:
        """Return how alike two recordings are, as `compare_recordings` does for files.

        Parameters
        ----------
        names
            Of the two.
        queries, references
            Their windows, at least one each.
        """
        there = self._scorer.matrix(queries, references)
        scores = (there + self._scorer.matrix(references, queries).T) / 2
        i, j = map(int, np.unravel_index(scores.argmax(), scores.shape))
        pair = queries[i], references[j]
        score = float(probability(scores[i, j]))
        return Comparison(
            paths=names,
            score=score,
            alignment=align(*pair, self._bundle.step_seconds[0]),
            windows=pair,
            csms=tuple(level[0] for level in csms(pair[0].sequences, [pair[1].sequences])),
            step_seconds=self._bundle.step_seconds,
        )


def drawn(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON, with its CSMs and its path for a page to draw."""
    query, reference = comparison.windows
    origin = np.array([query.start, reference.start])
    path = origin + comparison.alignment.path * comparison.step_seconds[0]
    return {
        **comparison.to_dict(),
        "query_window": [query.start, query.end],
        "reference_window": [reference.start, reference.end],
        "csms": [
            {"level": level, "step_seconds": seconds, **packed(csm)}
            for level, (csm, seconds) in enumerate(
                zip(comparison.csms, comparison.step_seconds, strict=True), 1
            )
        ],
        "path": path.round(2).tolist(),
    }


def packed(csm: NDArray[np.float32]) -> dict[str, Any]:
    """Return a CSM in a byte a cell.

    Parameters
    ----------
    csm
        (query_steps, reference_steps) float32.

    Returns
    -------
    dict
        ``query_steps``, ``reference_steps``, ``low`` and ``high`` (the values of bytes 0 and 255)
        and ``data``: base64 of the cells, row by row.
    """
    low, high = float(csm.min()), float(csm.max())
    cells = np.round((csm - low) * (255 / (high - low) if high > low else 0.0)).astype(np.uint8)
    return {
        "query_steps": csm.shape[0],
        "reference_steps": csm.shape[1],
        "low": low,
        "high": high,
        "data": b64encode(cells.tobytes()).decode("ascii"),
    }
