"""From the evidence for the works of a catalog to the probability that a query is one of each."""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import PosteriorParameters

RIVALS = 64
"""Best works that are weighed."""

BEHIND = 8
"""Works behind the best one that show what chance reaches with a query."""


def posteriors(
    evidence: NDArray[np.float64],
    n_works: int,
    parameters: PosteriorParameters,
) -> NDArray[np.float64]:
    """Weigh the works of a catalog against each other, and against none of them.

    Log-odds e are calibrated with true and wrong pairs equally likely, so exp(e) is a likelihood
    ratio. Of N works, each as likely beforehand as any other and all together as likely as none,
    work i is the one with probability r_i / (r_1 + ... + r_N + N), by Bayes' rule, with
    r = exp(e): the best of many wrong pairs is high by chance alone, and N, which the r of N wrong
    works add up to on average, makes up for that.

    But some queries are like everything, and make up most of that average; others are like
    nothing. What the wrong works of the query at hand add up to is in the sum already. So at most
    ``none_cap`` stands for N here, and r = exp(``sharpness`` e). And chance reaches more with some
    queries than with others, with a work that is not in the catalog as with those that are: N also
    gets a factor exp(``chance_weight`` (c - ``usual_chance``)), and all of it the exponent
    ``sharpness``. c is the mean of the e of the `BEHIND` works behind the best one; fewer show too
    little, and c is ``usual_chance`` then.

    Parameters
    ----------
    evidence : ndarray
        (n,) float64: log-odds of each compared work. All behind the best `RIVALS` count as r = 0.
        Where fewer were compared, those that lack count as the average of those that were (in
        log-odds, the best left out; 0 where there is no other). With 32 of 10,000 compared,
        odds come out higher by a factor of 1.2 than with all of them; if they counted as the last,
        by 1.5.
    n_works : int
        N, at least n.
    parameters : PosteriorParameters
        Of the model that the evidence is from.

    Returns
    -------
    ndarray
        (n,) float64: in the same order as `evidence`, 0 to 1; they sum to less than 1, and what is
        left is the probability of none of them.
    """
    if not len(evidence):
        return np.empty(0)
    best = np.argsort(-evidence, kind="stable")[:RIVALS]
    ranked = evidence[best]
    none = parameters.sharpness * _none(ranked, n_works, parameters)
    rivals = parameters.sharpness * ranked
    highest = max(none, rivals[0])
    lacking = min(RIVALS, n_works) - len(rivals)
    average = rivals[1:].mean() if len(rivals) > 1 else 0.0
    # Added up from the smallest, so that the order of equals makes no difference.
    total = np.exp(np.append(rivals[::-1], none) - highest).sum()
    total += lacking * np.exp(average - highest)
    result = np.zeros(len(evidence))
    result[best] = np.exp(rivals - highest) / total
    return result


def _none(ranked: NDArray[np.float64], n_works: int, parameters: PosteriorParameters) -> float:
    """Return the log-odds that stand for none of the works."""
    none = float(np.log(min(n_works, parameters.none_cap)))
    if len(ranked) <= BEHIND:
        return none
    chance = float(ranked[1 : 1 + BEHIND].mean())
    return none + parameters.chance_weight * (chance - parameters.usual_chance)


def posterior_rows(
    evidence: NDArray[np.float64], valid: NDArray[np.bool_], parameters: PosteriorParameters
) -> NDArray[np.float64]:
    """Return the `posteriors` of each query over the works that are valid for it.

    Parameters
    ----------
    evidence : ndarray
        (n_queries, n_works) float64: log-odds, -inf where a query was not compared with a work.
    valid : ndarray
        (n_queries, n_works) bool: True for the works that a query is asked about.
    parameters : PosteriorParameters
        Of the model that the evidence is from.

    Returns
    -------
    ndarray
        (n_queries, n_works) float64: 0 where a work is not valid or was not compared.
    """
    result = np.zeros(evidence.shape)
    for row, mine, known in zip(result, evidence, valid, strict=True):
        compared = known & ~np.isneginf(mine)
        row[compared] = posteriors(mine[compared], int(known.sum()), parameters)
    return result


def reweigh(
    probabilities: NDArray[np.float64], factors: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return posteriors as they are when some works are likelier beforehand, by Bayes' rule.

    Parameters
    ----------
    probabilities : ndarray
        (n,) float64: of the works; what is left to 1 is that of none of them.
    factors : ndarray
        (n,) float64: of each work's odds beforehand against all else, none of the works included;
        1 where nothing more is known, above 0.

    Returns
    -------
    ndarray
        (n,) float64: in the same order.

    Examples
    --------
    >>> reweigh(np.array([0.25, 0.25]), np.array([3.0, 1.0])).round(3).tolist()
    [0.5, 0.167]
    """
    raised = factors * probabilities
    return np.asarray(raised / (1.0 + (raised - probabilities).sum()))
