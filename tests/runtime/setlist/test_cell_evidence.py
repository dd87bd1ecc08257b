import math

import pytest

from samesong.runtime.setlist.cell_evidence import (
    CELL,
    CONTEXT,
    KEPT,
    context_of,
    evidence_between,
    likeliest_tracks,
    n_cells,
)


@pytest.mark.parametrize(
    ("duration", "expected"), [(0.5, 1), (CELL, 1), (CELL + 0.1, 2), (3600, 240)]
)
def test_cells_cover_a_recording(duration: float, expected: int) -> None:
    assert n_cells(duration) == expected


def test_the_context_lies_around_the_cell_and_within_the_recording() -> None:
    assert context_of(0, math.inf) == (0, CELL / 2 + CONTEXT / 2)
    assert context_of(10, math.inf) == (10.5 * CELL - CONTEXT / 2, 10.5 * CELL + CONTEXT / 2)
    assert context_of(10, 11 * CELL) == (10.5 * CELL - CONTEXT / 2, 11 * CELL)


def test_the_likeliest_tracks_are_those_with_the_most_evidence_anywhere() -> None:
    cells = [{"a": 1.0, "b": 2.0}, {"a": 5.0, "c": -1.0}, {}]
    assert likeliest_tracks(cells) == ["a", "b", "c"]
    assert likeliest_tracks([]) == []
    many = [{f"{i:03}": float(i)} for i in range(2 * KEPT)]
    assert likeliest_tracks(many) == [f"{i:03}" for i in reversed(range(KEPT, 2 * KEPT))]


def test_evidence_between_takes_cells_by_their_middle() -> None:
    cells = [{str(i): 1.0} for i in range(6)]
    assert evidence_between(cells, 0.4 * CELL, 2.6 * CELL) == cells[0:3]
    assert evidence_between(cells, 0.6 * CELL, 0.7 * CELL) == cells[1:2]
    assert evidence_between(cells, 5.9 * CELL, 6 * CELL) == cells[5:6]
