import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.evaluation.metrics import TOP, open_set_metrics
from samesong.runtime.evaluation.trials import Trials
from samesong.runtime.identification.posterior import posterior_rows
from samesong.runtime.inference.fitted import PosteriorParameters

SHARPNESS = 0.8
POSTERIOR = PosteriorParameters(fitted_on="Nothing.", sharpness=SHARPNESS, none_cap=8)


@st.composite
def made(draw):
    """Draw trials with ties, queries without a true reference, and references left out."""
    queries, references = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    seed = np.random.default_rng(draw(st.integers(0, 10_000)))
    shape = queries, references
    return Trials(
        seed.integers(-4, 5, shape) / 2,
        seed.uniform(size=shape) < draw(st.sampled_from([0.0, 0.2, 0.7, 1.0])),
        seed.uniform(size=shape) < draw(st.sampled_from([0.0, 0.5, 1.0])),
        POSTERIOR,
    )


@settings(deadline=None)
@given(made())
def test_the_rank_curve_agrees_with_the_metrics(trials):
    curve = trials.rank_curve()
    values = trials.metrics().values
    assert len(curve) == (trials.scores.shape[1] if values else 0)
    for k in TOP:
        if k <= len(curve):
            assert curve[k - 1] == pytest.approx(values[f"top{k}"].value)
    assert (np.diff(curve) >= 0).all()
    assert not len(curve) or curve[-1] == 1


@settings(deadline=None)
@given(made())
def test_acceptance_is_that_of_an_open_set_at_each_threshold(trials):
    thresholds, false, true = trials.acceptance()
    assert (np.diff(thresholds) < 0).all()
    asked = posterior_rows(trials.scores, trials.valid, POSTERIOR)
    left_out = posterior_rows(trials.scores, trials.valid & ~trials.relevant, POSTERIOR)
    for threshold, wrong, right in zip(thresholds, false, true, strict=True):
        found = open_set_metrics(
            asked, trials.relevant, trials.valid, left_out=left_out, threshold=float(threshold)
        )
        assert (found.accepted.value, found.false_accepts.value) == pytest.approx((right, wrong))


def test_without_a_query_that_may_be_right_or_wrong_there_is_no_acceptance():
    trials = Trials(np.zeros((2, 2)), np.ones((2, 2), bool), np.ones((2, 2), bool), POSTERIOR)
    assert [len(part) for part in trials.acceptance()] == [0, 0, 0]


@settings(deadline=None)
@given(made())
def test_reliability_is_told_as_json_or_as_nothing(trials):
    told = json.loads(json.dumps(trials.reliability(), allow_nan=False))
    assert (told["best_answers"] is None) == (not trials.valid.any())
    chosen = trials.relevant[trials.valid]
    assert (told["pairs"] is None) == (chosen.all() or not chosen.any())


def test_the_best_answer_of_each_query_counts_alone_as_identification_tells_it():
    # Likelihood ratios of 9, 1 and 1; of 3 and 1 (the last one is left out); of 1, 1 and 99.
    scores = np.log([[9.0, 1.0, 1.0], [1.0, 3.0, 9.0], [1.0, 1.0, 99.0]]) / SHARPNESS
    relevant = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]], bool)
    valid = np.array([[1, 1, 1], [1, 1, 0], [1, 1, 1]], bool)
    found = Trials(scores, relevant, valid, POSTERIOR).best_answers()
    # Beside none of 3, of 2 and of 3: 9 of 11 and 3 of 4 are right, 99 of 101 is wrong.
    three, two = 3**SHARPNESS, 2**SHARPNESS
    errors = (1 - 9 / (11 + three)) + (1 - 3 / (4 + two)) + 99 / (101 + three)
    assert found.error == pytest.approx(errors / 3)


def test_true_pairs_weigh_as_much_as_all_wrong_ones():
    scores = np.log([[3.0, 1 / 3, 1 / 3, 1 / 3]])
    relevant = np.array([[True, False, False, False]])
    found = Trials(scores, relevant, np.ones_like(relevant), POSTERIOR).pairs()
    assert found.weights[[2, 7]] == pytest.approx([0.5, 0.5])
    assert found.error == pytest.approx(0.25)


@settings(deadline=None)
@given(made(), st.randoms(use_true_random=False))
def test_copies_of_references_change_no_answer(trials, random):
    n_references = trials.scores.shape[1]
    names = [f"{i:02}" for i in range(n_references)]
    copied = [random.randrange(n_references) for _ in range(random.randint(0, 8))]
    columns = [*range(n_references), *copied]
    more = Trials(
        trials.scores[:, columns],
        trials.relevant[:, columns],
        trials.valid[:, columns],
        POSTERIOR,
        np.array([names[i] for i in columns]),
    )
    for one, other in zip(more.acceptance(), trials.acceptance(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert more.reliability()["best_answers"] == trials.reliability()["best_answers"]
