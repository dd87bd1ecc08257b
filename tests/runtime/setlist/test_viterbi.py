from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from samesong.runtime.setlist.viterbi import best_states, runs


def gained(states: tuple[int, ...], gains: np.ndarray, entry: np.ndarray) -> float:
    entry = np.broadcast_to(entry, gains.shape)
    total = gains[np.arange(len(states)), states].sum() - entry[0, states[0]]
    changes = enumerate(pairwise(states), 1)
    return float(total - sum(entry[part, b] for part, (a, b) in changes if a != b))


values = st.integers(-20, 20).map(lambda n: n / 4)  # exact in binary, so that ties are ties


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    n_cells, n_states = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    gains = draw(arrays(np.float64, (n_cells, n_states), elements=values))
    shape = draw(st.sampled_from([(n_states,), (n_cells, n_states)]))  # for all parts, or each
    entry = draw(arrays(np.float64, shape, elements=values.map(abs)))
    return gains, entry


@settings(deadline=None, max_examples=50)
@given(problems())
def test_no_sequence_gains_more(problem: tuple[np.ndarray, np.ndarray]) -> None:
    gains, entry = problem
    found = tuple(best_states(gains, entry).tolist())
    every = product(range(gains.shape[1]), repeat=len(gains))
    assert gained(found, gains, entry) == max(gained(s, gains, entry) for s in every)


@settings(deadline=None, max_examples=50)
@given(problems(), values)
def test_what_all_states_of_a_cell_gain_does_not_matter(
    problem: tuple[np.ndarray, np.ndarray], more: float
) -> None:
    gains, entry = problem
    shifted = gains.copy()
    shifted[0] += more
    assert best_states(shifted, entry).tolist() == best_states(gains, entry).tolist()


def test_a_state_that_costs_too_much_is_not_entered() -> None:
    gains = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 0.0]])
    assert best_states(gains, np.array([0.0, 1.0])).tolist() == [0, 1, 0]
    assert best_states(gains, np.array([0.0, 3.0])).tolist() == [0, 0, 0]


@pytest.mark.parametrize("states", [[0], [1, 1], [0, 2, 2, 0, 1]])
def test_runs_cover_all_cells(states: list[int]) -> None:
    found = list(runs(np.array(states)))
    assert [state for state, first, last in found for _ in range(first, last)] == states
    assert all(a[0] != b[0] and a[2] == b[1] for a, b in pairwise(found))
