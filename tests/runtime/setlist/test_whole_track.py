"""Tracks joined from their windows, against the recording that the windows were cut from."""

from itertools import pairwise

import numpy as np
import pytest

from samesong.runtime.inference.segmentation import starts
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.setlist.whole_track import whole_track

FINE, COARSE = 0.6, 1.2  # seconds a step


def window(first: int, last: int) -> Window:
    """Return the window between two coarse steps of a recording whose rows count its steps."""
    coarse, fine = np.arange(first, last), np.arange(2 * first, 2 * last)
    levels = tuple(rows[:, None].astype(np.float32) for rows in (fine, coarse))
    chroma = np.repeat(levels[0], 12, axis=1)
    sequences = DeepSequences(levels, np.zeros(2, np.float32))
    return Window(first * COARSE, last * COARSE, sequences, chroma)


@pytest.mark.parametrize("n_steps", [30, 100, 101, 137, 150, 260])
def test_windows_are_joined_to_the_recording(n_steps: int) -> None:
    size = 100
    begins = starts(n_steps, size, size // 2, 5)
    windows = [window(begin, min(n_steps, begin + size)) for begin in begins]
    whole = whole_track(windows[::-1], (FINE, COARSE))
    assert (whole.start, whole.end) == (0, windows[-1].end)
    covered = begins[-1] + size if n_steps > size else n_steps
    fine, coarse = whole.sequences.levels
    np.testing.assert_array_equal(coarse[:, 0], np.arange(covered))
    np.testing.assert_array_equal(fine[:, 0], np.arange(2 * covered))
    np.testing.assert_array_equal(whole.chroma[:, 0], fine[:, 0])


def test_each_step_is_taken_from_the_window_that_knows_more_around_it() -> None:
    first, second = window(0, 100), window(50, 150)
    for rows in (*second.sequences.levels, second.chroma):
        np.add(rows, 1000, out=rows)
    _, coarse = whole_track([first, second], (FINE, COARSE)).sequences.levels
    (change,) = [i for i, (a, b) in enumerate(pairwise(coarse[:, 0]), 1) if b - a > 1]
    assert change == 75


def test_a_part_that_is_missing_is_skipped() -> None:
    _, coarse = whole_track([window(0, 100), window(200, 300)], (FINE, COARSE)).sequences.levels
    np.testing.assert_array_equal(coarse[:, 0], [*range(100), *range(200, 300)])
