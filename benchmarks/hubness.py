"""Hubs: tracks that resemble everything, and what is taken off their evidence for it.

A track's hubness is the mean of its best evidences against tracks of other works, measured on a
cohort: a fixed draw of the catalog's tracks, so that adding a track costs the same in catalogs of
any size. Evidence less a share of the hubness ranks songs by how much closer they are than what
merely resembles them does come (compare CSLS: A. Conneau and others, "Word translation without
parallel data", ICLR 2018).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HubCorrection:
    """How much hubness is taken off.

    Attributes
    ----------
    nearest : int
        Best evidences against other works that hubness is the mean of, at least 1.
    weight : float
        Share of the hubness that is taken off, 0 or above.
    """

    nearest: int = 3
    weight: float = 0.75


def draw_cohort(track_ids: Sequence[str], works: Sequence[str], size: int) -> list[int]:
    """Draw a catalog's cohort: one track a work, from works that their names' hashes choose.

    Whatever the order of the tracks, the draw is the same; a work that is added or removed changes
    at most one member.

    Parameters
    ----------
    track_ids, works : sequence of str
        Id and work of each track.
    size : int
        Members of the cohort, if there are as many works; 0 or above.

    Returns
    -------
    list of int
        Indices of the members, ascending.

    Examples
    --------
    >>> draw_cohort(["a", "b", "c"], ["song", "song", "other"], 2) in ([0, 2], [1, 2])
    True
    """
    chosen: dict[str, int] = {}
    for index, (track_id, work) in enumerate(zip(track_ids, works, strict=True)):
        held = chosen.setdefault(work, index)
        if _hash(track_id) < _hash(track_ids[held]):
            chosen[work] = index
    first = sorted(chosen, key=_hash)[:size]
    return sorted(chosen[work] for work in first)


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


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
