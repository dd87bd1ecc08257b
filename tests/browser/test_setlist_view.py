"""The set list of a concert on the page: found, corrected, taken away."""

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
import soundfile

from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.setlist.document import Setlist

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]
GRACE = DEMO_AUDIO / "studio_amazing_grace.opus"


def block(page: "Page", title: str) -> "Locator":
    return page.get_by_role("option", name=re.compile(rf"\d+\. {title}"))


def test_the_songs_of_a_concert_are_named(visit: Visit, view: str) -> None:
    page = visit(view)
    songs = page.get_by_role("list", name="Songs")
    expect(songs).to_contain_text("Amazing Grace")
    expect(songs).to_contain_text("Auld Lang Syne")
    expect(block(page, "Amazing Grace")).to_be_visible()


def test_a_boundary_moves_by_keyboard_and_comes_back(visit: Visit, view: str) -> None:
    page = visit(view)
    block(page, "Amazing Grace").focus()
    page.keyboard.press("Enter")
    start = page.get_by_role("slider", name="Start of Amazing Grace")
    before = int(start.get_attribute("aria-valuenow") or "")
    start.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(start).to_have_attribute("aria-valuenow", str(before + 3))
    page.keyboard.press("Control+z")
    expect(start).to_have_attribute("aria-valuenow", str(before))
    page.get_by_role("button", name="Redo").click()
    expect(start).to_have_attribute("aria-valuenow", str(before + 3))


def test_a_boundary_is_dragged(visit: Visit, view: str) -> None:
    page = visit(view)
    block(page, "Auld Lang Syne").click()
    start = page.get_by_role("slider", name="Start of Auld Lang Syne")
    before = int(start.get_attribute("aria-valuenow") or "")
    box = start.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=4)
    page.mouse.up()
    expect(start).not_to_have_attribute("aria-valuenow", str(before))
    assert int(start.get_attribute("aria-valuenow") or "") > before + 5
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()


def test_a_typed_time_is_taken_or_refused(visit: Visit, view: str) -> None:
    page = visit(view)
    block(page, "Auld Lang Syne").click()
    end = page.get_by_role("textbox", name="End")
    end.fill("9:99:99")
    end.press("Enter")
    expect(page.get_by_text("Enter a time such as 4:05")).to_be_visible()
    end.fill("3:50")
    end.press("Enter")
    expect(end).to_have_value("3:50.0")
    slider = page.get_by_role("slider", name="End of Auld Lang Syne")
    expect(slider).to_have_attribute("aria-valuetext", "3 minutes 50 seconds")


def test_a_song_is_renamed_marked_wrong_and_taken_off(visit: Visit, view: str) -> None:
    page = visit(view)
    block(page, "Amazing Grace").click()
    search = page.get_by_role("combobox", name="It is another track")
    search.fill("sleeves")
    expect(page.get_by_role("option", name="Greensleeves")).to_be_visible()
    search.press("Enter")
    expect(block(page, "Greensleeves, named by hand")).to_be_visible()
    page.get_by_role("button", name="Wrong song").click()
    expect(page.get_by_role("status").filter(has_text="marked as wrong")).to_be_visible()
    expect(page.get_by_role("combobox", name="Which track is it?")).to_be_visible()
    songs = page.get_by_role("listbox", name="Songs on the timeline").get_by_role("option")
    count = songs.count()
    page.get_by_role("button", name="Not a song").click()
    expect(songs).to_have_count(count - 1)
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
    expect(block(page, "Amazing Grace")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_song_keeps_its_name_until_another_one_is_chosen(visit: Visit, view: str) -> None:
    page = visit(view)
    block(page, "Amazing Grace").click()
    search = page.get_by_role("combobox", name="It is another track")
    search.fill("Nebula of my own")
    by_hand = page.get_by_role("option", name="Name it “Nebula of my own”, by hand")
    expect(by_hand).to_contain_text("Not saved until you choose")
    expect(by_hand).to_have_attribute("aria-selected", "false")
    search.press("Enter")
    expect(search).to_have_value("Nebula of my own")
    expect(block(page, "Amazing Grace")).to_be_visible()
    expect(by_hand).to_contain_text("press Enter again")
    expect(by_hand).to_have_attribute("aria-selected", "true")
    search.press("Enter")
    expect(block(page, "Nebula of my own, named by hand")).to_be_visible()


def test_a_song_that_is_not_in_the_catalog_is_named_by_hand(
    visit: Visit, view: str, tmp_path: Path
) -> None:
    page = visit(view)
    block(page, "Unknown song").click()
    search = page.get_by_role("combobox", name="Which track is it?")
    search.fill("Nebula of my own")
    expect(page.get_by_role("option", name="Name it “Nebula of my own”, by hand")).to_be_visible()
    search.press("Enter")
    expect(block(page, "Nebula of my own, named by hand")).to_be_visible()
    title = page.get_by_role("textbox", name="Title")
    title.fill(" ")
    title.press("Enter")
    expect(title).to_have_value("Nebula of my own")
    page.get_by_role("textbox", name="Artist").fill("The Locals")
    page.get_by_role("textbox", name="Artist").press("Enter")
    expect(page.get_by_role("list", name="Songs")).to_contain_text("The Locals")
    formats = page.get_by_label("Report format")
    for name in ("csv", "json", "cue"):
        formats.select_option(name)
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Download").click()
        path = tmp_path / f"list.{name}"
        downloading.value.save_as(path)
        assert "Nebula of my own" in path.read_text()
        assert "The Locals" in path.read_text()


def kept_song(start: int, verdict: str, *candidates: tuple[str, float]) -> dict[str, Any]:
    """Return a song of a set list as the service sends it."""
    found = [
        {"track": {**TRACK, "track_id": title, "title": title}, "probability": probability}
        for title, probability in candidates
    ]
    named = verdict == "match"
    return {
        **{"start": start, "end": start + 100, "verdict": verdict, "candidates": found},
        "track": found[0]["track"] if named else None,
        "probability": found[0]["probability"] if named else None,
        "key_shift": 0 if named else None,
        "tempo_ratio": 1.0 if named else None,
    }


TRACK = {
    **{"artist": "Demo", "album": None, "isrc": None, "iswc": None, "work_id": "w"},
    **{"path": "/music/a.flac", "duration": 90.0},
}


@pytest.fixture
def candidates_shown(visit: Visit, keep_list: Callable[..., str]) -> "Page":
    """Show a list with a song that is sure, one that is probable, and one that is unknown."""
    songs = [
        kept_song(10, "match", ("Amazing Grace", 0.93), ("Oh! Susanna", 0.03), ("Nebula", 0.009)),
        kept_song(150, "probable", ("Greensleeves", 0.37), ("Oh! Susanna", 0.02)),
        kept_song(300, "none", ("Drunken Sailor", 0.12), ("Auld Lang Syne", 0.09)),
    ]
    listed = {"schema": 3, "recording": "Evening.flac", "duration": 600.0, "songs": songs}
    page = visit(keep_list(listed))
    expect(block(page, "Amazing Grace")).to_be_visible()
    return page


def test_an_unknown_song_says_what_it_may_be_and_has_no_percentage_of_its_own(
    candidates_shown: "Page",
) -> None:
    page = candidates_shown
    rows = page.locator(".song-name")
    expect(rows.nth(1)).to_contain_text("Perhaps Greensleeves, 37 %")
    expect(rows.nth(2)).to_contain_text("No song of the catalog recognised")
    expect(rows.nth(2)).not_to_contain_text("%")
    expect(block(page, "Unknown song, perhaps Greensleeves, 37 %")).to_be_visible()
    expect(block(page, "Unknown song, unknown")).to_be_visible()


def test_a_candidate_is_chosen_with_one_click(candidates_shown: "Page", tmp_path: Path) -> None:
    page = candidates_shown
    block(page, "Unknown song, perhaps").click()
    choices = page.get_by_role("list", name="It may be")
    expect(choices.get_by_role("listitem")).to_have_count(2)
    choices.get_by_role("button", name="Name it Greensleeves").click()
    expect(block(page, "Greensleeves, named by hand")).to_be_visible()
    expect(page.locator(".song-name").nth(1)).to_be_focused()
    expect(page.locator(".song-name").nth(1)).not_to_contain_text("%")
    page.get_by_label("Report format").select_option("json")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    downloading.value.save_as(tmp_path / "list.json")
    named = Setlist.from_dict(json.loads((tmp_path / "list.json").read_text())).songs[1]
    assert named.track is not None
    assert (named.track.title, named.probability) == ("Greensleeves", None)


def test_a_song_that_is_none_of_its_candidates_is_unknown(candidates_shown: "Page") -> None:
    page = candidates_shown
    block(page, "Unknown song, perhaps").click()
    page.get_by_role("button", name="None of these").click()
    expect(page.locator(".song-name").nth(1)).to_contain_text("No song of the catalog recognised")
    expect(page.get_by_role("list", name="It may be")).to_have_count(0)
    block(page, "Amazing Grace").click()
    page.get_by_role("button", name="Wrong song").click()
    # What a person ruled out is not offered again.
    choices = page.get_by_role("list", name="It may be").get_by_role("listitem")
    # Nor is what has hardly any probability.
    expect(choices).to_have_count(1)
    expect(choices).to_contain_text("Oh! Susanna")


def test_a_double_click_on_wrong_song_names_no_other(candidates_shown: "Page") -> None:
    page = candidates_shown
    expect(page.locator(".setlist-head")).to_contain_text("3 songs, 2 of them unknown")
    block(page, "Amazing Grace").click()
    wrong = page.get_by_role("button", name="Wrong song")
    wrong.scroll_into_view_if_needed()
    before = wrong.bounding_box()
    wrong.dblclick()
    none = page.get_by_role("button", name="None of these")
    after = none.bounding_box()
    assert before is not None
    assert after is not None
    assert (after["x"], after["y"]) == (before["x"], before["y"])
    expect(page.get_by_role("list", name="It may be").get_by_role("listitem")).to_have_count(1)
    expect(page.locator(".setlist-head")).to_contain_text("3 songs, 3 of them unknown")


def test_a_wrong_file_is_explained_and_another_can_be_chosen_at_once(
    visit: Visit, tmp_path: Path
) -> None:
    words, empty = tmp_path / "words.mp3", tmp_path / "empty.mp3"
    words.write_bytes(b"these are words, not music\n" * 40)
    empty.write_bytes(b"")
    page = visit("setlist")
    problem = page.get_by_role("region", name="Problem")
    for path in (words, empty):
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose a file or several").click()
        choosing.value.set_files(path)
        expect(problem).to_contain_text(path.name)
        expect(page.get_by_role("status").filter(has_text="Sending")).to_have_count(0)
        formats = problem.get_by_text("Formats that can be read")
        if path is words:
            expect(problem).to_contain_text("is not audio that can be decoded, or is damaged.")
            expect(problem.get_by_text("flac")).to_be_hidden()
            formats.click()
            expect(problem.get_by_text("flac")).to_be_visible()
        else:
            expect(problem.get_by_role("heading", name="This file is empty")).to_be_visible()
            expect(formats).to_have_count(0)
    problem.get_by_role("button", name="Start over").click()
    expect(problem).to_have_count(0)


def test_a_mistyped_link_says_so_once(visit: Visit) -> None:
    page = visit("setlist/mistyped")
    problem = page.get_by_role("region", name="Problem")
    expect(problem.get_by_role("heading", name="This link does not work")).to_be_visible()
    expect(problem).to_contain_text("No set list 'mistyped' is kept here: is the link complete?")


def test_a_phone_shows_how_long_the_recording_is(visit: Visit, view: str) -> None:
    page = visit(view, width=390)
    expect(page.locator(".toolbar .clock .soft")).to_be_visible()


def test_the_keyboard_keeps_its_place_through_every_edit(visit: Visit, view: str) -> None:
    page = visit(view)
    rows = page.locator(".song-name")
    undo = page.get_by_role("button", name="Undo")
    block(page, "Amazing Grace").click()
    page.get_by_role("button", name="Wrong song").press("Enter")
    expect(rows.nth(0)).to_be_focused()
    search = page.get_by_role("combobox", name="Which track is it?")
    search.fill("sleeves")
    expect(page.get_by_role("option", name="Greensleeves")).to_be_visible()
    search.press("Enter")
    expect(rows.nth(0)).to_be_focused()
    expect(rows.nth(0)).to_contain_text("Greensleeves")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(block(page, "Amazing Grace")).to_be_visible()
    page.get_by_role("button", name="Not a song").press("Enter")
    expect(rows.nth(0)).to_be_focused()
    page.get_by_role("button", name="Add a song").first.press("Enter")
    expect(rows.nth(0)).to_be_focused()
    expect(rows.nth(0)).to_have_attribute("aria-expanded", "true")
    undo.press("Enter")
    expect(undo).to_be_focused()
    undo.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    page.locator("footer").click()  # beside everything
    page.keyboard.press("Control+y")
    expect(block(page, "Amazing Grace")).to_have_count(0)
    page.get_by_role("link", name="Compare").click()
    # Until the other view is shown, the keys are still the set list's.
    expect(page.get_by_role("heading", level=1, name="Are these two")).to_be_focused()
    page.keyboard.press("Control+z")
    page.get_by_role("link", name="Set list").click()
    expect(block(page, "Amazing Grace")).to_have_count(0)
    page.get_by_role("button", name="New recording").press("Enter")
    expect(page.get_by_role("heading", level=1, name="What was played")).to_be_focused()


# Whether an element is in the part of the timeline that is seen.
SEEN = """element => {
    const inner = element.getBoundingClientRect();
    const outer = element.closest('.timeline').getBoundingClientRect();
    return inner.left >= outer.left && inner.right <= outer.right;
}"""


@pytest.mark.parametrize("edge", ["Start", "End"])
def test_a_larger_timeline_shows_the_nearer_edge_and_the_title(
    visit: Visit, view: str, edge: str
) -> None:
    page = visit(view, width=360)
    block(page, "Amazing Grace").click()
    if edge == "End":
        expect(page.get_by_role("button", name="Play the recording")).to_be_enabled()
        page.locator(".marks").click(position={"x": 86, "y": 8})
        expect(page.locator(".toolbar .clock")).to_contain_text(re.compile("^1:[12]"))
    larger = page.get_by_role("button", name="Enlarge the timeline")
    while larger.is_enabled():
        larger.click()
        shown = page.locator(".block[aria-selected=true] .block-title")
        for seen in (page.get_by_role("slider", name=f"{edge} of Amazing Grace"), shown):
            page.wait_for_function(SEEN, arg=seen.element_handle())


def test_every_report_holds_the_corrections(visit: Visit, view: str, tmp_path: Path) -> None:
    page = visit(view)
    block(page, "Amazing Grace").click()
    search = page.get_by_role("combobox", name="It is another track")
    search.fill("susanna")
    page.get_by_role("option", name="Oh! Susanna").click()
    formats = page.get_by_label("Report format")
    names = formats.locator("option").evaluate_all("options => options.map(one => one.value)")
    expected = {
        "csv",
        "html",
        "json",
        "cue",
        "cue-bom",
        "audacity",
        "tracklist",
        "setlistfm",
        "m3u",
    }
    assert set(names) == expected
    shown = formats.locator("option").all_inner_texts()
    assert "Cue sheet for old players (CUE with a byte order mark)" in shown
    assert not expected & set(shown)
    for name in names:
        formats.select_option(name)
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Download").click()
        path = tmp_path / downloading.value.suggested_filename
        downloading.value.save_as(path)
        text = path.read_text()
        assert "Susanna" in text
        if name != "json":
            assert "Amazing Grace" not in text
            continue
        (renamed, *_) = Setlist.from_dict(json.loads(text)).songs
        assert renamed.verdict == "match"
        assert renamed.probability is None
        # What the model heard is kept, as what it is.
        assert renamed.candidates[0].track.title == "Amazing Grace"


def test_a_recording_that_the_server_has_no_more_is_chosen_and_another_one_is_noticed(
    visit: Visit, keep_list: Callable[..., str], concert: Path
) -> None:
    songs = [kept_song(20, "match", ("Amazing Grace", 0.93))]
    lasts = soundfile.info(concert).duration
    listed = {"schema": 3, "recording": concert.name, "duration": lasts, "songs": songs}
    page = visit(keep_list(listed))
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a file").click()
    choosing.value.set_files(GRACE)
    expect(page.get_by_text(f"{GRACE.name} lasts 1:")).to_contain_text("different recording")
    expect(page.get_by_role("button", name="Use it anyway")).to_be_visible()
    expect(page.get_by_role("button", name="Play the recording")).to_be_disabled()
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose another").click()
    choosing.value.set_files(concert)
    expect(page.get_by_role("button", name="Play the recording")).to_be_focused()
    expect(page.get_by_text("different recording")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Play Amazing Grace")).click()
    expect(page.get_by_role("button", name="Pause the recording")).to_be_visible()


def test_what_was_found_comes_back_and_goes_again(visit: Visit, view: str) -> None:
    page = visit(view)
    again = page.get_by_role("button", name="Start again from what was found")
    block(page, "Auld Lang Syne").click()
    expect(again).to_have_count(0)
    page.get_by_role("button", name="Wrong song").click()
    block(page, "Amazing Grace").click()
    page.get_by_role("button", name="Wrong song").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.reload()
    again.click()
    expect(block(page, "Amazing Grace")).to_be_visible()
    expect(block(page, "Auld Lang Syne")).to_be_visible()
    expect(again).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(block(page, "Amazing Grace")).to_have_count(0)
    expect(block(page, "Auld Lang Syne")).to_have_count(0)


def test_work_can_be_cancelled(
    visit: Visit, catalog: Path, concert: Path, served: Callable[..., Any], tmp_path: Path
) -> None:
    go_on = Event()

    def hold(*_: Any) -> Setlist:  # so that it waits, however quick the machine is
        go_on.wait()
        return Setlist(recording="before.flac", duration=1.0, songs=())

    folder = tmp_path / "lists"
    with (
        served(catalog, concerts=1, setlist_folder=folder) as (address, service, _),
        ExitStack() as held,
    ):
        held.callback(go_on.set)
        service.jobs.start("before.flac", hold, ExitStack())
        page = visit("setlist", at=address)
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose a file").click()
        choosing.value.set_files(concert)
        expect(page.get_by_role("progressbar", name=re.compile("Waiting"))).to_be_visible()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("was cancelled; nothing was kept")).to_be_focused()
        page.get_by_role("button", name="Start over").click()
        expect(page.get_by_role("heading", level=1, name="What was played")).to_be_focused()
        expect(page.get_by_role("button", name="Choose a file")).to_be_visible()


@pytest.fixture(scope="module")
def sides(concert: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return that concert in two files, both halves, named as people number them."""
    samples, rate = soundfile.read(concert, dtype="float32")
    folder = tmp_path_factory.mktemp("sides")
    cuts = [0, len(samples) // 2, len(samples)]
    paths = [folder / "Town Hall d1t9.flac", folder / "Town Hall d1t10.flac"]
    for path, start, end in zip(paths, cuts[:-1], cuts[1:], strict=True):
        soundfile.write(path, samples[start:end], rate)
    return paths


def test_several_files_are_put_in_order_and_become_one_concert(
    visit: Visit, sides: list[Path]
) -> None:
    page = visit("setlist")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a file or several").click()
    assert choosing.value.is_multiple()
    choosing.value.set_files([*reversed(sides), GRACE])
    expect(page.get_by_role("heading", name="One concert in 3 files")).to_be_focused()
    rows = page.get_by_role("list", name="Files of the concert").get_by_role("listitem")
    expect(rows).to_contain_text([GRACE.name, "d1t9", "d1t10"])
    page.get_by_role("button", name=f"Take {GRACE.name} off").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Move Town Hall d1t10.flac up").press("Enter")
    expect(rows).to_contain_text(["d1t10", "d1t9"])
    page.get_by_role("button", name="Sort by name").click()
    expect(rows).to_contain_text(["d1t9", "d1t10"])
    page.get_by_role("checkbox", name="List talk, applause and tuning as well").check()
    page.get_by_role("button", name="Find the songs").click()
    shown = page.get_by_role("heading", level=2, name="Town Hall")
    expect(shown).to_be_focused()
    songs = page.get_by_role("list", name="Songs")
    expect(songs).to_contain_text("Amazing Grace")
    expect(songs).to_contain_text("Auld Lang Syne")
    expect(songs).to_contain_text("Applause")
    page.get_by_text("Where each begins").click()
    expect(rows).to_contain_text(["d1t9", "d1t10"])
    # From this browser's own files, and then from the server's.
    for _ in range(2):
        page.get_by_role("button", name=re.compile("^Play Auld Lang Syne")).click()
        expect(page.get_by_role("button", name="Pause the recording")).to_be_visible()
        expect(page.locator(".toolbar .clock")).to_contain_text(re.compile("^[2-4]:"))
        page.get_by_role("button", name="Pause the recording").click()
        page.locator(".marks").click(position={"x": 2, "y": 8})
        expect(page.locator(".toolbar .clock")).to_contain_text("0:0")
        # Corrected in the window that waited for the list, and in one that opened it.
        block(page, "Amazing Grace").click()
        page.get_by_role("button", name="Wrong song").click()
        expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
        page.reload()


def test_talk_is_listed_only_where_it_is_asked_for(visit: Visit, view: str) -> None:
    page = visit(view)
    expect(page.get_by_role("list", name="Songs")).to_contain_text("Amazing Grace")
    expect(page.get_by_role("list", name="Songs")).not_to_contain_text("Applause")


# Chooses a button in the moment in which it comes, as nobody can and a busy machine has it.
AT_ONCE = """(label) => {
    const seen = new MutationObserver(() => {
        const button = document.querySelector(`[aria-label^="${label}"]:not(:disabled)`);
        if (button === null) return;
        seen.disconnect();
        button.click();
    });
    seen.observe(document, {attributes: true, childList: true, subtree: true});
}"""


def test_a_song_plays_however_soon_it_is_chosen(visit: Visit, view: str) -> None:
    page = visit()
    page.evaluate(AT_ONCE, "Play Auld Lang Syne")
    page.get_by_role("link", name="Set list").click()  # nothing may play before a first click
    page.evaluate("(view) => { location.hash = `#/${view}`; }", view)
    expect(page.get_by_role("button", name="Pause the recording")).to_be_visible()
    expect(page.locator(".toolbar .clock")).to_contain_text(re.compile("^[1-4]:"))
