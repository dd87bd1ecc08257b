"""From probabilities of pairs to the probability that a query is a certain track of a catalog."""

import numpy as np
from numpy.typing import NDArray

ACCEPTED = 0.5
"""A first match is accepted when it is more likely than everything else together."""


def posteriors(probabilities: NDArray[np.float64], n_tracks: int) -> NDArray[np.float64]:
    """Weigh the tracks of a catalog against each other, and against none of them.

    A pair's probability p is calibrated with true and wrong pairs equally likely, so p / (1 - p) is
    a likelihood ratio r. Of N tracks, each as likely beforehand as any other and all together as
    likely as none, track i is the one with probability r_i / (r_1 + ... + r_N + N), by Bayes' rule.
    The best of many wrong pairs is high by chance alone; N makes up for that.

    Parameters
    ----------
    probabilities
        (n,) of each compared track, 0 to 1; tracks that were not compared count as r = 0.
    n_tracks
        N, at least n.

    Returns
    -------
    (n,) float64
        In the same order as `probabilities`, 0 to 1; they sum to less than 1.
    """
    kept = np.clip(probabilities, 1e-15, 1 - 1e-15)
    ratios = kept / (1 - kept)
    return np.asarray(ratios / (ratios.sum() + n_tracks))


def posterior_rows(
    probabilities: NDArray[np.float64], valid: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the `posteriors` of each query over the tracks that are valid for it.

    Parameters
    ----------
    probabilities, valid
        (n_queries, n_tracks).

    Returns
    -------
    (n_queries, n_tracks) float64
        0 where a track is not valid.
    """
    result = np.zeros(probabilities.shape)
    for row, mine, known in zip(result, probabilities, valid, strict=True):
        row[known] = posteriors(mine[known], int(known.sum()))
    return result
