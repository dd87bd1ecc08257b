import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.identification.version_finder import least_evidence
from samesong.runtime.inference.fitted import VersionParameters

PARAMETERS = VersionParameters(
    fitted_on="nothing",
    twin_cosine=0.8,
    speed_gain=0.3,
    coarse=8.0,
    evidence=6.0,
    per_tenfold=1.5,
)


@pytest.mark.parametrize(
    ("n_tracks", "bar"), [(0, 6.0), (1, 6.0), (100, 6.0), (1000, 7.5), (100_000, 10.5)]
)
def test_the_bar_rises_with_each_tenfold_of_tracks(n_tracks: int, bar: float) -> None:
    assert least_evidence(n_tracks, PARAMETERS) == pytest.approx(bar)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_more_tracks_never_lower_the_bar(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert least_evidence(fewer, PARAMETERS) <= least_evidence(more, PARAMETERS)
