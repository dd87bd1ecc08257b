import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch

from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.matching.alignment_score import path_gains
from samesong.training.soft_alignment import soft_alignment_scores

pytestmark = pytest.mark.training

PARAMETERS = starting_values().alignment


@given(st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 12)), st.integers(0, 1000))
def test_cold_it_is_the_score_of_the_runtime(shape, seed):
    csms = np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)
    cells = np.ascontiguousarray(csms.transpose(1, 2, 0))
    expected = path_gains(cells, PARAMETERS.cell_threshold, PARAMETERS.skip_share)
    found = soft_alignment_scores(torch.from_numpy(csms), PARAMETERS, 1e-3)
    np.testing.assert_allclose(found.square(), expected, atol=0.02)


def random_csms(seed, shape=(2, 9, 7)):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64) * 2 - 1


def test_gradients_are_those_of_small_differences():
    csms = random_csms(2).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: soft_alignment_scores(x, PARAMETERS, 0.3), csms)


@given(st.integers(0, 1000))
def test_the_warmer_the_more_ways_add_to_a_path(seed):
    cold, warm = (soft_alignment_scores(random_csms(seed), PARAMETERS, t) for t in (0.01, 0.5))
    assert (warm >= cold - 1e-6).all()


def test_following_the_gradient_makes_a_weak_diagonal_stand_out():
    steps = torch.arange(6, 24)
    csms = 0.3 * random_csms(5, (1, 30, 30))
    csms[0, steps, steps] += 0.3
    csms.requires_grad_()
    before = soft_alignment_scores(csms, PARAMETERS, 0.2)
    (slope,) = torch.autograd.grad(before.sum(), csms)
    brighter = csms.detach() + 0.1 * slope
    assert soft_alignment_scores(brighter, PARAMETERS, 0.2) > before
    assert slope[0, steps, steps].mean() > slope.abs().mean()
