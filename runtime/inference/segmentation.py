"""Cutting a recording into overlapping windows, the last one aligned to its end."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

REFERENCE_HOP = 60.0
"""Seconds between the windows of a reference: any 60 s of it lie whole in one window."""

QUERY_HOP = 120.0
"""Seconds between the windows of a query: one after the other."""

MIN_REST = 6.0
"""A rest shorter than this (seconds) is not worth a window of its own."""


class Span(Protocol):
    """Something with a start and an end in seconds."""

    @property
    def start(self) -> float:
        """Where it begins, in seconds."""

    @property
    def end(self) -> float:
        """Where it ends, in seconds."""


S = TypeVar("S", bound=Span)


def starts(length: int, size: int, hop: int, min_rest: int) -> list[int]:
    """Return where the windows of a whole recording begin.

    Windows begin every `hop`; when `min_rest` or more remains behind the last of them, one
    more is aligned to the end. A recording shorter than a window is one shorter window.

    Parameters
    ----------
    length : int
        Length of the recording, in samples or frames; so are the others.
    size : int
        Length of a window.
    hop : int
        From the start of one window to the start of the next, at most `size`.
    min_rest : int
        The shortest rest at the end that gets a window.

    Returns
    -------
    list of int
        First sample or frame of each window, rising.

    Examples
    --------
    >>> starts(length=100, size=40, hop=20, min_rest=5)
    [0, 20, 40, 60]
    >>> starts(length=106, size=40, hop=20, min_rest=5)
    [0, 20, 40, 60, 66]
    """
    if length <= size:
        return [0]
    begins = list(range(0, length - size + 1, hop))
    if length - (begins[-1] + size) >= min_rest:
        begins.append(length - size)
    return begins


def cut_audio(
    blocks: Iterable[NDArray[np.float32]], size: int, hop: int, min_rest: int, grid: int = 1
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Cut a stream of samples into the windows that `starts` gives, in constant memory.

    The length of the recording need not be known: headers of damaged files lie about it.

    Parameters
    ----------
    blocks : iterable of ndarray, shape (n_samples,), float32
        Consecutive samples, in blocks of any lengths.
    size : int
        Length of a window in samples.
    hop : int
        Samples from the start of one window to the start of the next, at most `size`.
    min_rest : int
        The shortest rest at the end that gets a window, in samples.
    grid : int, optional
        The last window begins at a multiple of this, so less than it may be left over at the end.

    Yields
    ------
    begin : int
        First sample of the window.
    samples : ndarray, shape (size,), float32
        Shorter only when the whole recording is.
    """
    held: list[NDArray[np.float32]] = []
    first = end = 0  # samples of the recording from first to end are held
    due = 0  # where the next window begins
    for block in blocks:
        held.append(block)
        end += len(block)
        if due + size <= end:
            held = [np.concatenate(held)]  # once a window, not once a block
        while due + size <= end:
            yield due, held[0][due - first : due - first + size]
            due += hop
        keep = max(first, min(due, (end - size) // grid * grid))
        while held and first + len(held[0]) <= keep:
            first += len(held.pop(0))
        if held:
            held[0] = held[0][keep - first :]
            first = keep
    last_end = due - hop + size if due else 0
    if end and (due == 0 or end - last_end >= min_rest):
        begin = max(0, (end - size) // grid * grid)
        yield begin, np.concatenate(held)[begin - first :][:size]


def cut_frames(
    cqt: NDArray[np.float32], size: int, hop: int, min_rest: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Cut a CQ-spectrogram into windows.

    Parameters
    ----------
    cqt : ndarray, shape (n_bins, n_frames), float32
        The CQ-spectrogram of the whole recording.
    size : int
        Length of a window in frames.
    hop : int
        Frames from the start of one window to the start of the next, at most `size`.
    min_rest : int
        The shortest rest at the end that gets a window, in frames.

    Yields
    ------
    begin : int
        First frame of the window.
    cqt : ndarray, shape (n_bins, size), float32
        Shorter only when the whole recording is.
    """
    for begin in starts(cqt.shape[1], size, hop, min_rest):
        yield begin, cqt[:, begin : begin + size]


def cover(windows: Sequence[S]) -> list[S]:
    """Return the fewest of a recording's windows that still cover all of it.

    This turns the windows of a reference into those of a query.

    Parameters
    ----------
    windows : sequence of Span
        In order.

    Returns
    -------
    list of Span
        Some of them, in order.
    """
    chosen: list[S] = []
    for window, following in zip(windows, [*windows[1:], None], strict=True):
        if not chosen or following is None or following.start > chosen[-1].end:
            chosen.append(window)
    return chosen
