"""Following a stream of sound on this machine: heard as it comes, identified beside that."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.listening.listener import Answer, Identify, Listener, answer


def follow(
    pieces: Iterable[NDArray[np.float32]],
    rate: int,
    identify: Identify,
    *,
    top: int,
    interval: float,
) -> Iterator[Answer]:
    """Yield what is being played, again and again, and once more at the end of the stream.

    While one answer is found the stream is read on, so that a pipe or microphone never waits.

    Parameters
    ----------
    pieces
        Mono samples (n,), full scale at 1, as they come.
    rate
        Samples a second.
    identify
        `Identifier.identify` of the catalog.
    top
        Tracks in an answer.
    interval
        The least seconds of sound from one answer to the next.
    """
    listener = Listener(rate)
    begun = 0.0
    finding: Future[Answer] | None = None

    def find() -> Future[Answer]:
        return worker.submit(answer, listener.heard, listener.recent(), identify, top)

    with ThreadPoolExecutor(1) as worker:
        for piece in pieces:
            listener.hear(piece)
            if finding is not None and finding.done():
                yield finding.result()
                finding = None
            if finding is None and listener.heard - begun >= interval:
                begun = listener.heard
                finding = find()
        if finding is not None:
            yield finding.result()
        if listener.heard > begun:
            yield find().result()
