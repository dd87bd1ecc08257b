import numpy as np
import pytest

pytest.importorskip("torch")

from open_set import first_match_error, measure, pair_error
from query_length import LENGTHS, by_length, position

from samesong.runtime.inference.fitted import PosteriorParameters
from samesong.runtime.representation.window import Window

pytestmark = pytest.mark.training


def test_certain_and_right_has_no_calibration_error():
    true = np.eye(4, dtype=bool)
    assert first_match_error(true.astype(float), np.zeros((4, 4)), true) == 0
    assert pair_error(np.where(true, np.inf, -np.inf), true) == 0


def test_first_matches_are_claims_with_and_without_the_song():
    scores = np.array([[0.9, 0.3], [0.5, 0.7]], np.float32)
    left_out = np.array([[0.0, 0.4], [0.6, 0.0]])
    # Four claims: .9 and .7 come true; without their songs, .4 and .6 do not.
    error = first_match_error(scores, left_out, np.eye(2, dtype=bool))
    assert error == pytest.approx((0.1 + 0.3 + 0.4 + 0.6) / 4)


def test_true_and_wrong_pairs_weigh_the_same():
    evidence = np.zeros((3, 3))  # as likely as not
    assert pair_error(evidence, np.eye(3, dtype=bool)) == pytest.approx(0)


def test_acceptance_is_measured_at_both_thresholds():
    # Likelihood ratios of 9 and 2/3, of 4 and 2, and two tracks.
    evidence = np.log([[9, 2 / 3], [4, 2]]) / 0.9
    parameters = PosteriorParameters(fitted_on="Nothing.", sharpness=0.9, none_cap=8)
    told = measure(evidence, np.eye(2, dtype=bool), parameters)
    assert told["accepted at the default threshold"].value == 0.5  # 9 / (9 + 2/3 + 1.9)
    assert told["false accepts at the default threshold"].value == 0.5  # 4 / (4 + 1)
    assert told["threshold for 1 % false accepts"] == pytest.approx(4 / 5)
    assert told["accepted at 1 % false accepts"].value == 0


def test_an_excerpt_lies_in_the_song_and_is_no_longer_than_it():
    rng = np.random.default_rng(1)
    slices = [position(100, 30.4, rng) for _ in range(200)]
    assert {part.stop - part.start for part in slices} == {30}
    assert min(part.start for part in slices) == 0
    assert max(part.stop for part in slices) == 100
    assert position(100, np.inf, rng) == slice(0, 100)


def test_every_length_is_measured_and_a_silent_excerpt_finds_nothing():
    asked = []

    def excerpt(query, seconds, rng):
        asked.append(rng.random())
        window = Window(0.0, float(query), sequences=None, chroma=None)
        return [window] if seconds > 10 else []

    def scores(windows):
        return np.eye(3, dtype=np.float32)[int(windows[0].end)]

    measured = by_length(excerpt, scores, np.eye(3, dtype=bool), seed=1)
    assert list(measured) == ["10 s", "20 s", "30 s", "60 s", "120 s", "full"]
    top1 = [metrics.values["top1"].value for metrics in measured.values()]
    assert top1 == [0, 1, 1, 1, 1, 1]
    assert len(set(asked)) == 3 * len(LENGTHS)


def test_a_recording_is_not_a_version_of_itself():
    window = Window(0.0, 0.0, sequences=None, chroma=None)
    pairs = np.kron(np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool))  # two works, recorded twice

    def itself_first(_windows):
        return np.array([3, 2, 1, 0], np.float32)

    measured = by_length(
        lambda *_: [window], itself_first, pairs, seed=1, valid=~np.eye(4, dtype=bool)
    )
    # The first is right for recordings 0 and 1, and wrong for 2 and 3, whose own work is last.
    assert measured["full"].values["top1"].value == 0.5
    assert measured["full"].values["mAP"].value == pytest.approx((1 + 1 + 1 / 3 + 1 / 3) / 4)
