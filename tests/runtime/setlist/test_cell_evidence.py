import math

import pytest

from samesong.runtime.setlist.cell_evidence import (
    CELL,
    CONTEXT,
    KEPT,
    context_of,
    evidence_between,
    evidence_for_works,
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
    works = {name: f"work of {name}" for name in "abc"}
    assert likeliest_tracks(cells, works) == ["a", "b", "c"]
    assert likeliest_tracks(cells, {"a": "x"}) == ["a"]  # the others are gone
    assert likeliest_tracks([], works) == []
    many = [{f"{i:03}": float(i)} for i in range(2 * KEPT)]
    alone = {name: name for cell in many for name in cell}
    assert likeliest_tracks(many, alone) == [f"{i:03}" for i in reversed(range(KEPT, 2 * KEPT))]


def test_however_many_recordings_of_one_work_there_are_the_others_stay() -> None:
    cell = {f"copy {i}": 9.0 + i / 100 for i in range(40)} | {"b": 1.0, "c": 0.5}
    works = {name: "a" if name.startswith("copy") else name for name in cell}
    found = likeliest_tracks([cell], works)
    assert found[0] == "copy 39"
    assert found[-2:] == ["b", "c"]
    assert evidence_for_works(cell, works) == {"a": pytest.approx(9.39), "b": 1.0, "c": 0.5}


def test_evidence_between_takes_cells_by_their_middle() -> None:
    cells = [{str(i): 1.0} for i in range(6)]
    assert evidence_between(cells, 0.4 * CELL, 2.6 * CELL) == cells[0:3]
    assert evidence_between(cells, 0.6 * CELL, 0.7 * CELL) == cells[1:2]
    assert evidence_between(cells, 5.9 * CELL, 6 * CELL) == cells[5:6]
