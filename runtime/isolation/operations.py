"""What a worker can do with a file: tell its properties, content and tags, and decode it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features.audio_file import AudioFile
from samesong.runtime.files.content import read_content
from samesong.runtime.files.tags import read_tags

Samples = NDArray[np.float32]
Operation = Callable[..., Iterator[Samples | dict[str, Any]]]
"""Yields any number of pieces of sound, and a result at last."""

_PIECE = 2**16
"""Samples in a piece at least: small ones cost more to send than to decode."""


def _info(file: AudioFile) -> Iterator[dict[str, Any]]:
    yield asdict(file.info)


def _content(file: AudioFile) -> Iterator[dict[str, Any]]:
    yield asdict(read_content(file))


def _tags(file: AudioFile) -> Iterator[dict[str, Any]]:
    yield asdict(read_tags(file))


def _samples(
    file: AudioFile, sample_rate: int, start: float, duration: float | None
) -> Iterator[Samples | dict[str, Any]]:
    waiting: list[Samples] = []
    for piece in file.samples(sample_rate, start, duration):
        waiting.append(piece)
        if sum(map(len, waiting)) >= _PIECE:
            yield from _divided(np.concatenate(waiting))
            waiting = []
    if waiting:
        yield from _divided(np.concatenate(waiting))
    # Now that it is decoded, more may be known of it than its header says.
    yield {"info": asdict(file.info), "notes": [asdict(note) for note in file.notes]}


def _divided(samples: Samples) -> Iterator[Samples]:
    """Divide samples, so that a message of them is never too large."""
    for first in range(0, len(samples), 8 * _PIECE):
        yield samples[first : first + 8 * _PIECE]


OPERATIONS: dict[str, Operation] = {
    "info": _info,
    "content": _content,
    "tags": _tags,
    "samples": _samples,
}
"""By their names; each is given the open file, and arguments."""
