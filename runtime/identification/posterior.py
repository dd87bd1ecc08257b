"""From the evidence for each track of a catalog to the probability that a query is that track."""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import PosteriorParameters

ACCEPTED = 0.5
"""A first match is accepted when it is more likely than everything else together: a decision, which
callers may take otherwise, and not a number of the model."""

RIVALS = 64
"""Best tracks that are weighed."""


def posteriors(
    evidence: NDArray[np.float64], n_tracks: int, parameters: PosteriorParameters
) -> NDArray[np.float64]:
    """Weigh the tracks of a catalog against each other, and against none of them.

    Log-odds e are calibrated with true and wrong pairs equally likely, so exp(e) is a likelihood
    ratio. Of N tracks, each as likely beforehand as any other and all together as likely as none,
    track i is the one with probability r_i / (r_1 + ... + r_N + N), by Bayes' rule, with
    r = exp(e): the best of many wrong pairs is high by chance alone, and N, which the r of N wrong
    tracks add up to on average, makes up for that.

    But some queries are like everything, and make up most of that average; others are like
    nothing. What the wrong tracks of the query at hand add up to is in the sum already. So at most
    ``none_cap`` stands for N here, and r = exp(``sharpness`` e).

    Parameters
    ----------
    evidence : ndarray
        (n,) float64: log-odds of each compared track. All behind the best `RIVALS` count as r = 0.
        Where fewer were compared, those that lack count as the average of those that were (in
        log-odds, the best left out; 0 where there is no other). With 32 of 10,000 tracks compared,
        odds come out higher by a factor of 1.2 than with all of them; if they counted as the last,
        by 1.5.
    n_tracks : int
        N, at least n.
    parameters : PosteriorParameters
        Of the model that the evidence is from.

    Returns
    -------
    ndarray
        (n,) float64: in the same order as `evidence`, 0 to 1; those of the best `RIVALS` sum to
        less than 1.
    """
    if not len(evidence):
        return np.empty(0)
    none = parameters.sharpness * np.log(min(n_tracks, parameters.none_cap))
    weighed = parameters.sharpness * evidence
    highest = max(none, weighed.max())
    rivals = np.sort(weighed)[-RIVALS:]
    lacking = min(RIVALS, n_tracks) - len(rivals)
    average = rivals[:-1].mean() if len(rivals) > 1 else 0.0
    total = np.exp(np.append(rivals, none) - highest).sum() + lacking * np.exp(average - highest)
    return np.asarray(np.exp(weighed - highest) / total)


def posterior_rows(
    evidence: NDArray[np.float64], valid: NDArray[np.bool_], parameters: PosteriorParameters
) -> NDArray[np.float64]:
    """Return the `posteriors` of each query over the tracks that are valid for it.

    Parameters
    ----------
    evidence : ndarray
        (n_queries, n_tracks) float64: log-odds, -inf where a query was not compared with a track.
    valid : ndarray
        (n_queries, n_tracks) bool: True for the tracks that a query is asked about.
    parameters : PosteriorParameters
        Of the model that the evidence is from.

    Returns
    -------
    ndarray
        (n_queries, n_tracks) float64: 0 where a track is not valid or was not compared.
    """
    result = np.zeros(evidence.shape)
    for row, mine, known in zip(result, evidence, valid, strict=True):
        compared = known & ~np.isneginf(mine)
        row[compared] = posteriors(mine[compared], int(known.sum()), parameters)
    return result
