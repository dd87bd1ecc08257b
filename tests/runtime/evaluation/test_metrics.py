import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.evaluation.metrics import NAMES, open_set_metrics, retrieval_metrics


def naive_metrics(scores, relevant, valid):
    """The definitions, one reference at a time; of equal scores the wrong reference goes first."""
    table = []
    for query in range(len(scores)):
        ranked = sorted(
            (r for r in range(scores.shape[1]) if valid[query, r]),
            key=lambda r: (-scores[query, r], relevant[query, r]),
        )
        hits = [rank for rank, r in enumerate(ranked, 1) if relevant[query, r]]
        if hits:
            precision = np.mean([sum(h <= hit for h in hits) / hit for hit in hits])
            top = [hits[0] <= k for k in (1, 5, 10)]
            table.append([precision, hits[0], 1 / hits[0], *top])
    return dict(zip(NAMES, np.mean(table, axis=0), strict=True)) if table else {}


@st.composite
def tasks(draw):
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 15)))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = generator.integers(0, draw(st.sampled_from([2, 5, 1000])), shape) / 10
    return scores, generator.random(shape) < 0.2, generator.random(shape) < 0.9


def measured(*task):
    metrics = retrieval_metrics(*task, resamples=20)
    return {name: interval.value for name, interval in metrics.values.items()}


@given(tasks())
def test_metrics_agree_with_their_definitions(task):
    scores, relevant, valid = task
    metrics = retrieval_metrics(*task, resamples=20)
    expected = naive_metrics(*task)
    assert {name: i.value for name, i in metrics.values.items()} == pytest.approx(expected)
    assert metrics.n_queries == (relevant & valid).any(axis=1).sum()
    assert metrics.n_queries + metrics.n_left_out == len(scores)
    assert metrics.n_references == valid.sum(axis=1).max()


@given(tasks())
def test_only_the_order_of_scores_counts(task):
    scores, relevant, valid = task
    assert measured(np.exp(2 * scores) - 7, relevant, valid) == measured(*task)


@given(tasks(), st.randoms(use_true_random=False))
def test_the_order_of_references_does_not_count(task, random):
    order = list(range(task[0].shape[1]))
    random.shuffle(order)
    shuffled = [matrix[:, order] for matrix in task]
    assert measured(*shuffled) == pytest.approx(measured(*task))


@given(tasks())
def test_a_perfect_ranking_is_perfect(task):
    _, relevant, valid = task
    found = measured(relevant.astype(float), relevant, valid)
    assert not found or found == dict.fromkeys(NAMES, 1.0)


@given(tasks())
def test_intervals_hold_their_value_and_stay_in_range(task):
    for name, interval in retrieval_metrics(*task, resamples=200).values.items():
        assert interval.low <= interval.value <= interval.high or name in ("mAP", "MR1", "MRR")
        assert interval.low <= interval.high
        if name != "MR1":
            assert interval.low >= 0
            assert interval.high <= 1


def test_an_interval_is_that_of_a_mean_of_many_queries():
    generator = np.random.default_rng(3)
    hit = generator.random(400) < 0.7
    scores = np.stack([hit, ~hit], axis=1).astype(float)
    relevant = np.tile([True, False], (400, 1))
    top1 = retrieval_metrics(scores, relevant).values["top1"]
    error = 1.96 * np.sqrt(top1.value * (1 - top1.value) / 400)
    assert top1.low == pytest.approx(top1.value - error, abs=0.01)
    assert top1.high == pytest.approx(top1.value + error, abs=0.01)


def test_the_same_seed_gives_the_same_interval():
    generator = np.random.default_rng(4)
    task = generator.random((30, 30)), generator.random((30, 30)) < 0.1
    assert retrieval_metrics(*task) == retrieval_metrics(*task)
    assert retrieval_metrics(*task, seed=1) != retrieval_metrics(*task)


def test_a_constant_score_ranks_the_true_reference_last():
    metrics = retrieval_metrics(np.ones((1, 8)), np.arange(8)[None] == 0)
    assert metrics.values["MR1"].value == 8


def test_without_any_query_there_are_no_values():
    metrics = retrieval_metrics(np.ones((3, 2)), np.zeros((3, 2), bool))
    assert metrics.to_dict() == {
        "n_queries": 0,
        "n_left_out": 3,
        "n_references": 2,
        **dict.fromkeys(NAMES),
    }


def test_values_are_told_with_their_interval():
    told = retrieval_metrics(np.eye(3), np.eye(3, dtype=bool)).to_dict()
    assert told["mAP"] == pytest.approx({"value": 1.0, "low": 0.4385, "high": 1.0}, abs=1e-4)
    assert told["MR1"] == pytest.approx({"value": 1.0, "low": 1.0, "high": 2.2805}, abs=1e-3)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_not_finite_are_refused(bad):
    with pytest.raises(ValueError, match="finite"):
        retrieval_metrics(np.array([[0.5, bad]]), np.array([[True, False]]))


def test_matrices_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match="one shape"):
        retrieval_metrics(np.ones((2, 3)), np.ones((3, 2), bool))


def naive_shares(scores, relevant, valid, threshold):
    """The definitions, one query at a time."""
    accepted, false = [], []
    for query in range(len(scores)):
        counted = [r for r in range(scores.shape[1]) if valid[query, r]]
        right = [scores[query, r] for r in counted if relevant[query, r]]
        wrong = [scores[query, r] for r in counted if not relevant[query, r]]
        if right and wrong:
            accepted.append(max(right) > max(wrong) and max(right) >= threshold)
            false.append(max(wrong) >= threshold)
    return np.mean(accepted), np.mean(false)


def askable(task):
    """Whether a query has a true reference and a wrong one."""
    _, relevant, valid = task
    return ((relevant & valid).any(axis=1) & (~relevant & valid).any(axis=1)).any()


@given(tasks().filter(askable), st.floats(0, 1))
def test_open_set_shares_agree_with_their_definitions(task, threshold):
    found = open_set_metrics(*task, threshold=threshold, resamples=20)
    shares = found.accepted.value, found.false_accepts.value
    assert shares == pytest.approx(naive_shares(*task, threshold))


@given(tasks().filter(askable), st.floats(0, 0.9))
def test_the_threshold_is_the_lowest_that_accepts_few_enough_wrongly(task, most):
    found = open_set_metrics(*task, false_accepts=most, resamples=20)
    assert found.false_accepts.value <= most
    lower = np.nextafter(found.threshold, -np.inf)
    assert naive_shares(*task, lower)[1] > most


def test_accepting_songs_that_are_there_and_refusing_those_that_are_not():
    # The third query finds its song, but not more surely than the second one finds another.
    scores = np.array([[0.9, 0.1, 0.2], [0.6, 0.5, 0.1], [0.1, 0.2, 0.6]])
    found = open_set_metrics(scores, np.eye(3, dtype=bool), false_accepts=0.01)
    assert found.n_queries == 3
    assert found.threshold == pytest.approx(0.6)
    assert found.accepted.value == pytest.approx(1 / 3)
    assert found.false_accepts.value == 0
    lenient = open_set_metrics(scores, np.eye(3, dtype=bool), false_accepts=0.34)
    assert lenient.threshold == pytest.approx(0.2)
    assert lenient.accepted.value == pytest.approx(2 / 3)
    assert lenient.to_dict()["false_accepts"]["value"] == pytest.approx(1 / 3)


def test_scores_may_change_when_the_true_references_are_left_out():
    scores = np.array([[0.9, 0.05], [0.1, 0.8]])
    left_out = np.array([[0.0, 0.3], [0.6, 0.0]])
    found = open_set_metrics(scores, np.eye(2, dtype=bool), left_out=left_out, threshold=0.5)
    assert found.accepted.value == 1
    assert found.false_accepts.value == 0.5


def test_an_open_set_needs_a_query_with_a_true_and_a_wrong_reference():
    with pytest.raises(ValueError, match="true reference and a wrong one"):
        open_set_metrics(np.ones((2, 1)), np.ones((2, 1), bool))


def test_few_queries_that_are_all_right_leave_room_for_doubt():
    found = open_set_metrics(np.eye(4), np.eye(4, dtype=bool), threshold=0.5)
    assert (found.accepted.value, found.accepted.high) == (1.0, 1.0)
    assert found.accepted.low == pytest.approx(0.5101, abs=1e-4)
    assert found.false_accepts.value == found.false_accepts.low == 0
    assert found.false_accepts.high == pytest.approx(0.4899, abs=1e-4)
    chosen = open_set_metrics(np.eye(4), np.eye(4, dtype=bool))
    assert chosen.accepted.low <= found.accepted.low
    for name, interval in retrieval_metrics(np.eye(4), np.eye(4, dtype=bool)).values.items():
        assert interval.low < interval.high, name
