"""Joining the frames of a codec, of a thousand samples or so, to blocks of float32."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.plane import AudioPlane
from numpy.typing import NDArray

from samesong.features.decoding.opening import quoted
from samesong.features.errors import DecodeError
from samesong.features.limits import check_limits

BLOCK = 2**16
"""Samples of each channel in a block, at least: 1.5 s at 44.1 kHz."""
_TYPES = {
    "u8": ("u1", 2.0**-7),
    "s16": ("i2", 2.0**-15),
    "s32": ("i4", 2.0**-31),
    "flt": ("f4", 1.0),
    "dbl": ("f8", 1.0),
}
"""NumPy's name for each type of sample of FFmpeg's, and what one step is of full scale."""

Planes = Sequence[NDArray[np.float32]]
"""The samples of each channel, all of the same number."""


@dataclass(frozen=True)
class Block:
    """Consecutive decoded samples.

    Attributes
    ----------
    time : float
        Seconds of the recording at which they begin.
    rate : int
        Samples a second.
    planes : sequence of ndarray, shape (n_samples,), float32
        One for each channel, full scale at 1; not to be written to.
    """

    time: float
    rate: int
    planes: Planes


class BlockBuilder:
    """Joins frames of one kind to a block.

    Parameters
    ----------
    path : Path
        The file, for messages.

    Attributes
    ----------
    rate : int
        Samples a second of the frames; 0 before the first.
    time : float
        Seconds of the recording at which the samples that wait begin; set with the first of them.
    filled : int
        Samples of each channel that wait to be taken.
    """

    def __init__(self, path: Path) -> None:
        self.time = 0.0
        self.filled = 0
        self._path = path
        self._kind = (0, 0, "")
        self.rate, self._channels, self._format = self._kind
        self._fifo = av.AudioFifo()

    def add(self, frame: AudioFrame) -> bool:
        """Add a frame, unless those that wait must be taken first.

        Parameters
        ----------
        frame : AudioFrame
            The frame.

        Returns
        -------
        bool
            False if its format, channels or sample rate are others than theirs.

        Raises
        ------
        DecodeError
            If no recording has so many channels, or such a rate.
        """
        kind = (frame.sample_rate, frame.layout.nb_channels, frame.format.name)
        if kind != self._kind:
            if self.filled:
                return False
            self._kind = kind
            self.rate, self._channels, self._format = kind
            check_limits(self._path, self.rate, self._channels)
            self._fifo = av.AudioFifo()
        frame.pts = None  # the FIFO would compare it with its own count
        self._fifo.write(frame)
        self.filled += frame.samples
        return True

    def take(self) -> Block | None:
        """Return the samples that wait.

        Returns
        -------
        Block or None
            None if there are none.

        Raises
        ------
        DecodeError
            If they are of a type that is not known.
        """
        frame = self._fifo.read() if self.filled else None
        self.filled = 0
        return None if frame is None else Block(self.time, self.rate, self._planes(frame))

    def _planes(self, frame: AudioFrame) -> Planes:
        packed = frame.format.packed.name
        if packed not in _TYPES:
            raise DecodeError(
                f"{quoted(self._path)} holds samples of type {self._format}; convert it to FLAC, "
                "for example"
            )
        kind, scale = _TYPES[packed]
        # Unlike to_ndarray(), without a copy.
        if frame.format.is_planar:
            # Not frame.planes, which has one too many where there are eight channels or more.
            numbers = range(self._channels)
            planes = [_view(AudioPlane(frame, one), kind, frame.samples) for one in numbers]
        else:
            samples = _view(AudioPlane(frame, 0), kind, frame.samples * self._channels)
            planes = list(samples.reshape(-1, self._channels).T)
        return [_scaled(plane, kind, scale) for plane in planes]


def _view(plane: AudioPlane, kind: str, count: int) -> NDArray[np.generic]:
    return np.frombuffer(plane, kind, count)  # type: ignore[call-overload,no-any-return]


def _scaled(samples: NDArray[np.generic], kind: str, scale: float) -> NDArray[np.float32]:
    with np.errstate(over="ignore", invalid="ignore"):  # of doubles, which are silenced later on
        floats = np.ascontiguousarray(samples, np.float32)
    if kind == "f4":
        return floats
    if kind == "u1":
        floats -= np.float32(128)
    if scale != 1:
        floats *= np.float32(scale)
    return floats
