import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from samesong.runtime.matching.pooling import pooled

TEMPERATURE = 2.5

EVIDENCE = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 9)),
    elements=st.floats(-40, 40, width=32),
)


@given(EVIDENCE, st.data())
def test_each_recording_is_the_mean_of_exponentials_over_its_windows(evidence, data):
    count = evidence.shape[1]
    inner = data.draw(st.sets(st.integers(1, count - 1)) if count > 1 else st.just(set()))
    firsts = np.array([0, *sorted(inner)])
    found = pooled(evidence, firsts, TEMPERATURE)
    for value, columns in zip(found, np.split(evidence, firsts[1:], axis=1), strict=True):
        expected = TEMPERATURE * np.log(np.mean(np.exp(columns / TEMPERATURE)))
        np.testing.assert_allclose(value, expected, atol=1e-9)


@given(EVIDENCE)
def test_it_lies_between_the_mean_and_the_maximum(evidence):
    (found,) = pooled(evidence, np.array([0]), TEMPERATURE)
    assert evidence.mean() - 1e-9 <= found <= evidence.max() + 1e-9


@given(st.floats(-40, 40))
def test_one_pair_of_windows_stays_as_it_is(value):
    np.testing.assert_allclose(
        pooled(np.array([[value]]), np.array([0]), TEMPERATURE), [value], atol=1e-9
    )


def test_a_match_in_one_of_many_windows_is_worth_less_than_in_all():
    once, always = np.zeros((1, 5)), np.full((1, 5), 10.0)
    once[0, 2] = 10.0
    assert (
        0
        < pooled(once, np.array([0]), TEMPERATURE)[0]
        < pooled(always, np.array([0]), TEMPERATURE)[0]
    )
