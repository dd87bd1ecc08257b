"""What a microphone of this machine hears."""

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from queue import Full, Queue
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features import SAMPLE_RATE
from samesong.features.errors import DeviceError, MissingExtraError, install_hint
from samesong.runtime.listening.pcm import samples_of

_PIECES = 1000  # a quarter of a second each; what is not fetched in time is dropped


class Microphone:
    """The stream of samples of the system's default microphone; endless.

    Raises
    ------
    MissingExtraError
        If sounddevice, or the library below it, is not installed.
    """

    def __init__(self) -> None:
        self._sounddevice = _sounddevice()
        self.rate = SAMPLE_RATE

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Yield mono samples (n,) in small pieces, as they come.

        Raises
        ------
        DeviceError
            If there is no microphone, or it may not be used.
        """
        pieces: Queue[bytes] = Queue(_PIECES)

        def take(data: Any, frames: int, time: Any, status: Any) -> None:
            del frames, time, status
            with suppress(Full):  # waiting here would stall the sound system
                pieces.put_nowait(bytes(data))

        device = self._sounddevice
        try:
            stream = device.RawInputStream(
                self.rate, blocksize=self.rate // 4, channels=1, dtype="int16", callback=take
            )
            stream.start()
        except (device.PortAudioError, ValueError) as error:
            raise DeviceError(
                f"no microphone can be used ({error}): connect one, allow its use in the system's "
                "settings, or pipe sound in, as 'samesong listen --help' shows"
            ) from error
        with stream:
            while True:
                yield samples_of(pieces.get())


def _sounddevice() -> ModuleType:
    try:
        return import_module("sounddevice")
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"listening to a microphone needs sounddevice: {install_hint('listen')}, or pipe sound "
            "in, as 'samesong listen --help' shows"
        ) from error
    except OSError as error:  # PortAudio, which its Linux wheels do not bring
        raise MissingExtraError(
            f"listening to a microphone needs PortAudio ({error}): on Debian or Ubuntu run "
            "apt-get install libportaudio2, or pipe sound in"
        ) from error
