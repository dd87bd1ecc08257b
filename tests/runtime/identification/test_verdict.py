import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.identification.verdict import LEAD, PROBABLE, Verdict, verdict_on


@pytest.mark.parametrize(
    ("probabilities", "verdict"),
    [
        ([0.5, 0.5], "match"),
        ([0.4999, 0.0], "probable"),
        ([0.37, 0.02], "probable"),
        ([0.37, 0.2], "none"),
        ([PROBABLE, PROBABLE / LEAD], "probable"),
        ([0.24], "none"),
        ([0.3], "probable"),
        ([], "none"),
    ],
)
def test_verdicts(probabilities: list[float], verdict: str) -> None:
    assert verdict_on(probabilities) == verdict


@given(st.lists(st.floats(0, 1), max_size=5).map(lambda found: sorted(found, reverse=True)))
def test_a_lower_threshold_only_ever_names_more(found: list[float]) -> None:
    strict, lenient = verdict_on(found, 0.7), verdict_on(found, 0.2)
    if strict is Verdict.MATCH:
        assert lenient is Verdict.MATCH
    if lenient is Verdict.NONE:
        assert strict is Verdict.NONE


def test_with_a_threshold_of_zero_whatever_is_there_is_named() -> None:
    assert verdict_on([0.0], 0.0) is Verdict.MATCH
    assert verdict_on([], 0.0) is Verdict.NONE
