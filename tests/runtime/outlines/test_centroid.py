"""Centroids: likeness against a slow version, and the order that puts like ones together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.outlines.centroid import CentroidCosines, centre_of, centroid, grouped
from samesong.runtime.representation.deep_sequences import codes_of, rows_of

DIM = 12


def unit_rows(seed: int, *shape: int, common: float = 0.0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((*shape, DIM)).astype(np.float32) + common
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


@given(st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_centroid_does_not_depend_on_the_order_of_steps(steps: int, random: object) -> None:
    level = unit_rows(steps, steps, common=0.5)
    shuffled = list(level)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    np.testing.assert_allclose(centroid(np.stack(shuffled)), centroid(level), atol=1e-6)
    assert np.linalg.norm(centroid(level)) == pytest.approx(1)


def test_the_centre_is_the_mean_of_all_centroids_but_empty_ones() -> None:
    parts = [unit_rows(seed, 3, 50, common=0.3) for seed in range(3)]
    codes = [codes_of(part) for part in parts]
    codes[1][0, 7:] = 0
    present = np.concatenate([parts[0].reshape(-1, DIM), parts[1][0, :7], *parts[1][1:], *parts[2]])
    np.testing.assert_allclose(centre_of(codes), present.mean(axis=0), atol=0.001)
    assert len(centre_of([])) == 0


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("common", [0.0, 0.3, 2.0])
def test_likeness_is_the_cosine_seen_from_the_centre(seed: int, common: float) -> None:
    level, theirs = unit_rows(seed, 20, common=common), unit_rows(seed + 1, 5, 40, common=common)
    centre = theirs.reshape(-1, DIM).mean(axis=0)
    ours = centroid(level) - centre
    expected = [
        [(one - centre) @ ours / np.linalg.norm(one - centre) / np.linalg.norm(ours) for one in row]
        for row in theirs
    ]
    likeness = CentroidCosines(level, centre)
    np.testing.assert_allclose(likeness(theirs), expected, atol=0.001)
    # Eight bits are off by some hundredths of the way to the centre when all are alike.
    near = np.linalg.norm(theirs - centre, axis=-1).min()
    found = likeness.of_codes(codes_of(theirs))
    np.testing.assert_allclose(found, expected, atol=0.03 / min(1, near))


def test_what_is_the_query_is_most_like_it() -> None:
    level, others = unit_rows(1, 30, common=0.4), unit_rows(2, 99, common=0.4)
    likeness = CentroidCosines(level, others.mean(axis=0))
    assert likeness(centroid(level)) == pytest.approx(1, abs=1e-4)
    assert likeness(others).max() < 0.99


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(1, 70))
def test_grouping_keeps_all_of_them(count: int, size: int) -> None:
    codes = codes_of(unit_rows(count, count))
    assert sorted(grouped(codes, size)) == list(range(count))


def test_grouping_puts_like_ones_together() -> None:
    # Sixteen heaps of as many as fit into a group, all mixed up.
    heaps = np.repeat(unit_rows(3, 16), 8, axis=0)
    mixed = np.random.default_rng(4).permutation(len(heaps))
    codes = codes_of(heaps[mixed] + 0.01 * unit_rows(5, len(heaps)))
    groups = rows_of(codes)[grouped(codes, 8)].reshape(16, 8, DIM)
    assert (groups[:, :1] * groups).sum(axis=-1).min() > 0.99


def test_grouping_tells_more_apart_than_the_widest_direction() -> None:
    # Heaps that all directions tell apart but one, which is wide and says nothing.
    heaps = 0.1 * np.repeat(unit_rows(3, 32), 32, axis=0)
    heaps[:, 0] = np.random.default_rng(4).uniform(-0.8, 0.8, len(heaps))
    heaps[:, 1] += 1
    codes = codes_of(heaps / np.linalg.norm(heaps, axis=-1, keepdims=True))
    groups = grouped(codes, 8).reshape(-1, 8) // 32
    # As they are, without the directions made more alike, it is 4.3.
    assert np.mean([len(set(group)) for group in groups.tolist()]) < 3
