"""Hubs: tracks that resemble everything, and what is taken off their evidence for it.

A track's hubness is the mean of its best evidences against tracks of other works, measured on a
cohort of tracks. Evidence less a share of the hubness ranks songs by how much closer they are than
what merely resembles them does come (compare CSLS: A. Conneau and others, "Word translation without
parallel data", ICLR 2018).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def hubness(
    evidence: Floats, works: Sequence[str], cohort_works: Sequence[str], nearest: int
) -> Floats:
    """Measure how much tracks resemble what they are no versions of.

    Parameters
    ----------
    evidence : ndarray, shape (n_tracks, n_cohort), float64
        Evidence in log-odds that a track and a member of the cohort are one song, the mean of both
        directions.
    works : sequence of str
        Work of each track.
    cohort_works : sequence of str
        Work of each member. Members of a track's own work do not count, itself included.
    nearest : int
        Best evidences that are averaged, at least 1; all, where fewer members count.

    Returns
    -------
    ndarray, shape (n_tracks,), float64
        In log-odds; NaN for tracks for which no member counts.

    Examples
    --------
    >>> evidence = np.array([[9.0, 1.0, 3.0], [1.0, 9.0, -5.0]])
    >>> hubness(evidence, ["a", "b"], ["a", "b", "c"], nearest=2).tolist()
    [2.0, -2.0]
    """
    own = np.asarray(works)[:, None] == np.asarray(cohort_works)[None, :]
    others = np.sort(np.where(own, -np.inf, evidence), axis=1)[:, ::-1][:, :nearest]
    counted = np.isfinite(others)
    sums = np.where(counted, others, 0).sum(axis=1)
    counts = counted.sum(axis=1)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


def corrected(evidence: Floats, hubs: Floats, weight: float) -> Floats:
    """Take hubness off evidence.

    What counts is how far a track's hubness is from that of the median track, whose evidence stays.

    Parameters
    ----------
    evidence : ndarray, shape (..., n_tracks), float64
        Evidence of queries against tracks, in log-odds.
    hubs : ndarray, shape (n_tracks,), float64
        Hubness of each track; where it is NaN, evidence stays.
    weight : float
        Share that is taken off, 0 or above.

    Returns
    -------
    ndarray, shape (..., n_tracks), float64
        The corrected evidence.

    Examples
    --------
    >>> corrected(np.array([4.0, 4.0, 4.0]), np.array([1.0, 2.0, 5.0]), 0.5).tolist()
    [4.5, 4.0, 2.5]
    """
    known = np.isfinite(hubs)
    if not known.any():
        return evidence
    excess = np.where(known, hubs, 0) - np.median(hubs[known])
    return np.asarray(evidence - weight * np.where(known, excess, 0))
