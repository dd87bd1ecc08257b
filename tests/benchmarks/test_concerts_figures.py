import pytest

pytest.importorskip("click")

from concerts_figures import Concert, Listed, Played, edit_distance, matches, measure
from concerts_heard import repertoire
from hypothesis import given
from hypothesis import strategies as st

PLAYED = (
    Played(0, 100, "a", identified=True, key_shift=2, tempo_ratio=1.1),
    Played(100, 200, "b", identified=False),
    Played(220, 300, None),
    Played(310, 400, "c", identified=True),
)


def test_a_song_is_right_once_where_its_track_is_played_for_half_of_its_time() -> None:
    first, again = Listed(2, 60, "a"), Listed(60, 100, "a")
    elsewhere, too_long = Listed(120, 180, "c"), Listed(100, 310, "b")
    found = list(matches(PLAYED, [first, again, too_long, elsewhere]))
    assert found == [(PLAYED[0], first)]


def test_measures_of_a_set_list() -> None:
    listed = (Listed(2, 98, "a", 2, 1.12), Listed(100, 210, "b", 1, 1.05), Listed(225, 300, "d"))
    figures = measure([Concert(1800.0, 60.0, PLAYED, listed)])
    assert (figures.songs, figures.named, figures.right, figures.identified) == (3, 3, 2, 2)
    assert figures.precision == figures.recall == figures.f1 == pytest.approx(2 / 3)
    assert figures.recall_of_identified == 1 / 2
    assert figures.f1_of_identified == pytest.approx(1 / 2)
    assert figures.boundary_seconds == pytest.approx(2)
    assert figures.edit_distance == 1  # d instead of c; the stranger counts neither way
    assert figures.start_deviation == pytest.approx(1)
    assert figures.end_deviation == pytest.approx(6)
    assert (figures.keys_right, figures.tempos_right) == (1, 1)
    assert figures.false_claims_per_hour == 2
    assert (figures.strangers, figures.strangers_unnamed) == (1, 0)
    assert figures.cpu_seconds_per_hour == 120


def test_a_perfect_list_of_two_concerts() -> None:
    listed = tuple(Listed(song.start, song.end, song.track_id) for song in PLAYED)
    figures = measure([Concert(1800.0, 60.0, PLAYED, listed)] * 2)
    assert figures.f1 == figures.f1_of_identified == 1
    assert figures.edit_distance == figures.start_deviation == figures.end_deviation == 0
    assert figures.boundary_seconds == figures.false_claims_per_hour == 0
    assert figures.strangers == figures.strangers_unnamed == 2


def test_an_empty_list_claims_nothing() -> None:
    figures = measure([Concert(1800.0, 60.0, PLAYED, ())])
    assert figures.f1 == figures.false_claims_per_hour == 0
    assert figures.boundary_seconds is None
    assert figures.start_deviation is None
    assert figures.edit_distance == 3


@pytest.mark.parametrize(
    ("played", "listed", "edits"),
    [("kitten", "sitting", 3), ("flaw", "lawn", 2), ("abc", "", 3), ("", "ab", 2), ("ab", "ba", 2)],
)
def test_edit_distances_that_are_known(played: str, listed: str, edits: int) -> None:
    assert edit_distance(played, listed) == edits


@given(*[st.text("abc", max_size=8)] * 3)
def test_edit_distance_is_a_metric(one: str, two: str, three: str) -> None:
    assert (edit_distance(one, two) == 0) == (one == two)
    assert edit_distance(one, two) == edit_distance(two, one)
    assert edit_distance(one, three) <= edit_distance(one, two) + edit_distance(two, three)


def test_a_repertoire_holds_what_is_played_and_others() -> None:
    catalog = [f"{i:02}" for i in range(20)]
    drawn = repertoire(["03", None, "01", "03"], catalog, 2)
    assert {"01", "03"} < set(drawn) <= set(catalog)
    assert len(drawn) == 6
    assert repertoire(["03"], catalog, 99) == catalog
    assert repertoire(["03"], catalog, 0) == ["03"]
