"""The coarsest levels of many windows, as a catalog keeps them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.batching import batches


@dataclass(frozen=True, eq=False)
class LevelBlock:
    """The coarsest levels of some windows of a catalog.

    Attributes
    ----------
    keys
        (n_windows,) int64: what the catalog's `read` knows the windows by.
    track_ids
        The track of each window.
    firsts
        (n_windows,) int64: where the steps of each window begin in `codes`.
    codes
        (n_steps, dim) int8: see `samesong.runtime.representation.deep_sequences.codes_of`.
    """

    keys: NDArray[np.int64]
    track_ids: Sequence[str]
    firsts: NDArray[np.int64]
    codes: NDArray[np.int8]

    def batches(self, size: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int8]]]:
        """Yield places of at most `size` windows of one length, and their codes (n, steps, dim)."""
        lengths = np.diff(self.firsts, append=len(self.codes))
        for alike in batches(lengths.tolist(), size):
            places = np.array(alike)
            steps = np.arange(lengths[alike[0]])
            yield places, self.codes[self.firsts[places, None] + steps]
