"""A catalog's track in one piece: its overlapping windows joined again."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window

Array = NDArray[np.float32]


def whole_track(windows: Sequence[Window], step_seconds: Sequence[float]) -> Window:
    """Join the windows of a track.

    One window gives way to the next in the middle of their overlap, where both know what is around.
    Where a part is missing (silence is left out of catalogs), the steps after it come too early by
    its length.

    Parameters
    ----------
    windows : sequence of Window
        Of one track, at least one, in any order.
    step_seconds : sequence of float
        Seconds a step of each level.

    Returns
    -------
    Window
        From the start of the first window to the end of the last.
    """
    windows = sorted(windows, key=lambda window: window.start)
    # One gives way to the next on a step of the coarsest level, so on all levels at the same time.
    unit = max(step_seconds)
    spans: list[tuple[float, float | None]] = []  # to keep, in seconds of each window
    begin = 0.0
    for window, following in pairwise(windows):
        shared = max(0.0, (window.end - following.start) / 2)
        length = round((window.end - shared - window.start) / unit) * unit
        spans.append((max(0.0, begin - window.start), length))
        begin = window.start + length
    spans.append((max(0.0, begin - windows[-1].start), None))

    def joined(arrays: Sequence[Array], step: float) -> Array:
        return np.concatenate(
            [
                rows[round(first / step) : None if last is None else round(last / step)]
                for rows, (first, last) in zip(arrays, spans, strict=True)
            ]
        )

    levels = zip(*(window.sequences.levels for window in windows), strict=True)
    return Window(
        windows[0].start,
        windows[-1].end,
        DeepSequences(
            tuple(joined(rows, step) for rows, step in zip(levels, step_seconds, strict=True)),
            windows[0].sequences.embedding,
        ),
        joined([window.chroma for window in windows], step_seconds[0]),
    )
