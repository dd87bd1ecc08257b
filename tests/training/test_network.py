from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

import torch
from torch.utils.flop_counter import FlopCounterMode

from samesong.features.pooled import PooledFrontEnd
from samesong.training.branch import kernel_bins
from samesong.training.network import N_LEVELS, STRIDES, SiameseNetwork, cross_similarity
from samesong.training.presets import PRESETS
from samesong.training.scorer import MatrixEncoder

pytestmark = pytest.mark.training

SPEC = PooledFrontEnd.spec


def spectrogram(seed, batch=2, frames=60):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((batch, 72, frames), generator=generator)


def layers(module, kind):
    return [layer for layer in module.modules() if isinstance(layer, kind)]


@pytest.fixture(scope="module", params=["tiny", "tiny_compact", "paper"])
def preset(request):
    return PRESETS[request.param]


@pytest.fixture(scope="module")
def network(preset):
    """A network whose normalisations have seen data, as after training."""
    torch.manual_seed(1)
    network = SiameseNetwork(preset, SPEC).train()
    for layer in layers(network, torch.nn.modules.batchnorm._BatchNorm):
        layer.momentum = None  # the plain mean of what it sees, instead of a slow running one
    with torch.no_grad():
        for seed in range(3):
            levels = network.branch(spectrogram(seed))
            network.scorer(*cross_similarity(levels, levels))
    return network.eval()


def answer(network, *cqts):
    with torch.inference_mode():
        return [network.branch(cqt) for cqt in cqts]


@pytest.mark.parametrize("frames", [2, 3, 4, 5, 7, 8, 33, 100, 401, 500])
def test_levels_have_their_steps_and_rows_of_length_1(network, preset, frames):
    [outputs] = answer(network, spectrogram(1, frames=frames))
    *levels, embedding = outputs
    assert len(levels) == N_LEVELS == len(STRIDES)
    for level, stride in zip(levels, STRIDES, strict=True):
        assert level.shape == (2, -(-frames // stride), preset.level_dim)
        torch.testing.assert_close(level.norm(dim=2), torch.ones(level.shape[:2]))
    assert embedding.shape == (2, preset.embedding_dim)
    torch.testing.assert_close(embedding.norm(dim=1), torch.ones(2))


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000), semitones=st.integers(-8, 8))
def test_another_key_changes_nothing(network, seed, semitones):
    # A pattern of 10 bins in silence (one value), in two keys. The last level sees 24 bins at a
    # time, so all its views of the pattern lie inside the 72 bins as long as the pattern begins
    # at bin 23 to 39; each view is then the same, only elsewhere, and what remains is rounding.
    pattern = torch.randn((1, 10, 40), generator=torch.Generator().manual_seed(seed))
    plain, moved = torch.full((2, 1, 72, 40), -0.5)
    plain[:, 31:41] = pattern
    moved[:, 31 + semitones : 41 + semitones] = pattern
    for left, right in zip(*answer(network, plain, moved), strict=True):
        torch.testing.assert_close(left, right, atol=1e-4, rtol=0)


def test_other_notes_change_much(network):
    plain, other = answer(network, spectrogram(1), spectrogram(2))
    for left, right in zip(plain, other, strict=True):
        assert (left - right).abs().max() > 0.1


@given(gain=st.floats(0.1, 100), offset=st.floats(-100, 100))
@settings(deadline=None, max_examples=15)
def test_gain_and_offset_change_nothing(network, gain, offset):
    cqt = spectrogram(1)
    for left, right in zip(*answer(network, cqt, gain * cqt + offset), strict=True):
        # An offset of a thousand deviations costs three of seven digits.
        torch.testing.assert_close(left, right, atol=1e-2, rtol=0)


def test_a_silent_window_gives_numbers(network):
    [outputs] = answer(network, torch.zeros((1, 72, 20)))
    assert all(torch.isfinite(output).all() for output in outputs)


def test_recordings_of_a_batch_do_not_touch(network):
    cqt = spectrogram(1, batch=3)
    together, alone = answer(network, cqt, cqt[1:2])
    for left, right in zip(together, alone, strict=True):
        torch.testing.assert_close(left[1:2], right, atol=1e-5, rtol=0)


@settings(deadline=None, max_examples=15)
@given(sizes=st.tuples(st.integers(2, 90), st.integers(2, 90)), batch=st.integers(1, 3))
def test_the_scorer_takes_any_sizes_and_each_pair_alone(network, sizes, batch):
    generator = torch.Generator().manual_seed(1)
    matrices = [
        torch.rand((batch, *(-(-size // stride) for size in sizes)), generator=generator)
        for stride in STRIDES
    ]
    with torch.inference_mode():
        logits = network.scorer(*matrices)
        first = network.scorer(*(matrix[:1] for matrix in matrices))
    assert logits.shape == (batch,)
    assert torch.isfinite(logits).all()
    torch.testing.assert_close(logits[:1], first, atol=1e-5, rtol=1e-5)


def test_a_scorer_without_finer_csms_needs_none_and_heeds_none():
    torch.manual_seed(1)
    scorer = SiameseNetwork(PRESETS["tiny_compact"], SPEC).scorer.eval()
    finer, other, coarse = (
        torch.rand(2, 2, 20, 30),
        torch.rand(2, 2, 20, 30),
        torch.rand(2, 2, 10, 15),
    )
    assert scorer.levels == (2, 3)
    with torch.inference_mode():
        alone = scorer(*coarse)
        assert torch.equal(scorer(*finer, *coarse), alone)
        assert torch.equal(scorer(*other, *coarse), alone)
        assert not torch.allclose(scorer(*coarse + 0.5), alone)


@given(
    shape=st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 5)),
    dim=st.integers(1, 4),
    seed=st.integers(0, 1000),
)
def test_cross_similarity_is_every_step_against_every_step(shape, dim, seed):
    batch, n_query, n_reference = shape
    rng = np.random.default_rng(seed)
    queries, references = (
        tuple(rng.standard_normal((batch, n, dim)).astype("f4") for _ in range(N_LEVELS))
        for n in (n_query, n_reference)
    )
    found = cross_similarity(
        *(tuple(map(torch.from_numpy, side)) for side in (queries, references))
    )
    assert len(found) == N_LEVELS
    for matrix, query, reference in zip(found, queries, references, strict=True):
        for b, i, j in np.ndindex(*shape):
            expected = sum(query[b, i, k] * reference[b, j, k] for k in range(dim))
            assert float(matrix[b, i, j]) == pytest.approx(float(expected), abs=1e-4)


def test_the_paper_s_structure_is_there():
    network = SiameseNetwork(PRESETS["paper"], SPEC)
    branch, scorer = network.branch, network.scorer
    # Four convolution blocks, each with a level of its own; kernels of an octave, then smaller.
    assert len(branch.blocks) == len(branch.projections) == 4
    kernels = [layer.kernel_size for layer in layers(branch.blocks, torch.nn.Conv2d)]
    assert kernels == [(12, 3), (5, 3), (5, 3), (5, 3)]
    # Nothing is padded along pitch, and pooling is along time alone: that keeps keys apart.
    assert all(layer.padding[0] == 0 for layer in layers(branch.blocks, torch.nn.Conv2d))
    assert {layer.kernel_size for layer in layers(branch, torch.nn.MaxPool2d)} == {(1, 2)}
    # Two parallel CNNs of four convolutions, two CSMs each, then four fully connected layers.
    encoders = layers(scorer, MatrixEncoder)
    assert len(encoders) == 2
    for encoder in encoders:
        convolutions = layers(encoder, torch.nn.Conv2d)
        assert len(convolutions) == 4
        assert convolutions[0].in_channels == 2
    connected = layers(scorer.head, torch.nn.Linear)
    assert len(connected) == 4
    assert connected[-1].out_features == 1


def test_the_compact_scorer_takes_a_fifth_of_the_multiplications():
    csms = [torch.rand(1, steps, steps) for steps in (201, 201, 101, 101)]
    counts = {}
    for name in ("paper", "compact"):
        scorer = SiameseNetwork(PRESETS[name], SPEC).scorer.eval()
        with FlopCounterMode(display=False) as counter, torch.inference_mode():
            scorer(*csms)
        counts[name] = counter.get_total_flops() // 2
    assert counts["paper"] == 88_850_648
    assert counts["compact"] == 17_902_392


def test_presets_share_a_branch_or_not():
    assert PRESETS["compact"].shares_branch(PRESETS["paper"])
    assert not PRESETS["compact"].shares_branch(PRESETS["tiny_compact"])


def test_names_of_weights_are_those_of_old_checkpoints():
    names = SiameseNetwork(PRESETS["tiny"], SPEC).state_dict()
    assert len(names) == 125
    assert {name.split(".")[0] + "." + name.split(".")[1] for name in names} == {
        "branch.blocks",
        "branch.projections",
        "branch.embedding",
        "scorer.fine",
        "scorer.coarse",
        "scorer.head",
    }


@pytest.mark.parametrize(
    ("n_bins", "bins_per_octave"),
    [(12, 12), (1, 1), (13, 12), (84, 12), (88, 12), (120, 24), (288, 36)],
)
def test_front_ends_of_any_size_are_read(n_bins, bins_per_octave):
    fmin = SPEC.fmin * 2 ** (-1 / bins_per_octave)
    spec = replace(SPEC, fmin=fmin, n_bins=n_bins, bins_per_octave=bins_per_octave)
    network = SiameseNetwork(PRESETS["tiny"], spec).eval()
    with torch.inference_mode():
        *levels, embedding = network.branch(torch.randn(2, n_bins, 20))
    assert [level.shape for level in levels] == [(2, 10, 8), (2, 10, 8), (2, 5, 8), (2, 5, 8)]
    assert embedding.shape == (2, 16)
    assert all(torch.isfinite(level).all() for level in levels)


@given(semitones=st.integers(1, 24), bins_per_octave=st.integers(1, 60), height=st.integers(1, 400))
def test_a_kernel_spans_its_semitones_and_at_most_half_of_what_is_there(
    semitones, bins_per_octave, height
):
    bins = kernel_bins(semitones, bins_per_octave, height)
    assert 1 <= bins <= (height + 1) // 2
    wanted = semitones * bins_per_octave / 12
    assert bins == 1 or bins == (height + 1) // 2 or abs(bins - wanted) <= 0.5


def test_one_octave_leaves_the_maximum_over_pitch_a_choice_at_every_level():
    spec = replace(SPEC, n_bins=12)
    heights = SiameseNetwork(PRESETS["paper"], spec).branch.heights
    assert heights == [7, 4, 3, 2]
    assert SiameseNetwork(PRESETS["paper"], SPEC).branch.heights == [61, 57, 53, 49]
