"""From a network's evidence to probabilities one can act on."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from samesong.runtime.inference.bundle import starting_values

Evidence = NDArray[np.float32]

#: Keeps an error-free fit from growing without bound.
_RIDGE = 1e-3


def fit_calibration(evidence: Evidence) -> dict[str, float]:
    """Fit Platt's sigmoid.

    The weights of the alignments are those that a new model starts from. They are not fitted here:
    rendered works would ask for a quarter of what real music asks for, since their CSMs hold less
    that the scorer was not trained on.

    Parameters
    ----------
    evidence : ndarray
        (n_works, n_works) float32: the scorer's logit and, by their weights, the alignment scores,
        added, for live version i against studio version j of held-out works.

    Returns
    -------
    dict
        ``alignment``, ``chroma``: the weights. ``scale`` and ``offset``: a pair's probability is
        sigmoid(scale * evidence + offset), where true and false pairs count as equally likely
        beforehand.

    Notes
    -----
    Platt, Probabilistic outputs for support vector machines (1999), without his label smoothing.
    """
    evidence = evidence.astype(np.float64)
    true = np.eye(len(evidence), dtype=np.bool_)
    positive, negative = evidence[true], evidence[~true]

    def loss(parameters: NDArray[np.float64]) -> float:
        scale, offset = np.exp(parameters[0]), parameters[1]
        missed = np.logaddexp(0, -(scale * positive + offset)).mean()
        alarmed = np.logaddexp(0, scale * negative + offset).mean()
        return float(missed + alarmed + _RIDGE * (parameters**2).sum())

    log_scale, offset = minimize(loss, np.zeros(2), method="BFGS").x
    scale = float(np.exp(log_scale))
    weights = starting_values().calibration
    return {
        "alignment": weights.alignment,
        "chroma": weights.chroma,
        "scale": scale,
        "offset": float(offset),
    }
