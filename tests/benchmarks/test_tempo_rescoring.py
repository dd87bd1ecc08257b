"""The best recordings are scored again where they run at another tempo, and no others."""

import numpy as np
import pytest
from tempo_rescoring import Trials


@pytest.fixture
def trials() -> Trials:
    """Return three recordings: of the first, the second is third, and four steps slower."""
    before = np.array([[9.0, 1.0, 3.0], [1.0, 9.0, 0.0], [3.0, 0.0, 9.0]])
    again = np.array([[np.nan, 5.0, 2.0], [5.0, np.nan, 0.0], [2.0, 0.0, np.nan]])
    steps = np.array([[np.nan, 4.0, 1.0], [-4.0, np.nan, 0.0], [-1.0, 0.0, np.nan]])
    return Trials(
        before, again, steps, np.array(["a", "a", "b"]), np.array(["live", "studio", "studio"])
    )


@pytest.mark.parametrize(
    ("rule", "expected"), [("better", (5.0, 3.0)), ("mean", (3.0, 2.5)), ("again", (5.0, 2.0))]
)
def test_a_rule_says_which_figure_counts(trials, rule, expected):
    assert tuple(trials.after(2, 1, rule, 0.0)[0, 1:]) == expected


def test_only_the_best_at_another_tempo_are_scored_again(trials):
    assert tuple(trials.after(1, 1, "again", 0.0)[0, 1:]) == (1.0, 2.0)  # the best one alone
    assert tuple(trials.after(2, 2, "again", 0.0)[0, 1:]) == (5.0, 3.0)  # the other is too close


def test_a_penalty_is_taken_off_the_second_figure(trials):
    assert trials.after(2, 1, "better", 3.0)[0, 1] == 2.0


def test_queries_are_measured_by_what_they_rank_first(trials):
    precision, first, named = trials.queries(trials.before, live=False)
    assert precision.tolist() == [0.5, 1.0]  # the third has no version
    assert first.tolist() == [0.0, 1.0]
    assert named.tolist() == [0.0, 0.0]  # 1 is below what wrong ones reach
    assert trials.queries(trials.after(2, 1, "better", 0.0), live=False)[1].tolist() == [1.0, 1.0]


def test_live_queries_are_asked_for_among_studio_recordings(trials):
    precision, first, _ = trials.queries(trials.before, live=True)
    assert (precision.tolist(), first.tolist()) == ([0.5], [0.0])
