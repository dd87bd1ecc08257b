import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch

from samesong.features.pooled import PooledFrontEnd
from samesong.runtime.matching import cross_similarity
from samesong.training.loss import (
    PairObjective,
    all_pairs_alignment,
    all_pairs_late_interaction,
    contrast,
    late_interaction,
)
from samesong.training.network import SiameseNetwork
from samesong.training.presets import PRESETS

pytestmark = pytest.mark.training


def unit_rows(seed, *shape):
    rows = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.normalize(rows, dim=-1)


def naive_late_interaction(queries, references):
    """Steps averaged in twos and scaled to length 1; each matched with its best, both ways."""

    def in_twos(steps):
        pairs = [steps[i : i + 2].mean(axis=0) for i in range(0, len(steps), 2)]
        return [pair / np.linalg.norm(pair) for pair in pairs]

    result = np.zeros((len(queries), len(references)))
    for a, query in enumerate(queries):
        for b, reference in enumerate(references):
            left, right = in_twos(query), in_twos(reference)
            forth = np.mean([max(float(x @ y) for y in right) for x in left])
            back = np.mean([max(float(x @ y) for x in left) for y in right])
            result[a, b] = forth + back
    return result


@settings(deadline=None)
@given(
    shape=st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9)),
    seed=st.integers(0, 1000),
)
def test_late_interaction_is_that_of_the_runtime(shape, seed):
    csms = np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)
    expected = cross_similarity.late_interaction(csms)
    found = late_interaction(torch.from_numpy(csms))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    # Leading axes may be any.
    np.testing.assert_allclose(
        late_interaction(torch.from_numpy(csms)[None])[0], expected, atol=1e-6
    )


@settings(deadline=None)
@given(
    sizes=st.tuples(*[st.integers(1, 4)] * 2, *[st.integers(1, 9)] * 2, st.integers(2, 5)),
    seed=st.integers(0, 1000),
)
def test_late_interaction_equals_the_slow_sum_in_both_directions(sizes, seed):
    n_queries, n_references, query_steps, reference_steps, dim = sizes
    queries = unit_rows(seed, n_queries, query_steps, dim)
    references = unit_rows(seed + 1, n_references, reference_steps, dim)
    found = all_pairs_late_interaction(queries, references)
    expected = naive_late_interaction(queries.numpy(), references.numpy())
    np.testing.assert_allclose(found, expected, atol=1e-5)
    torch.testing.assert_close(found, all_pairs_late_interaction(references, queries).T)
    assert found.abs().max() <= 2 + 1e-5


def test_a_sequence_is_most_like_itself():
    sequences = unit_rows(1, 5, 8, 16)
    similarity = all_pairs_late_interaction(sequences, sequences)
    torch.testing.assert_close(similarity.diagonal(), torch.full((5,), 2.0))
    assert (similarity.argmax(dim=1) == torch.arange(5)).all()


def naive_contrast(similarity, scale):
    total = 0.0
    for matrix in (similarity, similarity.T):
        for i, row in enumerate(matrix):
            total -= math.log(math.exp(scale * row[i]) / sum(math.exp(scale * x) for x in row))
    return total / (2 * len(similarity))


@given(seed=st.integers(0, 1000), count=st.integers(2, 6), scale=st.floats(0.5, 10))
def test_contrast_is_the_mean_surprise_at_the_diagonal(seed, count, scale):
    similarity = np.random.default_rng(seed).uniform(-1, 1, (count, count))
    found = float(contrast(torch.from_numpy(similarity), scale))
    assert found == pytest.approx(naive_contrast(similarity, scale), rel=1e-6)


@given(seed=st.integers(0, 1000), count=st.integers(2, 6))
def test_contrast_is_smallest_for_the_identity(seed, count):
    similarity = torch.rand((count, count), generator=torch.Generator().manual_seed(seed))
    assert contrast(torch.eye(count), 5.0) <= contrast(similarity, 5.0)
    shuffled = torch.eye(count).roll(1, dims=0)
    assert contrast(torch.eye(count), 5.0) < contrast(shuffled, 5.0)


class WatchedScorer(torch.nn.Module):
    """A scorer that keeps the matrices it is given, and finds every pair equally likely."""

    def forward(self, *matrices):
        self.matrices = matrices
        return torch.zeros(len(matrices[0]), requires_grad=True)


@pytest.mark.parametrize("seed", range(6))
def test_the_scorer_is_asked_about_true_hardest_and_random_pairs(seed):
    count, steps = 5, 4
    live, studio = (
        (*(unit_rows(seed + side, count, steps, 8) for _ in range(4)), unit_rows(side, count, 8))
        for side in (0, 100)
    )
    scorer = WatchedScorer()
    losses = PairObjective()(scorer, live, studio, torch.Generator().manual_seed(seed))

    def pair_of(matrix):
        """Find the live and the studio version behind a matrix of the first level."""
        for i in range(count):
            for j in range(count):
                product = live[0][i] @ studio[0][j].T
                if torch.allclose(matrix, product, atol=1e-6):
                    return i, j, False
                if torch.allclose(matrix, product.T, atol=1e-6):
                    return i, j, True
        raise AssertionError("no two versions make this matrix")

    asked = [pair_of(matrix) for matrix in scorer.matrices[0]]
    assert len({turned for _, _, turned in asked}) == 1
    pairs = [(i, j) for i, j, _ in asked]
    late = naive_late_interaction(live[3].numpy(), studio[3].numpy())
    np.fill_diagonal(late, -np.inf)
    assert pairs[:5] == [(i, i) for i in range(count)]
    assert pairs[5:10] == [(i, int(late[i].argmax())) for i in range(count)]
    assert pairs[10:15] == [(int(late[:, j].argmax()), j) for j in range(count)]
    assert [i for i, _ in pairs[15:]] == list(range(count))
    assert all(i != j for i, j in pairs[15:])
    # Not knowing costs log 2, however many wrong pairs there are to each true one.
    assert float(losses.pair.detach()) == pytest.approx(math.log(2), rel=1e-5)


def test_the_scorer_is_asked_both_ways_round():
    live = (*(unit_rows(0, 3, 4, 8) for _ in range(4)), unit_rows(1, 3, 8))
    studio = (*(unit_rows(2, 3, 6, 8) for _ in range(4)), unit_rows(3, 3, 8))
    shapes = set()
    for seed in range(20):
        scorer = WatchedScorer()
        PairObjective()(scorer, live, studio, torch.Generator().manual_seed(seed))
        shapes.add(tuple(scorer.matrices[0].shape[1:]))
    assert shapes == {(4, 6), (6, 4)}


def test_the_total_is_the_weighted_sum():
    levels = (*(unit_rows(0, 3, 4, 8) for _ in range(4)), unit_rows(1, 3, 8))
    parts = [
        PairObjective(weight)(WatchedScorer(), levels, levels, torch.Generator().manual_seed(0))
        for weight in (0.0, 1.0, 2.0)
    ]
    for losses in parts:
        expected = losses.pair + losses.late + 0.5 * losses.embedding + losses.alignment
        torch.testing.assert_close(losses.total, expected)
    none, once, twice = (losses.alignment for losses in parts)
    torch.testing.assert_close(torch.stack([none, 2 * once]), torch.stack([0 * once, twice]))
    assert once > 0


def test_alignment_is_scored_for_every_pair():
    queries, references = unit_rows(1, 2, 12, 8), unit_rows(2, 3, 9, 8)
    references[1, :8] = queries[0, 2:10]
    scores = all_pairs_alignment(queries, references)
    assert scores.shape == (2, 3)
    assert scores.argmax() == 1


def test_the_loss_falls_when_one_batch_is_learned():
    torch.manual_seed(1)
    network, objective = (
        SiameseNetwork(PRESETS["tiny"], PooledFrontEnd.spec).train(),
        PairObjective(),
    )
    studio = torch.randn(6, 72, 32)
    live = studio + 0.5 * torch.randn(6, 72, 32)
    optimiser = torch.optim.AdamW([*network.parameters(), *objective.parameters()], lr=3e-3)
    totals = []
    for _ in range(25):
        generator = torch.Generator().manual_seed(0)
        losses = objective(network.scorer, network.branch(live), network.branch(studio), generator)
        optimiser.zero_grad()
        losses.total.backward()
        optimiser.step()
        totals.append(float(losses.total.detach()))
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in network.parameters())
    assert np.mean(totals[-3:]) < 0.6 * totals[0]
