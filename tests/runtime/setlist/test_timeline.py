import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.setlist.timeline import Timeline, concatenate

FRAME, FINE, COARSE = 0.25, 0.5, 1.0  # seconds a frame, and a step


def timeline(start: int, n_coarse: int) -> Timeline:
    """Return one whose rows hold the time at which their step begins."""
    end = start + n_coarse * COARSE
    frames, fine, coarse = (
        np.arange(start, end, step, dtype=np.float32) for step in (FRAME, FINE, COARSE)
    )
    return Timeline(
        start=start,
        end=end,
        levels=(fine[:, None], coarse[:, None]),
        embedding=np.zeros((1, 2), np.float32),
        chroma=np.repeat(fine[:, None], 12, axis=1),
        music=fine,
        sound=np.zeros((len(fine), 3), np.float32),
        step_seconds=(FINE, COARSE),
        frames=(frames[:, None].astype(np.float16), frames[:, None].astype(np.float16) + 1),
        frame_seconds=FRAME,
    )


@settings(deadline=None)
@given(st.integers(0, 9), st.integers(1, 40), st.floats(-5, 60), st.floats(-5, 60))
def test_a_window_holds_the_steps_of_its_span(
    start: int, n_coarse: int, first: float, last: float
) -> None:
    whole = timeline(start, n_coarse)
    window = whole.window(*sorted((first, last)))
    fine, coarse = (level[:, 0] for level in window.sequences.levels)
    assert whole.start <= window.start < window.end <= whole.end
    np.testing.assert_array_equal(coarse, np.arange(window.start, window.end, COARSE))
    np.testing.assert_array_equal(fine, np.arange(window.start, window.end, FINE))
    np.testing.assert_array_equal(window.chroma[:, 0], fine)
    np.testing.assert_array_equal(whole.music_in(window), fine)
    times = np.arange(window.start, window.end, FRAME)
    first, second = whole.spectrograms(window)
    np.testing.assert_array_equal(first, times[None])
    np.testing.assert_array_equal(second, times[None] + 1)


def test_music_between_is_a_mean_over_at_least_one_step() -> None:
    whole = timeline(0, 10)
    assert whole.music_between(2.0, 4.0) == pytest.approx(np.mean([2, 2.5, 3, 3.5]))
    assert whole.music_between(2.6, 2.7) == 2.5
    assert whole.music_between(50, 60) == 9.5


def test_parts_make_up_the_whole() -> None:
    whole = timeline(3, 12)
    parts = concatenate([timeline(3, 5), timeline(8, 4), timeline(12, 3)])
    assert (parts.start, parts.end) == (whole.start, whole.end)
    assert len(parts.embedding) == 3
    for ours, theirs in zip(parts.levels, whole.levels, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(parts.chroma, whole.chroma)
    np.testing.assert_array_equal(parts.music, whole.music)
    for rows, others in zip(parts.frames, whole.frames, strict=True):
        np.testing.assert_array_equal(rows, others)
    assert parts.frame_seconds == FRAME
