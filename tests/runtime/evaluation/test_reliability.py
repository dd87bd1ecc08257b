import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.evaluation.reliability import measure_reliability


def plain(probabilities, outcomes, weights, bins):
    """The error by its definition, claim by claim."""
    groups = {}
    for claim, true, weight in zip(probabilities, outcomes, weights, strict=True):
        place = max(i for i in range(bins) if i / bins <= claim or i == 0)
        groups.setdefault(place, []).append((claim, true, weight))
    total = sum(weights)
    error = 0.0
    for group in groups.values():
        weight = sum(w for _, _, w in group)
        if weight:
            claimed = sum(c * w for c, _, w in group) / weight
            observed = sum(t * w for _, t, w in group) / weight
            error += weight / total * abs(observed - claimed)
    return error


claims = st.lists(
    st.tuples(
        # Of sixty-fourths, so that edges are met exactly.
        st.integers(0, 64).map(lambda n: n / 64),
        st.booleans(),
        st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    ),
    min_size=1,
).filter(lambda rows: any(weight for _, _, weight in rows))


@settings(deadline=None)
@given(claims, st.sampled_from([1, 2, 4, 8, 16]))
def test_the_error_is_that_of_the_definition(rows, bins):
    probabilities, outcomes, weights = map(np.array, zip(*rows, strict=True))
    found = measure_reliability(probabilities, outcomes, weights, bins=bins)
    assert found.error == pytest.approx(plain(*zip(*rows, strict=True), bins), abs=1e-12)
    assert found.weights.sum() == pytest.approx(1)
    assert 0 <= found.error <= 1


@settings(deadline=None)
@given(claims)
def test_weights_are_as_if_claims_were_repeated(rows):
    probabilities, outcomes, weights = map(np.array, zip(*rows, strict=True))
    doubled = (2 * weights).astype(int)
    repeated = measure_reliability(np.repeat(probabilities, doubled), np.repeat(outcomes, doubled))
    weighted = measure_reliability(probabilities, outcomes, weights)
    assert weighted.error == pytest.approx(repeated.error, abs=1e-12)
    np.testing.assert_allclose(weighted.observed, repeated.observed)


def test_claims_that_come_true_as_often_as_they_say_have_little_error():
    generator = np.random.default_rng(0)
    claimed = generator.uniform(size=100_000)
    outcomes = generator.uniform(size=100_000) < claimed
    assert measure_reliability(claimed, outcomes).error < 0.01
    # Half of them overstated by a square root: the mean of sqrt(x) - x is 1/6.
    assert measure_reliability(np.sqrt(claimed), outcomes).error == pytest.approx(1 / 6, abs=0.01)


def test_it_is_told_as_json_without_empty_bins():
    told = measure_reliability(np.array([0.25, 1.0]), np.array([False, True]), bins=4).to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == {
        "ece": 0.125,
        "bins": [
            {"low": 0.25, "high": 0.5, "weight": 0.5, "claimed": 0.25, "observed": 0.0},
            {"low": 0.75, "high": 1.0, "weight": 0.5, "claimed": 1.0, "observed": 1.0},
        ],
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5], [True, False]), r"probabilities \(1,\), outcomes \(2,\)"),
        (([1.5], [True]), "from 0 to 1"),
        (([np.nan], [True]), "from 0 to 1"),
        (([], []), "not all 0"),
        (([0.5], [True], [-1.0]), "0 or above"),
        (([0.5], [True], [0.0]), "not all 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        measure_reliability(*map(np.array, arguments))


def test_no_bins_are_refused():
    with pytest.raises(ValueError, match="bins is 0"):
        measure_reliability(np.array([0.5]), np.array([True]), bins=0)
