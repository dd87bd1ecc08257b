from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.stand_ins import promoted
from tests.runtime.conftest import ADDED, catalog_track


def track(
    name: str, minutes: int = 0, twin_of: str | None = None, heard_as: tuple[str, ...] = ()
) -> CatalogTrack:
    added = ADDED + timedelta(minutes=minutes)
    return catalog_track(name, added=added, twin_of=twin_of, heard_as=heard_as)


def test_the_first_of_the_twins_takes_over() -> None:
    tracks = [
        track("original"),
        track("late", 3, "original"),
        track("early", 2, "original"),
        track("other"),
    ]
    assert promoted(tracks, ["original"]) == [
        track("early", 2),
        track("late", 3, "early"),
    ]


def test_versions_are_kept() -> None:
    tracks = [
        track("original", heard_as=("a", "gone")),
        track("gone"),
        track("twin", 1, "original"),
        track("live", 2, heard_as=("original",)),
    ]
    assert promoted(tracks, ["original", "gone"]) == [track("twin", 1, heard_as=("a", "live"))]


def test_nothing_changes_without_twins() -> None:
    tracks = [track("a"), track("b", 1, heard_as=("a",)), track("c", 2, "b")]
    assert promoted(tracks, ["a"]) == []
    assert promoted(tracks, ["b", "c"]) == []


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=12),
    st.sets(st.integers(0, 12)),
)
def test_nobody_stands_for_a_track_who_is_not_there(roots: list[int], going: set[int]) -> None:
    names = [f"{number:02}" for number in range(len(roots))]
    stands = sorted({root for root in roots if root < len(roots)})
    tracks = [
        track(name, number, names[root] if root < number and number not in stands else None)
        for number, (name, root) in enumerate(zip(names, roots, strict=True))
    ]
    gone = {names[number] for number in going if number < len(names)}
    changed = {one.track_id: one for one in promoted(tracks, gone)}
    after = [changed.get(one.track_id, one) for one in tracks if one.track_id not in gone]
    searched = {one.track_id for one in after if one.twin_of is None}
    assert all(one.twin_of in searched for one in after if one.twin_of is not None)
    assert changed.keys().isdisjoint(gone)
