"""From several channels to one: the mean of all, unless they cancel each other or a user chooses.

Sound whose left is the negative of its right, as of a microphone wired the wrong way round, is
silent in the mean. Its difference has all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import DecodeError

Array = NDArray[np.float32]

_CANCELLED = 1 / 4
"""Power of the mean, as a share of what it is for channels that have nothing in common, below which
channels cancel each other; twice as much, and they do so no more."""
_MEMORY = 0.8
"""Weight of what was heard before a block: for some seconds, a wide chord may cancel itself."""

NAMES = ("left", "right", "mid", "side")
"""Channels that go by a name: the first, the second, the mean of all, half of first less second."""

Channel = str | int
"""One of `NAMES`, or the number of a channel from 1."""


@dataclass
class Downmix:
    """Mixes the channels of a recording, block by block.

    Attributes
    ----------
    name : str
        The file's, for messages.
    channel : str or int, optional
        What to take; by default the mean, or another channel where that is cancelled.
    cancelled : int
        Samples so far that were not taken from the mean, since it was cancelled.
    """

    name: str
    channel: Channel | None = None
    cancelled: int = 0
    _cancels: bool = False
    _apart: float = 0.0
    _together: float = 0.0

    def __call__(self, planes: Sequence[Array], products: Array) -> Array:
        """Mix a block.

        Parameters
        ----------
        planes : sequence of ndarray, shape (n_samples,), float32
            One for each channel, full scale at 1.
        products : ndarray, shape (n_channels, n_channels), float32
            Their inner products, from `inner_products`.

        Returns
        -------
        ndarray, shape (n_samples,), float32
            One channel.

        Raises
        ------
        DecodeError
            If the recording does not have the channel that was chosen.
        """
        n_channels = len(planes)
        if self.channel is not None and self.channel != "mid":
            return self._chosen(planes, self.channel)
        if n_channels == 1:
            return planes[0]
        if self.channel is None and self._is_cancelled(products):
            self.cancelled += len(planes[0])
            if n_channels == 2:
                return _side(planes)
            loudest = np.argmax(np.diagonal(products))
            return planes[int(loudest)]
        # Much faster than mean(), and the same but for rounding.
        mean = planes[0] + planes[1]
        for plane in planes[2:]:
            mean += plane
        mean *= np.float32(1 / n_channels)
        return mean

    def _is_cancelled(self, products: Array) -> bool:
        apart, together = float(products.diagonal().sum()), float(products.sum())
        self._apart = _MEMORY * self._apart + apart
        self._together = _MEMORY * self._together + together
        if self._apart > 0:  # silence says nothing
            limit = 2 * _CANCELLED if self._cancels else _CANCELLED
            self._cancels = self._together < limit * self._apart
        return self._cancels

    def _chosen(self, planes: Sequence[Array], channel: Channel) -> Array:
        n_channels = len(planes)
        if channel == "side" and n_channels > 1:
            return _side(planes)
        if channel in ("left", "right"):
            return planes[min(("left", "right").index(channel), n_channels - 1)]
        if isinstance(channel, int) and 1 <= channel <= n_channels:
            return planes[channel - 1]
        raise DecodeError(
            f"{self.name} has {n_channels} channel{'s' * (n_channels > 1)}, and no channel "
            f"{channel}; choose another"
        )


def inner_products(planes: Sequence[Array]) -> Array:
    """Return how much power channels have, and have in common.

    Parameters
    ----------
    planes : sequence of ndarray, shape (n_samples,), float32
        The samples of each channel.

    Returns
    -------
    ndarray, shape (n_channels, n_channels), float32
        Not finite if a sample is not.
    """
    n_channels = len(planes)
    products = np.empty((n_channels, n_channels), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        # Several times as fast as a product of matrices so narrow.
        for row, one in enumerate(planes):
            for column in range(row + 1):
                products[row, column] = products[column, row] = one.dot(planes[column])
    return products


def _side(planes: Sequence[Array]) -> Array:
    return np.asarray((planes[0] - planes[1]) * np.float32(0.5))
