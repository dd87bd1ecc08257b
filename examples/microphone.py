"""The songs that a microphone hears, named every few seconds.

    python examples/microphone.py my-catalog              # needs the extra 'listen'
    python examples/microphone.py my-catalog concert.wav  # a recording in place of the microphone

`samesong listen` does the same on the command line.
"""

import queue
import sys
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

import samesong

Samples = NDArray[np.float32]

RATE = 22_050
INTERVAL, WINDOW = 10 * RATE, 90 * RATE
"""Samples from one answer to the next, and samples at the end of the sound that it rests on."""


def microphone() -> Iterator[Samples]:
    """Yield the sound of the microphone, piece by piece, without an end."""
    import sounddevice  # noqa: PLC0415  (an extra)

    pieces: queue.Queue[Samples] = queue.Queue()
    with sounddevice.InputStream(
        RATE, channels=1, callback=lambda data, *_: pieces.put(data[:, 0].copy())
    ):
        while True:
            yield pieces.get()


def recording(path: str) -> Iterator[Samples]:
    """Yield the sound of a file, piece by piece."""
    for _, piece in samesong.features.blocks(path, sample_rate=RATE, seconds=1.0):
        yield piece


def main(catalog: str, source: Iterable[Samples]) -> None:
    """Print what is being played whenever the answer changes."""
    bundle = samesong.ModelBundle.load()
    identifier = samesong.Identifier(bundle, samesong.Catalog(catalog, bundle))
    recent, waiting, told = np.zeros(0, np.float32), 0, ""
    for piece in source:
        recent = np.concatenate([recent, piece])[-WINDOW:]
        waiting += len(piece)
        if waiting < INTERVAL:
            continue
        waiting = 0
        try:
            answer = identifier.identify(recent, sample_rate=RATE)
        except samesong.AudioError as error:  # nothing but silence so far
            print(error)
            continue
        title = str(answer.matches[0].title) if answer.accepted else "(not known yet)"
        if title != told:
            print(title)
            told = title


if __name__ == "__main__":
    name, *files = sys.argv[1:]
    main(name, recording(files[0]) if files else microphone())
