import tracemalloc
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.inference.segmentation import cover, cut_audio, cut_frames, starts


@dataclass(frozen=True)
class Piece:
    start: float
    end: float


@st.composite
def cuts(draw):
    size = draw(st.integers(1, 40))
    hop = draw(st.integers(1, size))
    return draw(st.integers(1, 200)), size, hop, draw(st.integers(1, 20))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (30, [0]),
        (120, [0]),
        (125, [0]),
        (130, [0, 10]),
        (180, [0, 60]),
        (250, [0, 60, 120, 130]),
    ],
)
def test_reference_windows_of_known_lengths(seconds, expected):
    assert starts(seconds, 120, 60, 6) == expected


@given(cuts())
def test_windows_cover_all_but_a_short_rest(cut):
    length, size, hop, min_rest = cut
    begins = starts(length, size, hop, min_rest)
    assert begins == sorted(set(begins))
    assert begins[0] == 0
    assert all(b - a <= size for a, b in pairwise(begins))
    assert length - (begins[-1] + size) < min_rest
    assert length <= size or begins[-1] + size <= length


@given(cuts(), st.lists(st.integers(0, 50), max_size=12))
def test_a_stream_is_cut_like_the_whole(cut, lengths):
    length, size, hop, min_rest = cut
    samples = np.arange(length, dtype=np.float32)
    blocks = np.split(samples, np.minimum(np.cumsum(lengths, dtype=int), length))
    got = list(cut_audio(blocks, size, hop, min_rest))
    assert [begin for begin, _ in got] == starts(length, size, hop, min_rest)
    for begin, piece in got:
        np.testing.assert_array_equal(piece, samples[begin : begin + size])


@given(cuts(), st.integers(1, 10), st.lists(st.integers(0, 50), max_size=12))
def test_the_last_window_may_begin_on_a_grid(cut, grid, lengths):
    length, size, hop, rest = cut
    samples = np.arange(length, dtype=np.float32)
    blocks = np.split(samples, np.minimum(np.cumsum(lengths, dtype=int), length))
    *before, last = cut_audio(blocks, size, hop, rest, grid)
    expected = starts(length, size, hop, rest)
    assert [begin for begin, _ in before] == expected[:-1]
    begin, piece = last
    aligned = expected[-1] % hop != 0
    assert begin == (expected[-1] // grid * grid if aligned else expected[-1])
    np.testing.assert_array_equal(piece, samples[begin : begin + size])


def test_an_empty_stream_has_no_windows():
    assert list(cut_audio([], 4, 2, 1)) == []


def test_ten_hours_are_cut_in_the_memory_of_a_few_windows():
    rate = 100
    size = 120 * rate
    blocks = (np.zeros(60 * rate, np.float32) for _ in range(600))
    tracemalloc.start()
    count = sum(1 for _ in cut_audio(blocks, size, 60 * rate, 6 * rate))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 599
    assert peak < 6 * size * 4


def test_frames_are_cut_without_copying():
    cqt = np.zeros((72, 601), np.float32)
    pieces = list(cut_frames(cqt, 401, 200, 20))
    assert [(begin, piece.shape) for begin, piece in pieces] == [(0, (72, 401)), (200, (72, 401))]
    assert all(np.shares_memory(piece, cqt) for _, piece in pieces)


def test_cover_turns_reference_windows_into_query_windows():
    pieces = [Piece(start, start + 120.0) for start in (0.0, 60.0, 120.0, 180.0, 220.0)]
    assert [piece.start for piece in cover(pieces)] == [0.0, 120.0, 220.0]


@given(cuts())
def test_cover_leaves_no_gap_that_was_not_there(cut):
    length, size, hop, min_rest = cut
    pieces = [Piece(begin, begin + size) for begin in starts(length, size, hop, min_rest)]
    chosen = cover(pieces)
    assert chosen[0] == pieces[0]
    assert chosen[-1] == pieces[-1]
    assert all(b.start <= a.end for a, b in pairwise(chosen))
