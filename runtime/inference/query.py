"""A recording that is searched for, and its windows as they would be at other tempos."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.time_stretch import change_tempo
from samesong.runtime.representation.window import Window

AtTempo = Callable[[Window, float], Window]
"""Gives one of a query's windows as it would be if it lasted so many times as long."""

Analyse = Callable[[float, list[NDArray[np.float32]]], Window]
"""Makes a window of its start in seconds and its CQ-spectrogram by each front end."""


@dataclass(frozen=True, eq=False)
class Query:
    """The windows of a recording that is searched for.

    Attributes
    ----------
    windows : sequence of Window
        In order.
    at_tempo : TempoChange or None
        Gives them at other tempos; None of a model that compares them at their own alone.
    """

    windows: Sequence[Window]
    at_tempo: "TempoChange | None" = None


@dataclass(frozen=True, eq=False)
class TempoChange:
    """Makes windows anew as they would be at other tempos.

    A window of 120 s takes 60 KB for each front end.

    Attributes
    ----------
    spectrograms : mapping of Window to sequence of ndarray
        Of each window: its CQ-spectrogram, (n_bins, n_frames) float16, by each front end.
    analyse : Analyse
        Such as `samesong.runtime.inference.window_maker.WindowMaker.window`.
    """

    spectrograms: Mapping[Window, Sequence[NDArray[np.float16]]]
    analyse: Analyse

    def __call__(self, window: Window, ratio: float) -> Window:
        """Return a window as it would be at another tempo.

        Parameters
        ----------
        window : Window
            One of those that have a spectrogram.
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
