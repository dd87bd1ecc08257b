"""The best works are scored again where they run at another tempo, and no others."""

import numpy as np
import pytest
from tempo_rescoring import Trials

from samesong.runtime.inference.bundle import starting_values

POSTERIOR = starting_values().posterior
OTHERS = ~np.eye(3, dtype=np.bool_)


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
    assert tuple(trials.after(OTHERS, 2, 1, rule)[0, 1:]) == expected


def test_only_the_best_at_another_tempo_are_scored_again(trials):
    assert tuple(trials.after(OTHERS, 1, 1, "again")[0, 1:]) == (1.0, 2.0)  # the best one alone
    assert tuple(trials.after(OTHERS, 2, 2, "again")[0, 1:]) == (5.0, 3.0)  # the other is too close
    np.testing.assert_array_equal(trials.after(OTHERS, 0, 1, "again"), trials.before)


def test_the_best_are_those_of_what_is_there(trials):
    there = OTHERS & (trials.works == "a")
    assert tuple(trials.after(there, 1, 1, "again")[0, 1:]) == (5.0, 3.0)


def test_queries_are_measured_by_what_they_rank_first(trials):
    found = trials.figures(lambda _: trials.before, POSTERIOR, live=False)
    assert found["mAP"].tolist() == [0.5, 1.0]  # the third has no version
    assert found["top-1"].tolist() == [0.0, 1.0]
    assert found["named"].tolist() == [0.0, 0.0]  # 1 is below what wrong ones reach
    assert found["wrongly"].tolist() == [1.0, 0.0]
    again = trials.figures(lambda there: trials.after(there, 2, 1, "better"), POSTERIOR, live=False)
    assert again["top-1"].tolist() == [1.0, 1.0]
    assert again["accepted"].tolist() == [1.0, 1.0]
    assert len(again["false"]) == 3


def test_live_queries_are_asked_for_among_studio_recordings(trials):
    found = trials.figures(lambda _: trials.before, POSTERIOR, live=True)
    assert (found["mAP"].tolist(), found["top-1"].tolist()) == ([0.5], [0.0])
