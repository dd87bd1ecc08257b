"""A column of names, each of which many tracks share, in every spelling."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from samesong.runtime.works.nearest import nearest

Mask = NDArray[np.bool_]


class NameColumn:
    """Names of artists or albums, one a track; each different one is looked at once.

    Parameters
    ----------
    values : pyarrow.Array
        Strings, or null where a track has none.
    key : callable
        Returns the form of a name that all spellings of it share.
    """

    def __init__(self, values: pa.Array, key: Callable[[str], str]) -> None:
        coded = values.dictionary_encode()
        self._values: list[str] = coded.dictionary.to_pylist()
        self._codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        self._key = key
        self._by_key: dict[str, list[int]] = defaultdict(list)
        for code, value in enumerate(self._values):
            self._by_key[key(value)].append(code)

    def mask(self, name: str) -> Mask:
        """Return which tracks have a name.

        Parameters
        ----------
        name : str
            In any spelling.

        Returns
        -------
        ndarray
            (n_tracks,) bool.
        """
        return np.isin(self._codes, self._by_key.get(self._key(name), []))

    def names(self, chosen: Mask) -> list[str]:
        """Return the different names of some tracks, one spelling of each.

        Parameters
        ----------
        chosen : ndarray
            (n_tracks,) bool: True for these tracks.

        Returns
        -------
        list of str
            Sorted.
        """
        codes = np.unique(self._codes[chosen])
        values = (self._values[code] for code in codes.tolist() if code >= 0)
        return sorted({self._key(value): value for value in values}.values())

    def nearest(self, name: str) -> list[str]:
        """Return the names that are nearest to one that is not there.

        Parameters
        ----------
        name : str
            A name.

        Returns
        -------
        list of str
            Those that hold all of its words first, then those that are spelled alike.
        """
        spellings = {key: self._values[codes[0]] for key, codes in self._by_key.items()}
        return nearest(name, spellings, self._key)
