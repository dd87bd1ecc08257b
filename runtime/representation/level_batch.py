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
    keys : ndarray
        (n_windows,) int64: keys of the windows for the catalog's `read`.
    track_ids : sequence of str
        The track of each window.
    firsts : ndarray
        (n_windows,) int64: where the steps of each window begin in `codes`.
    codes : ndarray
        (n_steps, dim) int8: see `samesong.runtime.representation.deep_sequences.codes_of`.
    """

    keys: NDArray[np.int64]
    track_ids: Sequence[str]
    firsts: NDArray[np.int64]
    codes: NDArray[np.int8]

    def only(self, keys: NDArray[np.int64]) -> "LevelBlock":
        """Return those of the windows that have certain keys.

        Parameters
        ----------
        keys : ndarray
            (n_keys,) int64: keys that windows of the block may have.

        Returns
        -------
        LevelBlock
            These windows, in the order of the block.
        """
        places = np.flatnonzero(np.isin(self.keys, keys))
        lengths = np.diff(self.firsts, append=len(self.codes))[places]
        firsts = np.cumsum(lengths) - lengths
        steps = np.arange(lengths.sum()) + np.repeat(self.firsts[places] - firsts, lengths)
        track_ids = [self.track_ids[place] for place in places.tolist()]
        return LevelBlock(self.keys[places], track_ids, firsts, self.codes[steps])

    def batches(self, size: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int8]]]:
        """Yield the windows in batches of one length.

        Parameters
        ----------
        size : int
            Windows a batch, at most.

        Yields
        ------
        places : ndarray
            (n,) int64: places of the windows in `keys`.
        codes : ndarray
            (n, steps, dim) int8: their coarsest levels.
        """
        lengths = np.diff(self.firsts, append=len(self.codes))
        for alike in batches(lengths.tolist(), size):
            places = np.array(alike)
            steps = np.arange(lengths[alike[0]])
            yield places, self.codes[self.firsts[places, None] + steps]
