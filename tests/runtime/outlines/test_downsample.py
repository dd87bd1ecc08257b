"""Outlines, one by one, in a file and in the compiled scan, against slow versions of them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.runtime.inference.bundle import starting_values
from samesong.runtime.inference.fitted import OutlineWeights
from samesong.runtime.matching.alignment_score import alignment_scores
from samesong.runtime.matching.numba_policy import NumbaPolicy
from samesong.runtime.outlines.centroid import centroid
from samesong.runtime.outlines.downsample import coarse_outline, outline
from samesong.runtime.outlines.layout import LANES, LARGEST
from samesong.runtime.outlines.scan import (
    compare_slowly,
    kernel,
    outline_scores,
    scan,
)
from samesong.runtime.outlines.store import (
    NOBODY,
    Outlines,
    record_type,
    track_code,
    write_outlines,
)
from samesong.runtime.representation.deep_sequences import codes_of, rows_of
from samesong.runtime.representation.level_batch import LevelBlock

WEIGHTS = OutlineWeights(fitted_on="Nothing.", centroid=0.0, late_interaction=1.5)
FITTED = starting_values().model_copy(update={"outlines": WEIGHTS})
GAINS = FITTED.alignment.cell_threshold, FITTED.alignment.skip_share
STEPS, DIM = 101, 12
KIND = record_type(STEPS, DIM)
COMPARE = {False: compare_slowly, True: kernel(1, policy=NumbaPolicy(load_seconds=0))}


def level_of(seed: int, steps: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((steps, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def block_of(levels: list[np.ndarray], first_key: int = 100) -> LevelBlock:
    codes = [codes_of(level) for level in levels]
    ends = np.cumsum([0, *(len(rows) for rows in codes)])
    keys = first_key + np.arange(len(levels))
    return LevelBlock(keys, [f"track {key}" for key in keys], ends[:-1], np.concatenate(codes))


def alone(query: np.ndarray, reference: np.ndarray) -> float:
    cosines = query @ reference.T
    late = np.mean([row.max() for row in cosines]) + np.mean([row.max() for row in cosines.T])
    chance = FITTED.alignment.deep_chance
    aligned = alignment_scores(cosines[None], FITTED.alignment, chance)[0]
    return float(aligned + 1.5 * late)


@given(st.integers(1, 60))
def test_an_outline_is_the_level_averaged_in_twos(steps: int) -> None:
    level = level_of(0, steps)
    expected = [level[i] + level[i + 1] for i in range(0, steps - 1, 2)] or [level[0]]
    expected = [row / np.linalg.norm(row) for row in expected]
    np.testing.assert_allclose(outline(level), expected, atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 101), min_size=1, max_size=6), st.integers(1, 101), st.booleans())
def test_windows_of_all_lengths_are_compared_as_one_by_one(
    steps: list[int], asked: int, compiled: bool
) -> None:
    levels = [level_of(seed, count) for seed, count in enumerate(steps)]
    query = level_of(99, asked)
    expected = [alone(outline(query), outline(rows_of(codes_of(level)))) for level in levels]
    with ThreadPoolExecutor(2) as pool:
        found = outline_scores(query, block_of(levels), COMPARE[compiled], fitted=FITTED, pool=pool)
    # Rounding to eight bits; where gains are near 0, the square root makes more of it.
    np.testing.assert_allclose(found, expected, atol=0.2)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.integers(1, 120), min_size=1, max_size=40), max_size=8))
def test_a_file_holds_all_windows_of_all_blocks_once(blocks: list[list[int]]) -> None:
    made = [
        block_of([level_of(seed, steps) for seed, steps in enumerate(lengths)], 1000 * number)
        for number, lengths in enumerate(blocks)
    ]
    outlines = Outlines.of(made, KIND)
    assert len(outlines) == sum(map(len, blocks))
    found = {}
    for record, steps, keys, tracks in zip(
        outlines.records, outlines.steps, outlines.keys, outlines.tracks, strict=True
    ):
        for lane in np.flatnonzero(keys != NOBODY):
            assert tracks[lane] == track_code(f"track {keys[lane]}")
            found[int(keys[lane])] = record["codes"][:steps, :DIM, lane], record["centroids"][lane]
            assert not record["codes"][steps:].any()
            assert not record["codes"][:, DIM:].any()
    for number, lengths in enumerate(blocks):
        for seed, steps in enumerate(lengths):
            level = rows_of(codes_of(level_of(seed, steps)))
            codes, centre = found.pop(1000 * number + seed)
            np.testing.assert_array_equal(codes, codes_of(coarse_outline(level)[: STEPS // 4]))
            np.testing.assert_array_equal(centre, codes_of(centroid(level)))
    assert not found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of two records."""
    path = tmp_path / "outlines"
    with path.open("wb") as opened:
        write_outlines(opened, [block_of([level_of(seed, 40) for seed in range(100)])], KIND)
    return path


def test_windows_that_are_gone_are_forgotten(file: Path) -> None:
    outlines = Outlines(file, KIND)
    keys = [150, 7, 103, 104]
    tracks = [track_code(f"track {key}") for key in (150, 7, 103, 999)]
    missing = outlines.keep(np.array(keys), np.array(tracks, np.uint32))
    # 104 is another track's now.
    assert sorted(outlines.keys[outlines.keys != NOBODY]) == [103, 150]
    assert missing.tolist() == [7, 104]
    assert len(outlines) == 2
    nothing = np.zeros(0, np.int64)
    assert outlines.keep(nothing, nothing.astype(np.uint32)).tolist() == []
    assert len(outlines) == 0


@pytest.mark.parametrize("place", [0, 5, 300, KIND.itemsize - 1, KIND.itemsize + 1000])
def test_a_changed_byte_is_noticed(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 0x10
    file.write_bytes(content)
    with pytest.raises(ValueError, match="of 2 is not what was written"):
        Outlines(file, KIND)


def test_a_file_cut_off_is_noticed(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ValueError, match="no whole records"):
        Outlines(file, KIND)


def test_a_file_cut_between_records_lacks_their_windows(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: KIND.itemsize])
    assert len(Outlines(file, KIND)) == LANES


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.integers(1, 101), min_size=1, max_size=12),
    st.integers(1, 101),
    st.booleans(),
    st.data(),
)
def test_a_scan_finds_what_comparing_one_by_one_does(
    steps: list[int], asked: int, compiled: bool, data: st.DataObject
) -> None:
    query = level_of(99, asked)
    levels = [level_of(seed, count) for seed, count in enumerate(steps)]
    outlines = Outlines.of([block_of(levels, 0)], KIND)
    every = st.permutations(range(len(outlines.records)))
    records = np.array(data.draw(every)[data.draw(st.integers(0, 2)) :], np.int64)
    with ThreadPoolExecutor(2) as pool:
        scores = scan(query, outlines, records, COMPARE[compiled], fitted=FITTED, pool=pool)
    found = dict(zip(outlines.keys[records].flat, scores.flat, strict=True))
    for key in found.keys() - {NOBODY}:
        level = levels[key]
        # Rounding to eight bits; where gains are near 0, the square root makes more of it.
        theirs = coarse_outline(rows_of(codes_of(level)))
        assert found[key] == pytest.approx(alone(coarse_outline(query), theirs), abs=0.2)


def test_a_small_catalog_that_is_searched_often_is_searched_by_the_compiled_kernel() -> None:
    policy = NumbaPolicy(load_seconds=1)
    assert [kernel(30_000, policy=policy) is compare_slowly for _ in range(4)] == [1, 1, 1, 0]


def test_a_large_catalog_is_searched_by_the_compiled_kernel_at_once() -> None:
    assert kernel(1_000_000, policy=NumbaPolicy()) is not compare_slowly


def test_a_model_that_skips_at_another_cost_is_searched_in_numpy() -> None:
    assert kernel(1, 0.4, NumbaPolicy(load_seconds=0)) is compare_slowly


@settings(deadline=None, max_examples=20)
@given(
    st.integers(1, 3), st.integers(1, 25), st.integers(1, 30), st.sampled_from([8, 32]), st.data()
)
def test_the_compiled_kernel_does_what_numpy_does(
    n_records: int, steps: int, asked: int, dim: int, data: st.DataObject
) -> None:
    kernels = pytest.importorskip(
        "samesong.runtime.outlines.scan_kernels",
        reason="Numba is not installed",
        exc_type=ImportError,
    )
    generator = np.random.default_rng(data.draw(st.integers(0, 99)))
    # From steps that are all alike to such as have nothing to do with each other.
    common = generator.standard_normal(dim)
    mixed = data.draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))

    def rows(*shape: int) -> np.ndarray:
        values = mixed * generator.standard_normal((*shape, dim)) + (1 - mixed) * common
        return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float32)

    codes = np.ascontiguousarray(codes_of(rows(n_records, steps, LANES)).transpose(0, 1, 3, 2))
    longest = np.linalg.norm(codes.astype(np.float64), axis=2).max()
    query = np.rint((LARGEST / longest - 3) * rows(asked)).astype(np.int16)
    # Some windows are the query, as far as it goes.
    both = min(steps, asked)
    codes[0, :both, :, :3] = codes_of(query[:both] / np.float32(LARGEST / longest))[..., None]
    # Behind other bytes, as in a file, and not in order.
    raw = np.concatenate([np.full((n_records, 5), 99, np.int8), codes.reshape(n_records, -1)], 1)
    places = generator.permutation(n_records)
    slowly, compiled = np.empty((2, 2, n_records, LANES), np.float32)
    compare_slowly(query, raw, places, (5, steps), GAINS, slowly)
    kernels.compare_outlines(query, raw, places, (5, steps), GAINS, compiled)
    (slow, slow_late), (fast, fast_late) = slowly, compiled
    np.testing.assert_allclose(fast_late, slow_late, atol=1e-4)
    tolerance = 0.02 * slow + 0.03 * both + 0.02  # three roundings a cell, to 1 / 128
    # Where all cosines are nearly the same, 16 bits make less of what little they differ.
    cosines = np.einsum("qd,nsdl->nqsl", query / LARGEST, codes[places].astype(np.float64))
    spreads = [cosines.std(axis=axis).min(axis=1) for axis in (1, 2)]
    told = [(spread > 0.01) | (cosines.shape[i] == 1) for i, spread in enumerate(spreads, 1)]
    assert (abs(fast - slow) <= tolerance)[told[0] & told[1]].all()
