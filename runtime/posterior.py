"""From the evidence for each track of a catalog to the probability that a query is that track."""

import numpy as np
from numpy.typing import NDArray

ACCEPTED = 0.5
"""A first match is accepted when it is more likely than everything else together."""


def posteriors(evidence: NDArray[np.float64], n_tracks: int) -> NDArray[np.float64]:
    """Weigh the tracks of a catalog against each other, and against none of them.

    Log-odds e are calibrated with true and wrong pairs equally likely, so exp(e) is a likelihood
    ratio r. Of N tracks, each as likely beforehand as any other and all together as
    likely as none, track i is the one with probability r_i / (r_1 + ... + r_N + N), by Bayes' rule.
    The best of many wrong pairs is high by chance alone; N makes up for that.

    Parameters
    ----------
    evidence
        (n,) log-odds of each compared track; tracks that were not compared count as r = 0.
    n_tracks
        N, at least n.

    Returns
    -------
    (n,) float64
        In the same order as `evidence`, 0 to 1; they sum to at most 1.
    """
    if not len(evidence):
        return np.empty(0)
    none = np.log(n_tracks)
    highest = max(none, evidence.max())
    ratios = np.exp(evidence - highest)
    return np.asarray(ratios / (ratios.sum() + np.exp(none - highest)))


def posterior_rows(evidence: NDArray[np.float64], valid: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the `posteriors` of each query over the tracks that are valid for it.

    Parameters
    ----------
    evidence, valid
        (n_queries, n_tracks).

    Returns
    -------
    (n_queries, n_tracks) float64
        0 where a track is not valid.
    """
    result = np.zeros(evidence.shape)
    for row, mine, known in zip(result, evidence, valid, strict=True):
        row[known] = posteriors(mine[known], int(known.sum()))
    return result
