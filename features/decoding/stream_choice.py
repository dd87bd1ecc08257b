"""The audio stream of a file that is decoded: the one a user names, or the first with sound."""

from collections.abc import Callable, Generator
from contextlib import closing
from itertools import takewhile

from samesong.features.decoding.blocks import Block
from samesong.features.errors import DecodeError
from samesong.features.samples import SILENCE

_SPOTS = 4
"""Places at which a stream is listened to, from its beginning on."""
_SECONDS = 5.0
"""Seconds listened to at a place."""

Read = Callable[[int, float], Generator[Block]]
"""Decodes a stream, by its number from 0, from a time on."""


def choose_stream(
    name: str, n_streams: int, wanted: int | None, read: Read, length: Callable[[], float]
) -> int:
    """Choose a stream.

    Parameters
    ----------
    name : str
        The file's, for messages.
    n_streams : int
        Number of audio streams, 1 or above.
    wanted : int or None
        Number of a stream from 1, if a user named one.
    read : callable
        Decodes a stream, by its number from 0, from a time on.
    length : callable
        Tells the seconds of the recording, if that is needed.

    Returns
    -------
    int
        Its number from 0.

    Raises
    ------
    DecodeError
        If there is no stream of the number that is wanted.
    """
    if wanted is not None:
        if 1 <= wanted <= n_streams:
            return wanted - 1
        raise DecodeError(
            f"{name} has {n_streams} audio stream{'s' * (n_streams > 1)}, and no stream {wanted}; "
            "choose another"
        )
    if n_streams == 1:
        return 0
    seconds = length()
    spots = [seconds * spot / _SPOTS for spot in range(_SPOTS)]
    sounding = (
        number for number in range(n_streams) if any(_sounds(read, number, t) for t in spots)
    )
    return next(sounding, 0)


def _sounds(read: Read, number: int, start: float) -> bool:
    with closing(read(number, start)) as blocks:
        near = takewhile(lambda block: block.time < start + _SECONDS, blocks)
        planes = (plane for block in near for plane in block.planes)
        return any(abs(plane).max(initial=0) > SILENCE for plane in planes)
