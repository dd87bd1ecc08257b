from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.setlist.sections import ENCORE_GAP, SET_GAP, sections


def spans(*gaps: float) -> list[tuple[float, float]]:
    """Return songs of 200 s with these gaps between them."""
    found = [(0.0, 200.0)]
    for gap in gaps:
        found.append((found[-1][1] + gap, found[-1][1] + gap + 200))
    return found


def test_a_long_gap_begins_a_set_and_calls_an_encore() -> None:
    gaps = [20, SET_GAP, 20, 20, ENCORE_GAP, 20, ENCORE_GAP + 30]
    applause = [10, 30, 10, 10, 50, 10, 60]
    assert sections(spans(*gaps), applause) == [
        *["Set 1"] * 2,
        *["Set 2"] * 3,
        *["Encore"] * 2,
        "Encore 2",
    ]


@pytest.mark.parametrize(
    ("gaps", "applause"),
    [
        ([20, 20, ENCORE_GAP], [10, 10, 20]),  # somebody talks
        ([20, 20, ENCORE_GAP - 1], [10, 10, 50]),
        ([ENCORE_GAP, 20, 20], [50, 10, 10]),  # most of the concert is still to come
        ([], []),
    ],
)
def test_other_gaps_divide_nothing(gaps: list[float], applause: list[float]) -> None:
    assert sections(spans(*gaps), applause) == [None] * (len(gaps) + 1)


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(0, 1)), max_size=12))
def test_sections_change_only_at_long_gaps(drawn: list[tuple[float, float]]) -> None:
    gaps = [gap for gap, _ in drawn]
    songs = spans(*gaps)
    names = sections(songs, [gap * share for gap, share in drawn])
    assert len(names) == len(songs)
    for (one, other), gap in zip(pairwise(names), gaps, strict=True):
        assert one == other or gap >= ENCORE_GAP
