from typing import Any

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.indexing.pruning import plan_pruning
from tests.runtime.conftest import catalog_track


def track(name: str, **fields: Any) -> CatalogTrack:
    known = {"title": name.upper(), "audio_hash": f"audio of {name}"}
    return catalog_track(name, **{**known, **fields})


BY_HAND = {
    "title": "By hand",
    "edited": ("title",),
    "work_code": "7",
    "work_by_hand": "w",
    "split_from": "x y",
    "work_title": "Hymn",
}


def test_a_copy_takes_over_what_was_set_by_hand() -> None:
    gone = track("a", **BY_HAND)
    copy = track("b", audio_hash="audio of a")
    plan = plan_pruning([gone, copy, track("c")], [gone], edited=False)
    assert (plan.going, plan.kept) == ([gone], [])
    [heir] = plan.heirs
    assert heir == track("b", audio_hash="audio of a", **BY_HAND)


def test_what_was_set_by_hand_of_the_copy_itself_counts() -> None:
    gone = track("a", **BY_HAND, artist="Anon")
    own = {"title": "Own", "edited": ("title",), "work_by_hand": "v"}
    copy = track("b", content_hash="a", **own)
    [heir] = plan_pruning([gone, copy], [gone], edited=False).heirs
    assert heir == track("b", content_hash="a", **own, work_code="7")


def test_what_no_copy_takes_over_is_kept_unless_asked_for() -> None:
    gone, plain = track("a", **BY_HAND), track("b")
    copy_without_file = track("c", audio_hash="audio of a")
    missing = [gone, plain, copy_without_file]
    plan = plan_pruning([*missing, track("d")], missing, edited=False)
    assert (plan.going, plan.kept, plan.heirs) == ([plain, copy_without_file], [gone], [])
    plan = plan_pruning([*missing, track("d")], missing, edited=True)
    assert (plan.going, plan.kept, plan.heirs) == (missing, [], [])
