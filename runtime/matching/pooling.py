"""From pairs of windows to pairs of recordings: what speaks for a track, all windows weighed."""

import numpy as np
from numpy.typing import NDArray


def pooled(
    evidence: NDArray[np.float64], firsts: NDArray[np.int64], temperature: float
) -> NDArray[np.float64]:
    """Return the evidence for each of some recordings, from that of its windows.

    It is ``T log mean exp(e / T)`` over all pairs of a query's window and one of the recording's,
    between their mean (which a song of which one window matches fails) and their maximum (which is
    the higher by chance the more windows there are). With T = 1 it is the mean of likelihood
    ratios: Bayes' rule where one pair holds the same passage, and any may be the one.

    Parameters
    ----------
    evidence : ndarray
        (n_queries, n_windows) float64 log-odds, the windows of each recording side by side.
    firsts : ndarray
        (n_recordings,) int64, rising from 0: the first window of each recording.
    temperature : float
        T, above 0: `samesong.runtime.inference.fitted.PoolingParameters` of the model.

    Returns
    -------
    ndarray
        (n_recordings,) float64: log-odds.
    """
    scaled = evidence / temperature
    highest = np.maximum.reduceat(scaled.max(axis=0), firsts)
    counts = np.diff(np.append(firsts, evidence.shape[1]))
    shares = np.exp(scaled - np.repeat(highest, counts)).sum(axis=0)
    means = np.add.reduceat(shares, firsts) / (counts * len(evidence))
    return np.asarray(temperature * (highest + np.log(means)))
