"""Laws of probabilities over works, on random catalogs."""

from dataclasses import dataclass
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.contenders import weigh
from samesong.runtime.identification.retrieval import Contender, TrackEvidence
from samesong.runtime.identification.verdict import ACCEPTED, verdict_on
from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window

POSTERIOR = starting_values().posterior
QUERY = Window(0.0, 1.0, DeepSequences((), np.ones(1, np.float32)), np.ones((1, 12), np.float32))

WORKS = st.lists(st.lists(st.floats(-30, 30), min_size=1, max_size=5), min_size=1, max_size=90)
"""Log-odds of the recordings of each work."""


@dataclass(frozen=True)
class Recorded:
    """A recording of a random catalog."""

    work: str
    log_odds: float


def catalog_of(works: list[list[float]]) -> list[Recorded]:
    return [Recorded(f"work {i}", odds) for i, found in enumerate(works) for odds in found]


def weighed(recordings: list[Recorded], n_works: int) -> list[Contender]:
    names = [f"{number:03}" for number in range(len(recordings))]
    tracks = {
        name: TrackInfo(name, None, None, None, None, name, 200.0, work_id=one.work)
        for name, one in zip(names, recordings, strict=True)
    }
    found = {
        name: TrackEvidence(one.log_odds, one.log_odds, QUERY, 0)
        for name, one in zip(names, recordings, strict=True)
    }
    return weigh(found, tracks, n_works, POSTERIOR)


def probabilities(contenders: list[Contender]) -> dict[str, float]:
    return {one.work_id: one.probability for one in contenders}


@settings(max_examples=1000, deadline=None)
@given(WORKS, st.randoms(use_true_random=False), st.integers(0, 500))
def test_copies_of_any_recordings_change_no_probability_and_no_verdict(
    works: list[list[float]], random: Random, others: int
) -> None:
    recordings = catalog_of(works)
    copies = [random.choice(recordings) for _ in range(random.randint(1, 60))]
    before = weighed(recordings, len(works) + others)
    after = weighed(recordings + copies, len(works) + others)
    assert probabilities(after) == pytest.approx(probabilities(before), abs=1e-12)
    assert [one.work_id for one in after] == [one.work_id for one in before]
    verdicts = [verdict_on([one.probability for one in found]) for found in (before, after)]
    assert verdicts[0] is verdicts[1]


@settings(max_examples=1000, deadline=None)
@given(WORKS, st.lists(st.floats(-30, 30), min_size=1, max_size=5), st.data())
def test_another_version_accepts_nothing_but_its_own_work(
    works: list[list[float]], versions: list[float], data: st.DataObject
) -> None:
    mine = data.draw(st.integers(0, len(works) - 1))
    before = probabilities(weighed(catalog_of(works), len(works)))
    grown = [[*found, *versions] if i == mine else found for i, found in enumerate(works)]
    after = probabilities(weighed(catalog_of(grown), len(works)))
    own = f"work {mine}"
    assert after.get(own, 0.0) >= before.get(own, 0.0) - 1e-12
    for work, probability in after.items():
        if work != own and probability >= ACCEPTED:
            assert before[work] >= ACCEPTED


@settings(max_examples=1000, deadline=None)
@given(WORKS, st.randoms(use_true_random=False))
def test_the_order_of_recordings_changes_nothing(works: list[list[float]], random: Random) -> None:
    recordings = catalog_of(works)
    shuffled = random.sample(recordings, len(recordings))
    before, after = weighed(recordings, len(works)), weighed(shuffled, len(works))
    assert probabilities(after) == probabilities(before)
    assert [one.work_id for one in after] == [one.work_id for one in before]


@settings(max_examples=1000, deadline=None)
@given(WORKS, st.integers(0, 10_000))
def test_works_and_none_of_them_add_up_to_one(works: list[list[float]], others: int) -> None:
    found = weighed(catalog_of(works), len(works) + others)
    total = sum(one.probability for one in found)
    assert 0 <= total <= 1 + 1e-9
    assert [one.probability for one in found] == sorted(
        (one.probability for one in found), reverse=True
    )
    assert len({one.work_id for one in found}) == len(found)


def test_a_work_is_told_by_its_closest_recording_first() -> None:
    (one,) = weighed(catalog_of([[1.0, 5.0, 3.0]]), 1)
    assert [recording.found.evidence for recording in one.recordings] == [5.0, 3.0, 1.0]
    assert one.closest.track.track_id == "001"


def test_forty_copies_of_two_songs_name_no_absent_song() -> None:
    absent = [[0.5] * 40, [0.3] * 40, *([[-3.0]] * 12)]
    best, *_ = weighed(catalog_of(absent), len(absent))
    alone, *_ = weighed(catalog_of([found[:1] for found in absent]), len(absent))
    assert best.probability == alone.probability < ACCEPTED
