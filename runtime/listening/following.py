"""Following a stream of sound: it is heard in one thread and identified in another."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.listening.listener import Answer, Identify, Listener, identify_recent


def follow(
    pieces: Iterable[NDArray[np.float32]],
    rate: int,
    identify: Identify,
    *,
    top: int,
    interval: float,
) -> Iterator[Answer]:
    """Yield what is being played, again and again, and once more at the end of the stream.

    The stream is read on while an answer is found, so that no pipe or microphone has to wait.

    Parameters
    ----------
    pieces : iterable of ndarray
        Consecutive samples, each (n_samples,) float32: mono, full scale at 1.
    rate : int
        Samples a second.
    identify : callable
        `samesong.Identifier.identify` of a catalog.
    top : int
        Number of tracks in an answer, at most.
    interval : float
        Seconds of sound from one answer to the next, at least.

    Yields
    ------
    Answer
        As soon as it is found.
    """
    listener = Listener(rate)
    begun = 0.0
    finding: Future[Answer] | None = None

    def find() -> Future[Answer]:
        return worker.submit(identify_recent, listener.heard, listener.recent(), identify, top)

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
