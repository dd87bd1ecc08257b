import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.identification.posterior import BEHIND, RIVALS
from samesong.runtime.identification.posterior import posterior_rows as rows_by
from samesong.runtime.identification.posterior import posteriors as posteriors_by
from samesong.runtime.inference.fitted import PosteriorParameters

SHARPNESS, CAP = 0.8, 6
PARAMETERS = PosteriorParameters(fitted_on="Nothing.", sharpness=SHARPNESS, none_cap=CAP)
WEIGHT, USUAL = 0.7, -2.0
CHANCE = PARAMETERS.model_copy(update={"chance_weight": WEIGHT, "usual_chance": USUAL})


def posteriors(evidence, n_tracks, parameters=PARAMETERS):
    return posteriors_by(evidence, n_tracks, parameters)


def posterior_rows(evidence, valid):
    return rows_by(evidence, valid, PARAMETERS)


EVIDENCE = st.lists(st.floats(-500, 500), min_size=1, max_size=20).map(np.array)


def test_one_track_that_is_as_likely_as_not_leaves_none_as_likely():
    np.testing.assert_allclose(posteriors(np.array([0.0]), 1), [0.5])


@pytest.mark.parametrize(("n_tracks", "none"), [(5, 5), (1000, CAP)])
def test_bayes_rule_by_hand(n_tracks, none):
    ratios = np.array([9, 1, 1 / 9])
    found = posteriors(np.log(ratios) / SHARPNESS, n_tracks)
    # On average, the log-odds of the two others are those of 1/3.
    total = ratios.sum() + (min(n_tracks, RIVALS) - 3) / 3
    np.testing.assert_allclose(found, ratios / (total + none**SHARPNESS))


def test_what_chance_reaches_makes_none_likelier_by_hand():
    evidence = np.linspace(3, -6, BEHIND + 3)
    none = np.log(CAP) + WEIGHT * (evidence[1 : 1 + BEHIND].mean() - USUAL)
    ratios = np.exp(SHARPNESS * evidence)
    found = posteriors(evidence, len(evidence), CHANCE)
    np.testing.assert_allclose(found, ratios / (ratios.sum() + np.exp(SHARPNESS * none)))


def test_chance_is_the_usual_one_where_few_works_are_behind():
    evidence = np.linspace(3, -6, BEHIND)
    found = posteriors(evidence, len(evidence), CHANCE)
    np.testing.assert_array_equal(found, posteriors(evidence, len(evidence)))


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=20), st.data())
def test_a_work_that_is_likelier_makes_no_better_one_likelier(evidence, data):
    best, *behind = sorted(evidence, reverse=True)
    place = data.draw(st.integers(0, len(behind) - 1))
    raised = list(behind)
    raised[place] = data.draw(st.floats(behind[place], best))
    before, after = (
        posteriors(np.array([best, *some]), len(evidence), CHANCE)[0] for some in (behind, raised)
    )
    assert after <= before * (1 + 1e-9)


def test_no_track_at_all_gives_no_answer():
    assert posteriors(np.empty(0), 0).shape == (0,)


@pytest.mark.parametrize("parameters", [PARAMETERS, CHANCE])
@given(EVIDENCE, st.integers(0, 1000))
def test_order_stays_and_something_is_left_for_none(parameters, evidence, others):
    found = posteriors(evidence, len(evidence) + others, parameters)
    assert (np.diff(found[np.argsort(evidence, kind="stable")]) >= 0).all()
    assert (found >= 0).all()
    assert found.sum() <= 1 + 1e-12


@given(st.lists(st.floats(-20, 20), min_size=2, max_size=20).map(np.array))
def test_the_same_evidence_says_less_beside_more_tracks(evidence):
    alone = posteriors(evidence[:1], 1)[0]
    assert posteriors(evidence, len(evidence))[0] < alone


def test_what_is_behind_the_best_rivals_changes_nothing():
    evidence = np.linspace(2, -5, RIVALS + 100)
    best = posteriors(evidence[:RIVALS], 1000)
    np.testing.assert_allclose(posteriors(evidence, 1000)[:RIVALS], best)


def test_tracks_that_were_not_compared_count_as_the_average_of_all_but_the_best():
    evidence = np.append(9.0, np.linspace(3, -2, RIVALS // 2 - 1))
    filled = np.concatenate([evidence, np.full(RIVALS // 2, 0.5)])
    found = posteriors(evidence, 1000)
    np.testing.assert_allclose(found, posteriors(filled, 1000)[: len(evidence)])
    assert posteriors(evidence, len(evidence))[0] > found[0]


def test_one_track_compared_of_many_is_weighed_against_tracks_of_which_nothing_is_known():
    filled = np.append(4.0, np.zeros(RIVALS - 1))
    np.testing.assert_allclose(posteriors(filled[:1], 1000), posteriors(filled, 1000)[:1])


def test_two_tracks_that_fit_alike_share_the_answer():
    assert posteriors(np.array([400.0, 400.0]), 2).tolist() == pytest.approx([0.5, 0.5])


def test_each_query_weighs_the_tracks_that_are_valid_for_it():
    evidence = np.array([[2.0, 0.5, -1.0], [-2.0, 0.6, 0.7]])
    valid = np.array([[True, False, True], [True, True, True]])
    found = posterior_rows(evidence, valid)
    np.testing.assert_allclose(found[0, [0, 2]], posteriors(evidence[0, [0, 2]], 2))
    assert found[0, 1] == 0
    np.testing.assert_allclose(found[1], posteriors(evidence[1], 3))


def test_a_track_that_was_not_compared_still_counts_among_the_tracks():
    evidence = np.array([[2.0, -np.inf, -1.0, 0.5]])
    valid = np.array([[True, True, True, False]])
    found = posterior_rows(evidence, valid)
    assert found[0, [1, 3]].tolist() == [0, 0]
    np.testing.assert_allclose(found[0, [0, 2]], posteriors(evidence[0, [0, 2]], 3))
