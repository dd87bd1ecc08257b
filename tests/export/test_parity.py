import copy

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from samesong.export.parity import RANDOM_FRAMES, TOLERANCE, difference, random_pairs
from samesong.features.errors import MismatchError

pytestmark = pytest.mark.training


@pytest.fixture
def network(checkpoint):
    return checkpoint.network()


@pytest.fixture(scope="module")
def pairs():
    """One short pair, which is enough to tell networks apart."""
    return [tuple(side[:, :, :40] for side in random_pairs(72)[2])]


def test_random_pairs_are_noise_of_several_lengths_and_always_the_same():
    pairs = random_pairs(72)
    assert [query.shape for query, _ in pairs] == [(3, 72, frames) for frames in RANDOM_FRAMES]
    for (query, reference), (again, _) in zip(pairs, random_pairs(72), strict=True):
        np.testing.assert_array_equal(query, again)
        assert query.dtype == reference.dtype == np.float32
        assert abs(float(reference.std()) - 1) < 0.02


def test_the_exported_graphs_are_the_network(network, graphs, pairs):
    assert 0 <= difference(network, *graphs, pairs) <= 1e-5


@pytest.mark.parametrize(
    "name",
    ["branch.blocks.3.0.weight", "branch.projections.0.2.bias", "branch.embedding.1.weight",
     "scorer.fine.layers.1.weight", "scorer.head.6.bias"],
)  # fmt: skip
def test_any_other_weights_are_found_out(network, graphs, pairs, name):
    other = copy.deepcopy(network)
    with torch.no_grad():
        other.get_parameter(name).add_(0.5)
    with pytest.raises(MismatchError, match=r"differ by .*, more than 1e-04: do not use"):
        difference(other, *graphs, pairs)


@pytest.mark.parametrize("part", ["branch.embedding.1.bias", "scorer.head.6.bias"])
def test_what_is_no_number_is_found_out(network, graphs, pairs, part):
    with torch.no_grad():
        network.get_parameter(part).fill_(float("nan"))
    with pytest.raises(MismatchError, match="differ by nan"):
        difference(network, *graphs, pairs)


def test_a_difference_just_above_rounding_counts(network, graphs, pairs):
    with torch.no_grad():
        bias = network.scorer.head[6].bias
        bias.add_(8 * TOLERANCE)  # of which the sigmoid leaves up to a quarter
    with pytest.raises(MismatchError):
        difference(network, *graphs, pairs)
