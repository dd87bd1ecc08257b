"""The time left is true within a third, whatever bursts work is reported in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.server.pace import Pace


def steps(starting: float, bursts: int, jitter: list[float]) -> list[float]:
    """Return the seconds of each burst of work: the first one loads things, all differ a little."""
    return [10.0 * jitter[i % len(jitter)] + (starting if i == 0 else 0.0) for i in range(bursts)]


@given(
    st.floats(0, 60),
    st.integers(8, 60),
    st.integers(1, 4),
    st.lists(st.floats(0.9, 1.1), min_size=1, max_size=7),
)
def test_it_is_true_within_a_third(
    starting: float, bursts: int, in_each: int, jitter: list[float]
) -> None:
    spent = steps(starting, bursts, jitter)
    end, now, pace = 1000.0 + sum(spent), 1000.0, Pace()
    for burst, seconds in enumerate(spent):
        if burst > 3:  # also while nothing is reported
            for moment in (now, now + seconds / 2):
                left = pace.seconds_left(moment)
                assert left is not None
                # A burst in the middle of which it is asked may be a tenth longer than others.
                assert abs(left - (end - moment)) <= (end - moment) / 3 + 3
        now += seconds
        for part in range(in_each):
            pace.report((burst + (part + 1) / in_each) / bursts, now + part * 0.01)


def test_it_says_nothing_before_it_can_tell() -> None:
    pace = Pace()
    assert pace.seconds_left(5.0) is None
    for done in (0.1, 0.1, 0.2, 0.3):
        pace.report(done, 100.0 * done)
        assert pace.seconds_left(30.0) is None
    pace.report(0.4, 40.0)
    assert pace.seconds_left(40.0) == pytest.approx(60.0)
    assert pace.seconds_left(1000.0) == 0.0
