"""Works known to be likelier: their odds rise by a factor, and the others are no answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.known_works import KnownWorks, raise_odds
from samesong.runtime.identification.retrieval import Contender, Recording, TrackEvidence
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window

WINDOW = Window(0.0, 1.0, DeepSequences((), np.ones(1, np.float32)), np.ones((1, 12)))


def contender(work: str, probability: float) -> Contender:
    track = TrackInfo(f"track of {work}", work, None, None, None, "", 200.0, work_id=work)
    return Contender(work, probability, [Recording(track, TrackEvidence(0.0, 0.0, WINDOW, 0))])


shares = st.lists(st.floats(0.001, 1), min_size=2, max_size=8).map(
    lambda drawn: [one / sum(drawn) for one in drawn]
)


@given(shares, st.sets(st.integers(0, 7)), st.floats(1, 50))
def test_odds_against_none_of_them_rise_by_the_factor(
    drawn: list[float], likelier: set[int], odds: float
) -> None:
    *named, none = drawn
    contenders = [contender(str(i), share) for i, share in enumerate(named)]
    ordered = raise_odds(contenders, lambda one: int(one.work_id) in likelier, odds)
    assert [one.probability for one in ordered] == sorted(
        (one.probability for one in ordered), reverse=True
    )
    found = {one.work_id: one.probability for one in ordered}
    left = 1 - sum(found.values())
    for i, before in enumerate(named):
        factor = odds if i in likelier else 1.0
        assert found[str(i)] * none == pytest.approx(factor * before * left, rel=1e-6, abs=1e-12)


def test_other_works_are_no_answer() -> None:
    known = KnownWorks(frozenset({"a", "c"}), 3.0)
    found = known.among([contender("b", 0.5), contender("a", 0.2), contender("c", 0.1)])
    assert [(one.work_id, round(one.probability, 6)) for one in found] == [
        ("a", 0.375),
        ("c", 0.1875),
    ]
