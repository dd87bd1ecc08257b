"""A recording that is searched for, and its windows as they would be at other tempos."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.time_stretch import change_tempo
from samesong.runtime.representation.window import Window

AtTempo = Callable[[Window, float], Window]
"""Gives one of a query's windows as it would be if it lasted so many times as long."""


@dataclass(frozen=True, eq=False)
class Query:
    """The windows of a recording, and their CQ-spectrograms.

    A window of 120 s takes 60 KB more for each front end.

    Attributes
    ----------
    spectrograms : mapping of Window to sequence of ndarray
        Of each window, in order: (n_bins, n_frames) float16 by each front end.
    analyse : callable
        Makes a window of its start in seconds and the CQ-spectrograms, float32.
    """

    spectrograms: Mapping[Window, list[NDArray[np.float16]]]
    analyse: Callable[[float, list[NDArray[np.float32]]], Window]

    @property
    def windows(self) -> list[Window]:
        """The windows of the recording."""
        return list(self.spectrograms)

    def only(self, windows: Collection[Window]) -> "Query":
        """Return a part of the query.

        Parameters
        ----------
        windows : collection of Window
            Some of `windows`.

        Returns
        -------
        Query
            Of these alone.
        """
        return replace(self, spectrograms={one: self.spectrograms[one] for one in windows})

    def at_tempo(self, window: Window, ratio: float) -> Window:
        """Return a window as it would be at another tempo.

        Parameters
        ----------
        window : Window
            One of `windows`.
        ratio : float
            How many times as long it lasts, above 0: 2 is half the tempo.

        Returns
        -------
        Window
            Made anew, from its start on.
        """
        played = [one.astype(np.float32) for one in self.spectrograms[window]]
        frames = max(1, round(played[0].shape[1] * ratio))
        return self.analyse(window.start, [change_tempo(one, frames) for one in played])
