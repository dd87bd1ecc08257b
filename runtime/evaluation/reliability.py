"""Reliability of probabilities: the reliability diagram and its error."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BINS = 10


@dataclass(frozen=True, eq=False)
class Reliability:
    """Share of claims of a probability that came true, by bins of that probability.

    Attributes
    ----------
    edges : ndarray
        (bins + 1,) of the bins, from 0 to 1; all are equally wide.
    weights : ndarray
        (bins,) total weight of the claims in each bin; together 1.
    claimed : ndarray
        (bins,) mean probability in each bin, 0 to 1; NaN where a bin is empty.
    observed : ndarray
        (bins,) share of the claims in each bin that came true, 0 to 1; NaN where it is empty.
    error : float
        Expected calibration error, 0 (each claim comes true as often as it says) to 1.

    Examples
    --------
    >>> diagram = measure_reliability(np.array([0.25, 0.95]), np.array([False, True]))
    >>> [one["claimed"] for one in diagram.to_dict()["bins"]]
    [0.25, 0.95]
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
    probabilities : ndarray
        (n,), n >= 1, each 0 to 1.
    outcomes : ndarray
        (n,) bool: True for claims that came true.
    weights : ndarray, optional
        (n,) weights of the claims, none below 0; all are alike if left out.
    bins : int, optional
        Bins of equal width, 1 or more. A probability on an edge belongs to the bin above it, and 1
        to the last bin.

    Returns
    -------
    Reliability
        The diagram, and the expected calibration error.

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

    Examples
    --------
    >>> claims = np.array([0.75, 0.75, 0.75, 0.75])
    >>> measure_reliability(claims, np.array([True, True, True, False])).error
    0.0
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
