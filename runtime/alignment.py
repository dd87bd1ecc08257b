"""Where two windows match: a local alignment over their finest CSMs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from samesong.runtime.recording import Window


@dataclass(frozen=True, eq=False)
class Alignment:
    """The best local alignment of two windows.

    Attributes
    ----------
    path
        (n, 2) int64, n >= 1: aligned steps of query and reference, both strictly rising.
    key_shift
        Semitones by which the query lies above the reference, -5 to 6.
    query_span, reference_span
        The aligned part in seconds of its recording: (start, end).
    tempo_ratio
        Tempo of the query divided by that of the reference: 1.1 is a query 10 % faster.
    """

    path: NDArray[np.int64]
    key_shift: int
    query_span: tuple[float, float]
    reference_span: tuple[float, float]
    tempo_ratio: float


def align(query: Window, reference: Window, step_seconds: float) -> Alignment:
    """Align two windows.

    Parameters
    ----------
    query, reference
        Windows made by one model.
    step_seconds
        Seconds a step of the first level.
    """
    raise NotImplementedError
