"""Boundaries between songs, against an oracle that tries every path."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.setlist.boundary_search import NEAR, Side, find_boundary, prefix_gains

STEP = NEAR / 2  # seconds: the last two positions are near the end of a track
MOST = 4

_STARTING = starting_values()
FITTED = _STARTING.model_copy(
    update={
        "setlist": _STARTING.setlist.model_copy(
            update={"jump_cost": 7.0, "ends_cost": 4.0, "pause_cost": 3.0}
        ),
        "path": _STARTING.path.model_copy(update={"skip": 1.5}),
    }
)

values = st.integers(-80, 80).map(lambda n: np.float32(n / 4))


def slow_track_gains(side: Side) -> list[float]:
    """Return what `prefix_gains` does, by recursion over the last position of a path."""
    music, gains = side.music, side.positions
    limit = len(music) if side.most_steps is None else side.most_steps
    assert gains is not None
    n_positions = gains.shape[1]

    @cache
    def best(step: int, position: int) -> float:
        here = float(gains[step, position])
        if step == 0:
            return here  # a path may begin anywhere
        anywhere = max(best(step - 1, other) for other in range(n_positions))
        ways = [anywhere - FITTED.setlist.jump_cost]
        ways += [best(step - 1, position - 1)] if position >= 1 else []
        ways += [best(step - 1, position - 2) - FITTED.path.skip] if position >= 2 else []
        if position >= 1:  # a step of the recording is passed over
            ways.append((best(step - 2, position - 1) if step >= 2 else 0.0) - FITTED.path.skip)
        return max(ways) + here

    def left(step: int, position: int) -> float:
        near = position >= n_positions - round(NEAR / STEP)
        return best(step, position) - (0.0 if near else FITTED.setlist.ends_cost)

    sums = [0.0]
    for step in range(len(music)):
        ending = max(left(step, position) for position in range(n_positions))
        sums.append(float(music[: step + 1].sum()) + ending)
    return [total if step <= limit else -np.inf for step, total in enumerate(sums)]


@st.composite
def sides(draw: st.DrawFn, n_steps: int, *, limited: bool = True) -> Side:
    music = draw(arrays(np.float32, n_steps, elements=values))
    limit = draw(st.none() | st.integers(0, n_steps)) if limited else None
    if draw(st.booleans()):
        return Side(music, None, limit)
    n_positions = draw(st.integers(3, 5))
    return Side(music, draw(arrays(np.float32, (n_steps, n_positions), elements=values)), limit)


def slow_prefix_gains(side: Side) -> list[float]:
    if side.positions is not None:
        return slow_track_gains(side)
    limit = len(side.music) if side.most_steps is None else side.most_steps
    sums = np.concatenate([[0.0], np.cumsum(side.music)])
    return [float(total) if step <= limit else -np.inf for step, total in enumerate(sums)]


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, MOST))
def test_prefix_gains_are_those_of_the_best_path(data: st.DataObject, n_steps: int) -> None:
    side = data.draw(sides(n_steps))
    np.testing.assert_allclose(prefix_gains(side, STEP, FITTED), slow_prefix_gains(side), atol=1e-4)


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, MOST))
def test_no_boundary_gains_more(data: st.DataObject, n_steps: int) -> None:
    left = data.draw(st.none() | sides(n_steps))
    right = data.draw(st.none() | sides(n_steps)) if left is not None else data.draw(sides(n_steps))
    pause = data.draw(arrays(np.float32, n_steps, elements=values))
    at_end = [0.0] + [-np.inf] * n_steps
    before = at_end if left is None else slow_prefix_gains(left)
    after = at_end if right is None else slow_prefix_gains(right.mirrored())

    def gained(first: int, last: int) -> float:
        paused = first < last and left is not None and right is not None
        between = float(pause[first:last].sum()) - (FITTED.setlist.pause_cost if paused else 0.0)
        return before[first] + between + after[n_steps - last]

    every = [(i, j) for i in range(n_steps + 1) for j in range(i, n_steps + 1)]
    found = find_boundary(left, pause, right, STEP, FITTED)
    assert found in every
    best = max(gained(*pair) for pair in every)
    if np.isfinite(best):
        assert gained(*found) == pytest.approx(best, abs=1e-3)


def test_a_song_begins_where_its_track_does() -> None:
    n_steps, n_positions, begins = 60, 80, 25
    gains = np.full((n_steps, n_positions), -0.5, np.float32)
    for step in range(begins, n_steps):
        gains[step, step - begins] = 1.0
    music = np.where(np.arange(n_steps) < begins, -0.5, 0.5).astype(np.float32)
    assert find_boundary(None, -music, Side(music, gains), 0.6, _STARTING) == (0, begins)
    # Mirrored, the same is a song that ends where its track does.
    side = Side(music[::-1], gains[::-1, ::-1])
    assert find_boundary(side, -music[::-1], None, 0.6, _STARTING) == (n_steps - begins, n_steps)


def test_two_songs_without_a_pause() -> None:
    n_steps = 80
    ending, beginning = (np.full((n_steps, 100), -0.5, np.float32) for _ in range(2))
    for step in range(50):
        ending[step, 50 + step] = 1.0
    for step in range(50, n_steps):
        beginning[step, step - 50] = 1.0
    music = np.ones(n_steps, np.float32)
    left, right = Side(music, ending), Side(music, beginning)
    assert find_boundary(left, -music, right, 0.6, _STARTING) == (50, 50)
