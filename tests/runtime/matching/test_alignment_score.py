"""Alignment scores against a version that goes cell by cell, in NumPy and compiled."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from samesong.runtime.inference.fitted import AlignmentParameters, ChanceCurve
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.constants import LEAST_VARIANCE

CHANCE = ChanceCurve(factor=1.1, power=0.4)
PARAMETERS = AlignmentParameters(
    fitted_on="Nothing: a test's own, unlike those of any model.",
    cell_threshold=0.4,
    skip_share=0.7,
    deep_chance=CHANCE,
    chroma_chance=ChanceCurve(factor=2.0, power=0.1),
)

pytestmark = pytest.mark.usefixtures("loops")


def scores_of(csms):
    return alignment_scores(csms, PARAMETERS, CHANCE)


def naive_gains(csm):
    """Deviations of each cell from the means of its row and its column, averaged."""
    gain = np.full(csm.shape, -PARAMETERS.cell_threshold)
    for axis in (0, 1):
        deviation = np.sqrt(np.maximum(csm.var(axis=axis, keepdims=True), LEAST_VARIANCE))
        gain += 0.5 * (csm - csm.mean(axis=axis, keepdims=True)) / deviation
    return gain


def naive(csm):
    """Smith-Waterman cell by cell."""
    gain = naive_gains(csm.astype(np.float64))
    total = np.zeros(gain.shape)
    for i in range(gain.shape[0]):
        for j in range(gain.shape[1]):
            ways = [0.0]
            if i > 0 and j > 0:
                ways.append(total[i - 1, j - 1])
            if i > 1 and j > 0:
                ways.append(total[i - 2, j - 1] + PARAMETERS.skip_share * min(0.0, gain[i - 1, j]))
            if i > 0 and j > 1:
                ways.append(total[i - 1, j - 2] + PARAMETERS.skip_share * min(0.0, gain[i, j - 1]))
            total[i, j] = max(0.0, max(ways) + gain[i, j])
    return np.sqrt(total.max()) - 1.1 * min(gain.shape) ** 0.4


def gains_of(scores, shape):
    """Undo the square root, which makes much of what is nearly 0."""
    return (scores + 1.1 * min(shape) ** 0.4) ** 2


ROUNDING = {"rtol": 0.005, "atol": 0.005}

SHAPES = st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 12))
CSMS = SHAPES.flatmap(lambda shape: arrays(np.float32, shape, elements=st.floats(-1, 1, width=32)))


@settings(deadline=None)
@given(CSMS)
@example(np.array([[[0.8607147, 0.8671875]]], np.float32))
def test_rows_at_once_are_as_good_as_cell_by_cell(csms):
    found, expected = scores_of(csms), np.array([naive(csm) for csm in csms])
    shape = csms.shape[1:]
    np.testing.assert_allclose(gains_of(found, shape), gains_of(expected, shape), **ROUNDING)


@settings(deadline=None)
@given(CSMS)
def test_neither_side_is_the_query(csms):
    turned = np.ascontiguousarray(csms.transpose(0, 2, 1))
    shape = csms.shape[1:]
    np.testing.assert_allclose(
        gains_of(scores_of(csms), shape),
        gains_of(scores_of(turned), shape),
        **ROUNDING,
    )


@pytest.mark.parametrize("tempo", [0.7, 1.0, 1.5])
def test_a_diagonal_at_any_tempo_stands_out_from_chance(tempo):
    noise = np.random.default_rng(1).normal(0, 0.2, (2, 60, 60)).astype(np.float32)
    noise[0, np.arange(40), (np.arange(40) * tempo).astype(int) % 60] += 0.8
    with_song, without = scores_of(noise)
    assert with_song > without + 2


def test_a_longer_match_scores_more():
    noise = (
        np.random.default_rng(2).normal(0, 0.2, (1, 60, 60)).astype(np.float32).repeat(3, axis=0)
    )
    for csm, length in zip(noise, (10, 25, 50), strict=True):
        csm[np.arange(length), np.arange(length)] += 0.8
    assert (np.diff(scores_of(noise)) > 0).all()
