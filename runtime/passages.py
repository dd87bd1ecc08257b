"""Passages: the few coarse vectors of a window that candidates are searched by.

A passage stands for 24 steps of the coarsest level (29 s): the means of its three thirds, one
behind the other, so that it tells what follows what. Chosen on 99 rendered live versions among 999
windows (recall at 30 and at 100): 7 passages a window of 96 dimensions .83 and .91; 15 of half the
length and 192 dimensions .79 and .89; 16 of a quarter .78 and .91; 4 of 192 dimensions that do not
overlap .75 and .89. Whitening them while projecting them on 64 principal axes changed neither.
"""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.windows import starts

Array = NDArray[np.float32]

PARTS = 3
"""Means that one passage is made of."""

STEPS = 24
"""Steps of the coarsest level that a passage spans."""

REFERENCE_STEP = 12
"""Steps from one passage of a reference to the next."""

QUERY_STEP = 6
"""Steps from one passage of a query to the next: half as many, to fall in step with a reference."""

_PART = STEPS // PARTS


def reference_passages(level: Array) -> Array:
    """Return the passages of a window of a catalog.

    Parameters
    ----------
    level
        Its coarsest level, (steps, dim).

    Returns
    -------
    (n_passages, PARTS * dim) float32
        Rows of length 1; at least one. What a short window lacks of a passage is 0.
    """
    return _cut(_padded(level, 0, STEPS), REFERENCE_STEP)


def query_passages(level: Array) -> Array:
    """Return the passages of a window of a query: as `reference_passages`, but denser.

    A window shorter than a passage is tried in each place of one: the rest is 0, and plays no
    part in a product with another passage.
    """
    if len(level) >= STEPS:
        return _cut(level, QUERY_STEP)
    room = STEPS - _PART
    parts = -(-len(level) // _PART)
    return _cut(_padded(level, room, parts * _PART + 2 * room), _PART)


def passage_dim(level_dims: list[int]) -> int:
    """Return the dimension of passages of a model with levels of these dimensions."""
    return PARTS * level_dims[-1]


def _cut(level: Array, step: int) -> Array:
    steps, dim = level.shape
    begins = np.array(starts(steps, STEPS, step, step // 2))
    # The sum of a part is a difference of running sums.
    sums = np.concatenate([np.zeros((1, dim)), np.cumsum(level, axis=0, dtype=np.float64)])
    edges = begins[:, None] + _PART * np.arange(PARTS + 1)
    passages = np.diff(sums[edges], axis=1).reshape(len(begins), -1)
    length = np.linalg.norm(passages, axis=1, keepdims=True)
    return np.asarray(passages / np.where(length > 0, length, 1), np.float32)


def _padded(level: Array, before: int, steps: int) -> Array:
    after = max(0, steps - before - len(level))
    return np.pad(level, ((before, after), (0, 0)))
