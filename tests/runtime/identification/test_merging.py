"""Whatever the shards of a catalog, their answers merged are the answer of the whole."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import IndexState
from samesong.runtime.identification.merging import (
    ScoredWindows,
    Survey,
    WindowEvidence,
    chosen_records,
    least_of_best,
    merged_evidence,
    merged_surveys,
    merged_tracks,
    merged_windows,
)
from samesong.runtime.identification.scoring import track_evidence
from samesong.runtime.outlines.centroid import centroid_sum
from samesong.runtime.outlines.store import NOBODY

counts = st.integers(1, 12)
scores = st.lists(st.integers(0, 5), min_size=1, max_size=40)  # few values: many are equal


@st.composite
def divided(draw: st.DrawFn) -> tuple[NDArray[np.float32], list[NDArray[np.int64]]]:
    """Return scores, and the places of those that each shard has; some may have none."""
    values = np.array(draw(scores), np.float32)
    of = np.array(draw(st.lists(st.integers(0, 4), min_size=len(values), max_size=len(values))))
    return values, [np.flatnonzero(of == number) for number in range(5)]


@given(divided(), counts)
def test_the_best_windows(
    given_: tuple[NDArray[np.float32], list[NDArray[np.int64]]], count: int
) -> None:
    values, shards = given_
    keys = np.arange(len(values), dtype=np.int64) * 7 % len(values)
    keys[values == 0] = NOBODY
    every = ScoredWindows(keys, -values, values)
    parts = [ScoredWindows(keys[own], -values[own], values[own]).best(count) for own in shards]
    merged, whole = merged_windows(parts, count), every.best(count)
    expected = sorted((-value, key) for value, key in zip(values, keys, strict=True) if value)
    assert whole.keys.tolist() == [key for _, key in expected[:count]]
    for name in ("keys", "cosines", "scores"):
        np.testing.assert_array_equal(getattr(merged, name), getattr(whole, name))


@given(divided(), counts)
def test_the_records_that_are_scanned(
    given_: tuple[NDArray[np.float32], list[NDArray[np.int64]]], count: int
) -> None:
    values, shards = given_
    found = []
    for own in shards:
        kept = own[values[own] >= least_of_best(values[own], count)]
        found.append((kept, values[kept]))
    chosen = np.concatenate(chosen_records(found, count))
    worst = sorted(values, reverse=True)[:count][-1]
    assert sorted(chosen) == np.flatnonzero(values >= worst).tolist()


@given(divided())
def test_the_evidence_for_tracks(
    given_: tuple[NDArray[np.float32], list[NDArray[np.int64]]],
) -> None:
    values, shards = given_
    tracks = [f"track {place % 4}" for place in range(len(values))]
    table = np.stack([values, values[::-1]]).astype(np.float64)
    keys = list(range(len(values)))

    def some(places: Sequence[int] | NDArray[np.int64]) -> WindowEvidence:
        return WindowEvidence(
            [tracks[i] for i in places], [keys[i] for i in places], table[:, list(places)]
        )

    queries = ["first", "second"]  # are only handed on
    whole = track_evidence(queries, merged_evidence([some(keys)]), 2.0)
    merged = merged_evidence([some(own) for own in shards])
    assert track_evidence(queries, merged, 2.0).keys() == whole.keys()
    for track_id, one in track_evidence(queries, merged, 2.0).items():
        np.testing.assert_array_equal(one.pairs, whole[track_id].pairs)
        assert {**vars(one), "pairs": None} == {**vars(whole[track_id]), "pairs": None}
    best = merged_tracks({tracks[i]: float(values[i]) for i in own} for own in shards)
    assert set(best) == set(tracks)


@given(divided())
def test_the_extent_and_the_centre(
    given_: tuple[NDArray[np.float32], list[NDArray[np.int64]]],
) -> None:
    values, shards = given_
    codes = (values[:, None] * [1, -2, 3]).astype(np.int8)

    def survey(places: NDArray[np.int64]) -> Survey:
        total, count = centroid_sum([codes[places]] if len(places) else [])
        return Survey(len(places), 1, total, count, IndexState("none"))

    whole, merged = survey(np.arange(len(values))), merged_surveys([survey(one) for one in shards])
    assert (merged.n_windows, merged.n_records) == (len(values), 5)
    assert merged.n_centroids == whole.n_centroids
    assert merged.centroid_sum.tolist() == whole.centroid_sum.tolist()
