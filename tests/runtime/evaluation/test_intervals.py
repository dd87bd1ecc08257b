from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.evaluation.intervals import Interval, bootstrapped, proportion


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [  # by scipy.stats.binomtest(right, count).proportion_ci(0.95, "wilson")
        (0, 10, 0.0, 0.27753279986288996),
        (10, 10, 0.72246720013711, 1.0),
        (3, 4, 0.30064184258240184, 0.9544127391902995),
        (1, 3, 0.06149194472039624, 0.7923403991979523),
        (62, 83, 0.6439770378335421, 0.8281476887288564),
    ],
)
def test_it_is_what_scipy_says(right: int, count: int, low: float, high: float) -> None:
    found = proportion(right / count, count)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_holds_what_a_score_test_would_not_refuse(drawn: tuple[int, int]) -> None:
    right, count = drawn
    share = float(Fraction(right, count))
    found = proportion(share, count)
    assert 0 <= found.low <= share <= found.high <= 1
    assert found.low < found.high
    for end in (found.low, found.high):
        if 0 < end < 1:
            # Where the share is as far from the end as the end's own deviations allow.
            assert abs(share - end) / sqrt(end * (1 - end) / count) == pytest.approx(1.96, abs=1e-3)


def test_percentiles_of_resamples() -> None:
    found = bootstrapped(0.5, np.linspace(0, 1, 1001))
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.025, 0.975))


def test_an_interval_reads_as_a_value_between_two() -> None:
    assert str(Interval(0.75, 0.5, 1.0)) == "0.750 (0.500 to 1.000)"
