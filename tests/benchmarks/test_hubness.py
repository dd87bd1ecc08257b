import numpy as np
import pytest
from hubness import corrected, hubness
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

LOG_ODDS = st.floats(-50, 50)


@st.composite
def measured(draw):
    """Evidence of some tracks against a cohort, and the works of both."""
    n_tracks, n_cohort = draw(st.integers(1, 6)), draw(st.integers(0, 8))
    work = st.sampled_from("abcd")
    return (
        draw(arrays(float, (n_tracks, n_cohort), elements=LOG_ODDS)),
        draw(st.lists(work, min_size=n_tracks, max_size=n_tracks)),
        draw(st.lists(work, min_size=n_cohort, max_size=n_cohort)),
    )


@given(measured(), st.integers(1, 5))
def test_hubness_is_the_mean_of_the_best_against_other_works(given_, nearest):
    evidence, works, cohort = given_
    made = hubness(evidence, works, cohort, nearest)
    for row, work, value in zip(evidence, works, made, strict=True):
        others = [e for e, other in zip(row, cohort, strict=True) if other != work]
        best = sorted(others, reverse=True)[:nearest]
        if best:
            assert value == pytest.approx(np.mean(best))
        else:
            assert np.isnan(value)


@given(measured(), st.floats(-50, 50))
def test_versions_of_a_work_do_not_count(given_, change):
    evidence, works, cohort = given_
    own = np.asarray(works)[:, None] == np.asarray(cohort)[None, :]
    np.testing.assert_array_equal(
        hubness(np.where(own, change, evidence), works, cohort, 3),
        hubness(evidence, works, cohort, 3),
    )


@given(arrays(float, 7, elements=LOG_ODDS), arrays(float, (3, 7), elements=LOG_ODDS))
def test_a_hub_loses_and_the_median_track_stays(hubs, evidence):
    made = corrected(evidence, hubs, 0.75)
    median = np.median(hubs)
    assert (made[:, hubs > median] <= evidence[:, hubs > median]).all()
    assert (made[:, hubs < median] >= evidence[:, hubs < median]).all()
    np.testing.assert_array_equal(made[:, hubs == median], evidence[:, hubs == median])


@given(arrays(float, 5, elements=LOG_ODDS), st.floats(-20, 20))
def test_what_all_tracks_share_changes_nothing(hubs, shift):
    evidence = np.arange(5.0)
    np.testing.assert_allclose(
        corrected(evidence, hubs + shift, 0.5), corrected(evidence, hubs, 0.5), atol=1e-9
    )


def test_tracks_of_unknown_hubness_stay():
    evidence = np.arange(4.0)
    made = corrected(evidence, np.array([np.nan, 1.0, 3.0, 2.0]), 1.0)
    np.testing.assert_array_equal(made, [0, 2, 1, 3])
    np.testing.assert_array_equal(corrected(evidence, np.full(4, np.nan), 1.0), evidence)


def test_no_weight_no_change():
    evidence = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(corrected(evidence, np.array([1.0, 5.0, 9.0]), 0.0), evidence)


def test_a_hub_no_longer_hides_the_right_track():
    # The last track resembles each query more than its own version does, and all other tracks.
    evidence = np.array([[2.0, -3.0, 3.0], [-3.0, 2.0, 3.0]])
    against_cohort = np.array([[-3.0, -2.0, -4.0], [-4.0, -3.0, -3.0], [3.0, 2.0, 4.0]])
    works, cohort = ["a", "b", "hub"], ["x", "y", "z"]
    hubs = hubness(against_cohort, works, cohort, 3)
    assert evidence.argmax(axis=1).tolist() == [2, 2]
    assert corrected(evidence, hubs, 0.75).argmax(axis=1).tolist() == [0, 1]
