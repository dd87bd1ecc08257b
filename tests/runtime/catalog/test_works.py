from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.regrouping import Regrouping
from samesong.runtime.catalog.verify import CatalogReport, verify
from samesong.runtime.catalog.works import Work, regrouped, works_of
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from samesong.runtime.works.grouping import Membership, group
from tests.runtime.conftest import ADDED, catalog_track

TINY_BUNDLE = Path(__file__).parents[2] / "data" / "tiny_bundle"
ISWC, OTHER_ISWC = "T-034.524.680-1", "T-000.000.001-0"
IDS = "abcdefgh"


def track(name: str, **fields: Any) -> CatalogTrack:
    """Return a track; of two, the one whose name comes first was added first."""
    added = ADDED + timedelta(seconds=int.from_bytes(name.encode()))
    return catalog_track(name, **{"added": added, **fields})


def windows() -> list[Window]:
    levels = tuple(np.zeros((steps, 32), np.float32) for steps in (6, 6, 3, 3))
    sequences = DeepSequences(levels, np.zeros(128, np.float32))
    return [Window(0.0, 60.0, sequences, np.zeros((6, 12), np.float32))]


def works(catalog: Catalog) -> set[str]:
    """Return the tracks of each work, written together."""
    return {"".join(sorted(one.track_id for one in work.tracks)) for work in catalog.works()}


Add = Callable[..., None]


@pytest.fixture
def location(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


@pytest.fixture
def writer(location: Path, bundle: ModelBundle) -> Iterator[CatalogWriter]:
    with CatalogWriter(location, bundle) as writer:
        yield writer


@pytest.fixture
def add(writer: CatalogWriter) -> Add:
    def run(*tracks: CatalogTrack) -> None:
        writer.add([(one, windows()) for one in tracks])

    return run


def test_a_new_track_joins_the_work_of_another(
    writer: CatalogWriter, location: Path, add: Add
) -> None:
    add(track("a", iswc=ISWC))
    assert writer.track("a").work_id == ""
    add(track("b", iswc="T0345246801"), track("c"))
    for view in (writer, Catalog(location)):
        assert works(view) == {"ab", "c"}
        assert [one.work_id for one in view.tracks()] == ["a", "a", ""]
        assert view.track("a").work_reason == view.track("b").work_reason == f"ISWC {ISWC}"
        assert view.n_works == 2
        assert [one.track_id for one in view.find_recordings(["a"])["a"]] == ["a", "b"]
    assert verify(Catalog(location)) == CatalogReport(3, 3, [], 0)


def test_an_edited_track_leaves_its_work(writer: CatalogWriter, location: Path, add: Add) -> None:
    add(track("a", iswc=ISWC), track("b", iswc=ISWC), track("c", iswc=ISWC))
    writer.update([replace(writer.track("a"), iswc=OTHER_ISWC)])
    for view in (writer, Catalog(location)):
        assert works(view) == {"a", "bc"}
        assert [one.work_id for one in view.tracks()] == ["", "b", "b"]


def test_who_stays_keeps_together_when_the_founder_goes(
    writer: CatalogWriter, location: Path, add: Add
) -> None:
    add(track("a", iswc=ISWC), track("b", iswc=ISWC), track("c", iswc=ISWC), track("d"))
    writer.remove(["a", "d"])
    for view in (writer, Catalog(location)):
        assert [one.work_id for one in view.tracks()] == ["b", "b"]
    writer.remove(["c"])
    for view in (writer, Catalog(location)):
        assert [(one.work_id, one.work_reason) for one in view.tracks()] == [("", "")]
    assert verify(Catalog(location)) == CatalogReport(1, 1, [], 0)


def test_a_replaced_track_leaves_no_trace(writer: CatalogWriter, location: Path, add: Add) -> None:
    add(track("a", iswc=ISWC), track("b", iswc=ISWC), track("c", iswc=ISWC))
    add(track("d", path="/a"))
    for view in (writer, Catalog(location)):
        assert works(view) == {"bc", "d"}
        assert view.track("b").work_id == "b"


def test_many_tracks_are_removed_in_steps(writer: CatalogWriter, location: Path, add: Add) -> None:
    names = [f"{i:03}" for i in range(600)]
    add(*(track(name, iswc=ISWC) for name in names))
    writer.remove([*names[:599], names[0]])
    for view in (writer, Catalog(location)):
        assert [(one.track_id, one.work_id) for one in view.tracks()] == [(names[599], "")]


def test_a_track_stays_split_from_one_that_is_replaced(
    writer: CatalogWriter, location: Path, add: Add
) -> None:
    add(track("a", iswc=ISWC), track("b", iswc=ISWC, work_by_hand="b", split_from="a"))
    add(track("c", iswc=ISWC, path="/a"))
    for view in (writer, Catalog(location)):
        assert works(view) == {"b", "c"}
        assert view.track("b").split_from == "c"


def test_regrouping_mends_what_other_rules_left(
    writer: CatalogWriter, location: Path, add: Add
) -> None:
    add(track("a"), track("b", iswc=ISWC), track("c", iswc=ISWC))
    rows = {"work_id": "'other rules'"}
    writer._tracks.table.update(where="track_id != 'c'", values_sql=rows)
    with_old_works = Catalog(location)
    assert works(with_old_works) == {"ab", "c"}
    writer.close()
    with CatalogWriter(location) as again:
        assert again.regroup() == 2
        assert again.regroup() == 0
        assert works(again) == works(Catalog(location)) == {"a", "bc"}


def test_a_twin_takes_the_place_of_its_original(
    writer: CatalogWriter, location: Path, add: Add
) -> None:
    add(track("a"), track("b", twin_of="a"), track("c", twin_of="a"), track("d", heard_as=("a",)))
    assert works(writer) == {"abcd"}
    writer.remove(["a"])
    for view in (writer, Catalog(location)):
        assert works(view) == {"bcd"}
        assert [one.twin_of for one in view.tracks()] == [None, "b", None]


def test_a_twin_of_another_work_is_searched_again(
    writer: CatalogWriter, location: Path, add: Add
) -> None:
    add(track("a", iswc=ISWC), track("b", twin_of="a"), track("c", twin_of="a"))
    both = [replace(writer.track(name), iswc=OTHER_ISWC) for name in "bc"]
    writer.update(both)
    for view in (writer, Catalog(location)):
        assert works(view) == {"a", "bc"}
        assert [one.twin_of for one in view.tracks()] == [None, None, "b"]
        assert view.track("b").heard_as == ("a",)


def test_twins_of_twins_name_the_original() -> None:
    found = regrouped([track("a"), track("b", twin_of="a"), track("c", twin_of="b")])
    assert [one.twin_of for one in found] == [None, "a", "a"]
    found = regrouped([track("a", twin_of="b"), track("b", twin_of="a")])
    assert [one.twin_of for one in found] == [None, "a"]


def test_a_work_has_the_title_of_the_song() -> None:
    first = track("a", title="Amazing Grace (Live)", iswc=ISWC, work_id="a")
    second = track("b", title="Amazing", artist="The Band", iswc=ISWC, work_id="a")
    alone = track("c")
    assert works_of([alone, second, first]) == [
        Work("a", "Amazing", "The Band", (first, second)),
        Work("c", None, None, (alone,)),
    ]
    named = replace(second, work_title="Hymn")
    assert works_of([named, first])[0].title == "Hymn"


def test_a_placeholder_names_no_work_that_has_a_better_name() -> None:
    nameless = track("a", title="Track 2", artist="Unknown Artist", work_id="a")
    known = track("b", title="Greensleeves (Live)", artist="Lute & Co", work_id="a")
    [work] = works_of([nameless, known])
    assert (work.title, work.artist) == ("Greensleeves", "Lute & Co")
    [alone] = works_of([nameless])
    assert (alone.title, alone.artist) == ("Track 2", "Unknown Artist")


def maybe(*values: str) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


FIELDS = st.fixed_dictionaries(
    {
        "title": maybe("Song", "Song (Live)", "Lied"),
        "artist": maybe("Band", "The Band"),
        "iswc": maybe(ISWC, OTHER_ISWC),
        "isrc": maybe("GBAYE6800011", "GBAYE6800012"),
        "work_by_hand": maybe("w", "v", "a"),
        "heard_as": st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
        "twin_of": maybe(*IDS),
        "split_from": maybe(*IDS, "a b"),
    }
)
TRACKS = st.builds(lambda name, fields: track(name, **fields), st.sampled_from(IDS), FIELDS)
STEPS = st.tuples(
    st.lists(TRACKS, max_size=2, unique_by=lambda one: one.track_id),
    st.sets(st.sampled_from(IDS), max_size=1),
)


def check_works(by_id: dict[str, CatalogTrack]) -> None:
    """Check that the works of all tracks are those that grouping all of them gives."""
    found = group(by_id.values())
    assert {name: Membership(one.work_id, one.work_reason) for name, one in by_id.items()} == found
    for one in by_id.values():
        if one.twin_of is not None:
            head = by_id[one.twin_of]
            assert head.twin_of is None
            assert head.work == one.work


@given(st.lists(STEPS, max_size=6))
def test_what_is_grouped_step_by_step_is_as_if_all_were(
    steps: list[tuple[list[CatalogTrack], set[str]]],
) -> None:
    by_id: dict[str, CatalogTrack] = {}
    regrouping = Regrouping()
    for changed, going in steps:
        gone = going & by_id.keys() - {one.track_id for one in changed}
        rows = regrouping.rows_after(by_id, changed, gone)
        assert {one.track_id for one in changed} <= {one.track_id for one in rows}
        for name in gone:
            del by_id[name]
        by_id.update((one.track_id, one) for one in rows)
        check_works(by_id)
        assert sorted(regrouped(by_id.values()), key=lambda one: one.track_id) == [
            by_id[name] for name in sorted(by_id)
        ]


class Catalogs(RuleBasedStateMachine):
    """Whatever is added, replaced, changed and removed: works on disk are right."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.writer = CatalogWriter(self.folder.name, ModelBundle.load(TINY_BUNDLE))

    @rule(one=TRACKS, path=st.sampled_from("123456"))
    def add(self, one: CatalogTrack, path: str) -> None:
        self.writer.add([(replace(one, path=path), windows())])

    @rule(fields=FIELDS, name=st.sampled_from(IDS))
    def update(self, fields: dict[str, Any], name: str) -> None:
        if name in self.writer:
            self.writer.update([replace(self.writer.track(name), **fields)])

    @rule(name=st.sampled_from(IDS))
    def remove(self, name: str) -> None:
        if name in self.writer:
            self.writer.remove([name])

    @rule()
    def write_again(self) -> None:
        self.writer.close()
        self.writer = CatalogWriter(self.folder.name)

    @invariant()
    def works_are_right(self) -> None:
        stored = {one.track_id: one for one in Catalog(self.folder.name).tracks()}
        assert stored == {one.track_id: one for one in self.writer.tracks()}
        check_works(stored)

    def teardown(self) -> None:
        self.writer.close()
        self.folder.cleanup()


Catalogs.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
test_any_sequence_of_changes = Catalogs.TestCase
