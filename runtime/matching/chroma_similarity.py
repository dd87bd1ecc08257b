"""The CSM of two windows' chroma, in the key shift in which they agree best.

Chroma has no timbre and was not trained: it errs where deep sequences do not, and the other way
round.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.matching.cross_similarity import products
from samesong.runtime.representation.chroma import PITCH_CLASSES

STACKED = 5
"""Steps that are compared together: one chord alone is in every song."""

KEY_STEP = 4
"""Of so many steps of the query one is asked for the key: neighbours say much the same."""

Array = NDArray[np.float32]


def chroma_csms(query: Array, references: Sequence[Array]) -> Array:
    """Return the chroma CSMs of a query with references of one length.

    The reference is rotated to all 12 keys; that one is kept in which the query's steps (some of
    them, `KEY_STEP`) find, on average, the best match.

    Parameters
    ----------
    query : ndarray
        (steps, 12) as `samesong.runtime.representation.chroma.fold` makes it.
    references : sequence of ndarray
        At least one, (reference_steps, 12), all of the same length.

    Returns
    -------
    (n_references, rows, columns) float32
        Correlations of `STACKED` consecutive pairs of steps, in [-1, 1]; about half as many rows
        and columns as there are steps.
    """
    theirs = coarse(np.stack(references))
    ours = coarse(query)
    stacked = min(STACKED, len(ours), theirs.shape[1])
    keys = np.stack([np.roll(ours, shift, axis=1) for shift in range(PITCH_CLASSES)])
    rows, columns = stack(keys, stacked), stack(theirs, stacked)
    some = rows[:, ::KEY_STEP]
    compared = products(some.reshape(-1, some.shape[2]), columns)
    compared = compared.reshape(len(columns), PITCH_CLASSES, some.shape[1], -1)
    best = compared.max(axis=3).mean(axis=2).argmax(axis=1)
    csms = np.empty((len(columns), rows.shape[1], columns.shape[1]), np.float32)
    for key in np.unique(best):
        csms[best == key] = products(rows[key], columns[best == key])
    return csms


def coarse(chroma: Array) -> Array:
    """Average steps of chroma in twos.

    Parameters
    ----------
    chroma : ndarray
        (..., steps, 12) float32.

    Returns
    -------
    ndarray
        (..., (steps + 1) // 2, 12) float32; rows have length 1 again, or 0 for silence.
    """
    chroma = np.concatenate([chroma, chroma[..., -1:, :]], axis=-2)
    steps = chroma.shape[-2] // 2
    pairs = chroma[..., : 2 * steps, :].reshape(*chroma.shape[:-2], steps, 2, PITCH_CLASSES)
    rows = pairs.mean(axis=-2)
    length = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 1e-6))


def stack(chroma: Array, count: int) -> Array:
    """Lay consecutive steps side by side.

    Parameters
    ----------
    chroma : ndarray
        (n, steps, 12) float32.
    count : int
        Steps to a row.

    Returns
    -------
    ndarray
        (n, steps - count + 1, 12 * count) float32.
    """
    last = chroma.shape[1] - count + 1
    sides = [chroma[:, offset : offset + last] for offset in range(count)]
    return np.asarray(np.concatenate(sides, axis=2) / np.float32(np.sqrt(count)))
