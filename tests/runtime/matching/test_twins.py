import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from samesong.runtime.matching.twins import LATEST, SPEEDS, speed_gain, twin_cosine
from samesong.runtime.representation.deep_sequences import DeepSequences, unit
from samesong.runtime.representation.window import Window

STEP = 0.6
DIM = 32


def walk(seed: int, n_steps: int) -> NDArray[np.float32]:
    """Return steps each of which is somewhat like the one before, as those of music are."""
    noise = np.random.default_rng(seed).standard_normal((n_steps, DIM)).astype(np.float32)
    for step in range(1, n_steps):
        noise[step] += np.float32(1.5) * noise[step - 1] / np.linalg.norm(noise[step - 1])
    return unit(noise)


def window(level: NDArray[np.float32], start: float = 0.0) -> Window:
    sequences = DeepSequences((level,) * 4, np.ones(128, np.float32))
    return Window(
        start, start + STEP * len(level), sequences, np.ones((len(level), 12), np.float32)
    )


def noisy(level: NDArray[np.float32], share: float, seed: int = 9) -> NDArray[np.float32]:
    noise = np.random.default_rng(seed).standard_normal(level.shape).astype(np.float32)
    return unit(level + np.float32(share) * unit(noise))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.integers(1, 200))
def test_a_recording_is_its_own_twin(seed: int, n_steps: int) -> None:
    windows = [window(walk(seed, n_steps)), window(walk(seed + 1, n_steps), 60.0)]
    assert twin_cosine(windows, windows, STEP) == pytest.approx(1.0, abs=1e-5)


def slowly(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Return what `twin_cosine` does of two windows, each step between two others made."""
    found = []
    for one, other, lags in ((first, second, range(9)), (second, first, range(1, 9))):
        for lag in lags:
            whole, quarters = divmod(lag, 4)
            later = other[whole:]
            if quarters and len(later) > 1:
                later = later[:-1] + (later[1:] - later[:-1]) * np.float32(quarters / 4)
            pairs = zip(one, later, strict=False)
            found.append([float(a @ b / np.linalg.norm(b)) for a, b in pairs])
    enough = [cosines for cosines in found if 2 * len(cosines) > len(first)] or found[:1]
    return float(np.quantile(max(enough, key=np.mean), 0.1))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 99), st.integers(1, 40), st.integers(-2, 2), st.floats(0, 1))
def test_it_is_what_a_slow_loop_finds(seed: int, n_steps: int, more: int, share: float) -> None:
    first = walk(seed, n_steps)
    second = noisy(walk(seed, max(n_steps + more, 1)), share)
    found = twin_cosine([window(first)], [window(second)], STEP)
    assert found == pytest.approx(slowly(first, second), abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.integers(0, 99))
def test_the_order_of_the_two_makes_no_difference(one: int, other: int) -> None:
    first, second = [window(walk(one, 60))], [window(noisy(walk(other, 62), 0.3))]
    there, back = twin_cosine(first, second, STEP), twin_cosine(second, first, STEP)
    assert there == pytest.approx(back, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_other_music_is_no_twin(seed: int) -> None:
    assert twin_cosine([window(walk(seed, 200))], [window(walk(seed + 50, 200))], STEP) < 0.3


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, 4, 7, 8])
def test_a_later_start_is_found(quarters: int) -> None:
    whole, part = divmod(quarters, 4)
    level = walk(1, 203)
    later = unit(level[whole:-1] * (1 - part / 4) + level[whole + 1 :] * part / 4)
    first, second = [window(level[:200])], [window(later[:200].astype(np.float32))]
    assert twin_cosine(first, second, STEP) > 0.99
    assert twin_cosine(second, first, STEP) > 0.9


def test_a_later_start_than_that_is_not_looked_for() -> None:
    level = walk(1, 220)
    steps = round(LATEST / STEP) + 2
    assert twin_cosine([window(level[:200])], [window(level[steps:][:200])], STEP) < 0.8


def test_a_tenth_may_differ_and_no_more() -> None:
    level, other = walk(1, 200), walk(2, 200)
    for share, is_twin in ((0.05, True), (0.2, False)):
        edited = level.copy()
        edited[: round(share * 200)] = other[: round(share * 200)]
        assert (twin_cosine([window(level)], [window(edited)], STEP) > 0.9) == is_twin


def test_noise_lowers_it_steadily() -> None:
    level = walk(1, 200)
    found = [
        twin_cosine([window(level)], [window(noisy(level, s))], STEP) for s in (0, 0.2, 0.5, 1)
    ]
    assert found == sorted(found, reverse=True)
    assert found[1] > 0.95
    assert found[3] < 0.8


def test_recordings_of_other_lengths_are_no_twins() -> None:
    level = walk(1, 200)
    windows = [window(level), window(level, 60.0)]
    assert twin_cosine(windows, windows[:1], STEP) == -1.0
    assert twin_cosine(windows, [windows[0], window(level, 62.0)], STEP) == -1.0
    assert twin_cosine([windows[0]], [window(level[:190])], STEP) == -1.0
    assert twin_cosine([], [], STEP) == -1.0


def faster(level: NDArray[np.float32], speed: float) -> NDArray[np.float32]:
    """Return steps as they are where the recording runs faster, as far as it goes."""
    places = np.arange(0, len(level) - 1, 1 + speed)
    columns = [np.interp(places, np.arange(len(level)), column) for column in level.T]
    return unit(np.stack(columns, axis=1).astype(np.float32))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.integers(1, 100))
def test_a_recording_gains_nothing_by_another_speed(seed: int, n_steps: int) -> None:
    level = walk(seed, n_steps)
    assert speed_gain([window(level)], [window(level)], STEP) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("speed", [-0.03, -0.01, -0.005, 0.005, 0.01, 0.03])
def test_one_at_another_speed_gains_by_it_both_ways(speed: float) -> None:
    level = walk(1, 200)
    first, second = [window(level)], [window(faster(level, speed))]
    assert min(speed_gain(first, second, STEP), speed_gain(second, first, STEP)) > 1


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_what_an_encoder_leaves_out_is_no_other_speed(share: float) -> None:
    first, second = (walk(seed, 200) for seed in (1, 2))
    windows = [window(first), window(second, 120.0)]
    encoded = [window(noisy(first[1:], share)), window(noisy(second[1:], share, 8), 120.0)]
    assert speed_gain(windows, encoded, STEP) < 0.1


def test_without_another_speed_is_the_first_choice() -> None:
    assert SPEEDS[0] == 0
