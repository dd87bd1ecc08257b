"""Whether probabilities mean what they say: the reliability diagram and its error."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BINS = 10


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often claims of a probability came true, by bins of that probability.

    Attributes
    ----------
    edges
        (bins + 1,) of the bins, from 0 to 1; all are equally wide.
    weights
        (bins,) total weight of the claims in each bin; together 1.
    claimed
        (bins,) mean probability in each bin, 0 to 1; NaN where a bin is empty.
    observed
        (bins,) share of the claims in each bin that came true, 0 to 1; NaN where it is empty.
    error
        Expected calibration error, 0 (each claim comes true as often as it says) to 1.
    """

    edges: Floats
    weights: Floats
    claimed: Floats
    observed: Floats
    error: float

    def to_dict(self) -> dict[str, Any]:
        """Return the error and the bins that are not empty, for JSON."""
        return {
            "ece": self.error,
            "bins": [
                {
                    "low": float(self.edges[i]),
                    "high": float(self.edges[i + 1]),
                    "weight": float(self.weights[i]),
                    "claimed": float(self.claimed[i]),
                    "observed": float(self.observed[i]),
                }
                for i in np.flatnonzero(self.weights)
            ],
        }


def measure_reliability(
    probabilities: NDArray[np.floating[Any]],
    outcomes: NDArray[np.bool_],
    weights: NDArray[np.floating[Any]] | None = None,
    *,
    bins: int = BINS,
) -> Reliability:
    """Compare claimed probabilities with what came true.

    Parameters
    ----------
    probabilities
        (n,), n >= 1, each 0 to 1.
    outcomes
        (n,) whether each claim was true.
    weights
        (n,) how much each claim counts, none below 0; None counts all alike.
    bins
        How many bins of equal width; 1 or more. A probability on an edge belongs to the bin above
        it, and 1 to the last bin.

    Raises
    ------
    ValueError
        If shapes differ, nothing counts, or a value is out of its range.

    Notes
    -----
    The expected calibration error is the sum over the bins b of ::

        weight_b * |observed_b - claimed_b|

    after Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning" (AAAI 2015); the weight of a bin is the share of the claims in it.
    """
    claims = np.asarray(probabilities, np.float64)
    counts = np.ones(claims.shape) if weights is None else np.asarray(weights, np.float64)
    if not claims.shape == outcomes.shape == counts.shape or claims.ndim != 1:
        raise ValueError(
            f"probabilities {claims.shape}, outcomes {outcomes.shape} and weights {counts.shape} "
            "must be vectors of one length"
        )
    if not ((claims >= 0) & (claims <= 1)).all():
        raise ValueError("every probability must lie from 0 to 1")
    if not (np.isfinite(counts) & (counts >= 0)).all() or not counts.sum() > 0:
        raise ValueError("weights must be finite, 0 or above, and not all 0")
    if bins < 1:
        raise ValueError(f"bins is {bins}; use 1 or more")
    edges = np.linspace(0, 1, bins + 1)
    places = np.minimum(np.searchsorted(edges, claims, side="right") - 1, bins - 1)
    counts = counts / counts.sum()
    totals = np.bincount(places, counts, bins).astype(np.float64)
    with np.errstate(invalid="ignore"):  # an empty bin is NaN
        claimed = np.bincount(places, counts * claims, bins) / totals
        observed = np.bincount(places, counts * outcomes, bins) / totals
    error = float(np.nansum(totals * np.abs(observed - claimed)))
    return Reliability(edges, totals, claimed, observed, error)
