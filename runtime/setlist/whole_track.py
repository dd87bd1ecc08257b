"""A catalog's track in one piece: its overlapping windows joined again."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window


def whole(windows: Sequence[Window], step_seconds: Sequence[float]) -> Window:
    """Join the windows of a track.

    One window gives way to the next in the middle of what they share, where both know what is
    around. Where a part is missing (silence is left out of catalogs), the steps after it come too
    early by its length.

    Parameters
    ----------
    windows
        Of one track, in order.
    step_seconds
        Seconds a step of each level.
    """
    # Turns lie on steps of the coarsest level, so that all levels turn at the same time.
    unit = max(step_seconds)
    pieces = []
    begin = 0.0
    for window, following in pairwise([*windows, None]):
        assert window is not None
        end = window.end
        if following is not None:
            shared = max(0.0, (window.end - following.start) / 2)
            end = window.start + round((window.end - shared - window.start) / unit) * unit
        pieces.append((window, max(0.0, begin - window.start), end - window.start))
        begin = end
    rows = [
        np.concatenate(
            [
                arrays[round(first / step) : round(last / step) if i + 1 < len(pieces) else None]
                for i, (arrays, first, last) in enumerate(
                    (piece.sequences.levels[level], first, last) for piece, first, last in pieces
                )
            ]
        )
        for level, step in enumerate(step_seconds)
    ]
    step = step_seconds[0]
    chroma = np.concatenate(
        [
            piece.chroma[round(first / step) : round(last / step) if i + 1 < len(pieces) else None]
            for i, (piece, first, last) in enumerate(pieces)
        ]
    )
    return Window(
        windows[0].start,
        windows[-1].end,
        DeepSequences(tuple(rows), windows[0].sequences.embedding),
        chroma,
    )
