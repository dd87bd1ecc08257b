"""Late interaction (Khattab and Zaharia, "ColBERT", 2020), beside which outlines are measured."""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.references import PassageBlock

_PRODUCTS = 2**22
"""Products at a time: 16 MB of them."""


def late_interaction(query: NDArray[np.float32], block: PassageBlock) -> NDArray[np.float32]:
    """Return how near each window of a block is to a query.

    Parameters
    ----------
    query
        Passages (n, dim) of one window.
    block
        The windows.

    Returns
    -------
    (n_windows,) float32
        Sum over the query's passages of the largest cosine with one of the window's, -n to n.
    """
    scores = np.empty(len(block.keys), np.float32)
    ends = np.append(block.firsts[1:], len(block.vectors))
    begin = 0
    while begin < len(scores):
        first = block.firsts[begin]
        # As many windows as keep the products in a core's cache, one at least.
        stop = int(np.searchsorted(ends, first + _PRODUCTS // len(query), "right"))
        stop = max(begin + 1, stop)
        products = block.vectors[first : ends[stop - 1]] @ query.T
        best = np.maximum.reduceat(products, block.firsts[begin:stop] - first, axis=0)
        scores[begin:stop] = best.sum(axis=1)
        begin = stop
    return scores
