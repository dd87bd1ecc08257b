from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samesong.features.errors import CatalogError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.works_by_hand import join_works, name_work, regroup_works, split_work
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.representation.deep_sequences import DeepSequences
from samesong.runtime.representation.window import Window
from tests.runtime.conftest import ADDED, catalog_track

ISWC, OTHER_ISWC = "T-034.524.680-1", "T-000.000.001-0"


def add(writer: CatalogWriter, **tracks: dict[str, Any]) -> None:
    """Add tracks by their names, one after the other, with other fields than none."""
    levels = tuple(np.zeros((steps, 32), np.float32) for steps in (6, 6, 3, 3))
    sequences = DeepSequences(levels, np.zeros(128, np.float32))
    windows = [Window(0.0, 60.0, sequences, np.zeros((6, 12), np.float32))]
    for name, fields in tracks.items():
        added = ADDED + timedelta(seconds=ord(name))
        track = catalog_track(name, **{"title": name.upper(), "added": added, **fields})
        writer.add([(track, windows)])


def works(catalog: Catalog) -> dict[str, str]:
    """Return the tracks of each work, written together, by its id."""
    return {
        work.work_id: "".join(track.track_id for track in work.tracks) for work in catalog.works()
    }


@pytest.fixture
def writer(tmp_path: Path, bundle: ModelBundle) -> Iterator[CatalogWriter]:
    with CatalogWriter(tmp_path / "catalog", bundle) as writer:
        add(
            writer,
            a={"iswc": ISWC},
            b={"iswc": ISWC},
            c={"iswc": OTHER_ISWC},
            d={"iswc": OTHER_ISWC, "work_title": "Song"},
            e={},
        )
        yield writer


def test_what_is_joined_is_one_work_with_all_that_belongs(writer: CatalogWriter) -> None:
    assert join_works(writer, ["b", "c"]) == "a"
    for view in (writer, Catalog(writer.location)):
        assert works(view) == {"a": "abcd", "e": "e"}
        assert view.works()[0].title == "Song"
    assert join_works(writer, ["e", "a"]) == "e"
    assert works(writer) == {"e": "abcde"}


def test_what_is_joined_stays_so_without_the_track_that_was_named(writer: CatalogWriter) -> None:
    join_works(writer, ["a", "c"])
    writer.remove(["a", "c"])
    assert works(writer) == {"a": "bd", "e": "e"}


def test_what_is_split_is_another_work(writer: CatalogWriter) -> None:
    assert split_work(writer, ["b"]) == ["a", "b"]
    assert works(writer) == {"a": "a", "b": "b", "c": "cd", "e": "e"}
    add(writer, f={"iswc": ISWC})
    assert works(writer) == {"a": "af", "b": "b", "c": "cd", "e": "e"}
    # Nothing was said of those that stay.
    assert [writer.track(one).work_by_hand for one in "abf"] == [None, "b", None]
    assert writer.track("a").work_reason == f"ISWC {ISWC}"


def test_what_only_one_recording_held_together_falls_apart_without_it(
    writer: CatalogWriter,
) -> None:
    add(writer, f={"iswc": ISWC, "heard_as": ("e",)})
    writer.remove(["b"])
    assert works(writer) == {"a": "aef", "c": "cd"}
    assert split_work(writer, ["f"]) == ["a", "e", "f"]
    assert works(writer) == {"a": "a", "c": "cd", "e": "e", "f": "f"}


def test_the_founder_takes_its_name_along(writer: CatalogWriter) -> None:
    assert split_work(writer, ["a"]) == ["b", "a"]
    assert works(writer) == {"a": "a", "b": "b", "c": "cd", "e": "e"}
    assert join_works(writer, ["a", "b"]) == "a"
    assert works(writer) == {"a": "ab", "c": "cd", "e": "e"}


def test_no_work_is_called_by_a_recording_of_another(writer: CatalogWriter) -> None:
    join_works(writer, ["a", "c", "e"])
    split_work(writer, ["a", "d"])
    for track in writer.tracks():
        called = writer.track(track.work.partition("-")[0])
        assert called.work == track.work


def test_several_recordings_leave_together(writer: CatalogWriter) -> None:
    join_works(writer, ["a", "c", "e"])
    assert split_work(writer, ["d", "c", "d"]) == ["a", "c"]
    assert works(writer) == {"a": "abe", "c": "cd"}


def test_what_was_said_is_forgotten(writer: CatalogWriter) -> None:
    join_works(writer, ["a", "c"])
    name_work(writer, "a", "Hymn")
    assert regroup_works(writer, ["c", "d"]) == 2
    assert works(writer) == {"a": "ab", "c": "cd", "e": "e"}
    assert [writer.track(one).work_title for one in "abcd"] == ["Hymn", "Hymn", None, None]
    assert regroup_works(writer, ["a", "b", "e"]) == 2
    assert {track.work_by_hand for track in writer.tracks()} == {None}
    assert {track.work_title for track in writer.tracks()} == {None}
    assert regroup_works(writer, ["a", "d"]) == 0


def test_a_join_of_two_is_undone_by_either(writer: CatalogWriter) -> None:
    split_work(writer, ["b"])
    join_works(writer, ["a", "e"])
    assert regroup_works(writer, ["a"]) == 2
    assert works(writer) == {"a": "a", "b": "b", "c": "cd", "e": "e"}


def test_one_half_of_a_split_leaves_the_other_alone(writer: CatalogWriter) -> None:
    add(writer, f={"iswc": ISWC})
    split_work(writer, ["b", "f"])
    assert regroup_works(writer, ["a"]) == 0
    assert works(writer) == {"a": "a", "b": "bf", "c": "cd", "e": "e"}
    assert regroup_works(writer, ["b"]) == 1
    assert works(writer) == {"a": "ab", "f": "f", "c": "cd", "e": "e"}
    assert regroup_works(writer, ["f"]) == 1
    assert works(writer) == {"a": "abf", "c": "cd", "e": "e"}


def test_what_was_split_can_be_joined_again(writer: CatalogWriter) -> None:
    split_work(writer, ["b"])
    join_works(writer, ["b", "a"])
    assert works(writer) == {"b": "ab", "c": "cd", "e": "e"}
    assert writer.track("b").split_from is None


def test_a_work_is_named(writer: CatalogWriter) -> None:
    name_work(writer, "a", "Hymn")
    assert [work.title for work in writer.works()] == ["Hymn", "Song", "E"]
    writer.remove(["a"])
    assert writer.works()[-1].title == "Hymn"
    name_work(writer, "b", None)
    assert writer.works()[-1].title == "E"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda writer: join_works(writer, []), "nothing to join"),
        (lambda writer: join_works(writer, ["a", "x"]), "no track 'x'"),
        (lambda writer: split_work(writer, ["a", "b"]), "work a has no other recordings"),
        (lambda writer: split_work(writer, ["e"]), "work e has no other recordings"),
        (lambda writer: split_work(writer, ["a", "c"]), "these are of a, c"),
        (lambda writer: split_work(writer, []), "these are of none"),
        (lambda writer: split_work(writer, ["x"]), "no track 'x'"),
        (lambda writer: regroup_works(writer, ["x"]), "no track 'x'"),
        (lambda writer: name_work(writer, "x", "Song"), "no work 'x'"),
    ],
)
def test_mistakes_change_nothing(writer: CatalogWriter, call: Any, told: str) -> None:
    before = writer.tracks()
    with pytest.raises(CatalogError, match=told):
        call(writer)
    assert writer.tracks() == Catalog(writer.location).tracks() == before
