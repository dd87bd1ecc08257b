"""The JSON of a comparison, with its matrices and its path for a page to draw."""

from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.identification.comparison import Comparison


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison with its CSMs and its aligned path.

    Parameters
    ----------
    comparison : Comparison
        The comparison.

    Returns
    -------
    dict
        Content of `samesong.runtime.server.identify_schemas.ComparisonModel`.
    """
    query, reference = comparison.windows
    origin = np.array([query.start, reference.start])
    path = origin + comparison.alignment.path * comparison.step_seconds[0]
    return {
        **comparison.to_dict(),
        "query_window": [query.start, query.end],
        "reference_window": [reference.start, reference.end],
        "csms": [
            {"level": level, "step_seconds": seconds, **packed_csm(csm)}
            for level, (csm, seconds) in enumerate(
                zip(comparison.csms, comparison.step_seconds, strict=True), 1
            )
        ],
        "path": path.round(2).tolist(),
    }


def packed_csm(csm: NDArray[np.float32]) -> dict[str, Any]:
    """Return a CSM with one byte per cell.

    Parameters
    ----------
    csm : ndarray of float32, shape (query_steps, reference_steps)
        Cosine similarities.

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
