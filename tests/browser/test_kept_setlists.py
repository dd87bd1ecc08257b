"""Set lists that live on the server: shared, corrected in two browsers, heard again, deleted."""

import csv
import io
import re
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from samesong.features.progress import Progress
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Song

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]
LONG = "The Extraordinarily Long Ballad of a Title of Sixty Letters!"


def block(page: "Page", title: str) -> "Locator":
    return page.get_by_role("option", name=re.compile(rf"\d+\. {title}"))


def mark_wrong(page: "Page", title: str) -> None:
    block(page, title).click()
    page.get_by_role("button", name="Wrong song").click()
    expect(block(page, title)).to_have_count(0)


def saved(page: "Page") -> None:
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


def test_a_link_shows_the_corrected_list_and_plays_it_in_another_browser(
    visit: Visit, view: str
) -> None:
    first = visit(view)
    mark_wrong(first, "Auld Lang Syne")
    saved(first)
    other = visit(view, width=390)
    expect(block(other, "Amazing Grace")).to_be_visible()
    expect(block(other, "Auld Lang Syne")).to_have_count(0)
    expect(other.get_by_role("button", name="Undo")).to_be_disabled()
    expect(other.get_by_role("button", name="Delete this list")).to_have_count(0)
    expect(other.locator(".waveform canvas")).to_be_visible()
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, 200, 9).data.some(one => one > 0)"
    assert other.locator(".waveform canvas").evaluate(drawn)
    other.get_by_role("button", name=re.compile("^Play Amazing Grace")).click()
    expect(other.get_by_role("button", name="Pause the recording")).to_be_visible()
    expect(other.locator(".toolbar .clock")).not_to_contain_text(re.compile("^0:00"))


def test_two_browsers_that_correct_one_list_lose_nothing(visit: Visit, view: str) -> None:
    mine, theirs = visit(view), visit(view)
    expect(block(mine, "Auld Lang Syne")).to_be_visible()
    mark_wrong(theirs, "Amazing Grace")
    saved(theirs)
    mark_wrong(mine, "Auld Lang Syne")
    warned = mine.get_by_role("alert").filter(has_text="corrected elsewhere")
    mine.reload()  # what was not saved is still here, and is not forced on others
    expect(warned).to_be_visible()
    expect(block(mine, "Amazing Grace")).to_be_visible()
    warned.get_by_role("button", name="Keep mine as a copy").click()
    expect(mine).not_to_have_url(re.compile(view))
    expect(block(mine, "Amazing Grace")).to_be_visible()
    expect(block(mine, "Auld Lang Syne")).to_have_count(0)
    expect(mine.get_by_role("button", name="Play the recording")).to_be_enabled()
    late = visit(view)
    expect(block(late, "Auld Lang Syne")).to_be_visible()
    expect(block(late, "Amazing Grace")).to_have_count(0)
    theirs.get_by_role("button", name="Undo").click()
    saved(theirs)
    mark_wrong(late, "Auld Lang Syne")
    late.get_by_role("button", name="Load the server's").click()
    expect(block(late, "Amazing Grace")).to_be_visible()
    expect(block(late, "Auld Lang Syne")).to_be_visible()
    mark_wrong(late, "Auld Lang Syne")
    saved(late)


def test_two_tabs_of_one_browser_keep_their_own_corrections(visit: Visit, view: str) -> None:
    mine = visit(view)
    other = mine.context.new_page()
    other.goto(mine.url)
    expect(block(mine, "Auld Lang Syne")).to_be_visible()
    mark_wrong(other, "Amazing Grace")
    saved(other)
    mark_wrong(mine, "Auld Lang Syne")
    for page in (mine, other):
        page.reload()

    def refused(page: "Page") -> None:
        expect(page.get_by_role("alert").filter(has_text="corrected elsewhere")).to_be_visible()
        expect(block(page, "Amazing Grace")).to_be_visible()
        expect(block(page, "Auld Lang Syne")).to_have_count(0)

    refused(mine)
    # What this one sees is the server's, and what it saves leaves the other's corrections alone.
    expect(block(other, "Auld Lang Syne")).to_be_visible()
    expect(block(other, "Amazing Grace")).to_have_count(0)
    mark_wrong(other, "Auld Lang Syne")
    saved(other)
    mine.reload()
    refused(mine)
    context, address = mine.context, mine.url
    mine.close()
    again = context.new_page()
    again.goto(address)
    refused(again)
    again.get_by_role("button", name="Load the server's").click()
    expect(block(again, "Amazing Grace")).to_have_count(0)
    again.reload()
    expect(block(again, "Unknown song").first).to_be_visible()
    expect(block(again, "Amazing Grace")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
def test_what_is_not_saved_is_said_in_sight_of_the_song_that_was_corrected(
    visit: Visit, keep_list: Callable[..., str], width: int
) -> None:
    tracks = [{"track_id": "", "title": f"Song {i}"} for i in range(40)]
    songs = [
        {"start": 200.0 * i, "end": 200.0 * i + 190, "track": track}
        for i, track in enumerate(tracks)
    ]
    listed = {"schema": 3, "recording": "long.flac", "duration": 8000.0, "songs": songs}
    address = keep_list(listed)
    mine, theirs = visit(address, width=width), visit(address)

    def remove(page: "Page", song: int) -> None:
        page.locator(".song-name").nth(song).click()
        page.get_by_role("button", name="Not a song").click()

    expect(mine.locator(".song-name")).to_have_count(40)
    remove(theirs, 0)
    saved(theirs)
    mine.context.set_offline(True)
    remove(mine, 39)
    expect(mine.get_by_role("region", name="Not saved")).to_be_in_viewport(ratio=1)
    mine.context.set_offline(False)
    mine.locator(".song-name").nth(30).scroll_into_view_if_needed()
    remove(mine, 38)
    warned = mine.get_by_role("alert").filter(has_text="corrected elsewhere")
    expect(warned).to_be_in_viewport(ratio=1)
    # Nor does it lie over what the keyboard reaches.
    for _ in range(5):
        mine.keyboard.press("Shift+Tab")
        focused = mine.locator(":focus").bounding_box()
        notice = warned.bounding_box()
        assert focused is not None
        assert notice is not None
        assert focused["y"] >= notice["y"] + notice["height"]


def test_a_link_to_a_deleted_list_says_so(visit: Visit, view: str) -> None:
    page = visit(view)
    page.get_by_role("button", name="Make a copy").click()
    expect(page).not_to_have_url(re.compile(view))
    page.get_by_role("button", name="Delete the audio").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Choose the recording again to hear it")).to_be_visible()
    copy = page.url.partition("#/")[2]
    page.get_by_role("button", name="Delete this list").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1, name="What was played")).to_be_focused()
    expect(page.get_by_role("heading", name="Your set lists")).to_have_count(0)
    other = visit(copy)
    expect(other.get_by_role("heading", name="This set list was deleted")).to_be_visible()
    other.goto(f"{other.url.partition('#')[0]}#/setlist/never")
    expect(other.get_by_role("region", name="Problem")).to_contain_text("is the link complete?")


def test_corrections_made_without_a_connection_are_saved_later(visit: Visit, view: str) -> None:
    page = visit(view)
    expect(block(page, "Amazing Grace")).to_be_visible()
    page.context.set_offline(True)
    mark_wrong(page, "Amazing Grace")
    notice = page.get_by_role("region", name="Not saved")
    expect(notice).to_contain_text("This browser keeps them")
    expect(notice.get_by_role("button", name="Try again")).to_be_enabled()
    page.context.set_offline(False)
    saved(page)  # by itself
    page.context.set_offline(True)
    mark_wrong(page, "Auld Lang Syne")
    expect(notice).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    saved(page)
    other = visit(view)
    expect(block(other, "Unknown song").first).to_be_visible()
    expect(block(other, "Auld Lang Syne")).to_have_count(0)
    page.context.set_offline(True)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    block(page, "Unknown song").first.click()
    page.get_by_role("button", name="Not a song").click()
    expect(notice).to_contain_text("no room for them either")


def test_songs_are_split_joined_and_told_of(visit: Visit, view: str, tmp_path: Path) -> None:
    page = visit(view)
    rows = page.locator(".song-name")
    expect(rows.first).to_be_visible()
    before = rows.count()
    block(page, "Auld Lang Syne").click()
    page.get_by_role("button", name="Split at").click()
    expect(rows).to_have_count(before + 1)
    expect(rows.nth(before)).to_be_focused()
    expect(rows.nth(before)).to_contain_text("Not named")
    block(page, "Auld Lang Syne").click()
    page.get_by_role("button", name="Join with the next song").click()
    expect(rows).to_have_count(before)
    page.get_by_label("Notes on the song").fill("with a guest")
    page.get_by_label("Notes on the song").press("Enter")
    page.get_by_label("From here on").select_option("Encore")
    expect(rows.nth(before - 1)).to_contain_text("with a guest")
    expect(rows.nth(before - 1)).to_contain_text("Encore")
    expect(rows.first).not_to_contain_text("Encore")
    page.get_by_text("About this concert").click()
    page.get_by_label("Name", exact=True).fill("Spring tour")
    page.get_by_label("Venue").fill("Town hall")
    page.get_by_label("Date").fill("2026-05-12")
    page.get_by_label("Notes on the concert").fill("Rain")
    page.get_by_label("Notes on the concert").blur()
    expect(page.get_by_role("heading", level=2, name="Spring tour")).to_be_visible()
    saved(page)
    page.reload()
    expect(page.get_by_role("heading", level=2, name="Spring tour")).to_be_focused()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    downloading.value.save_as(tmp_path / "list.csv")
    text = (tmp_path / "list.csv").read_text("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert {(row["venue"], row["date"]) for row in table} == {("Town hall", "2026-05-12")}
    assert (table[-1]["notes"], table[-1]["section"]) == ("with a guest", "Encore")


def test_a_song_is_heard_beside_its_studio_recording(visit: Visit, view: str) -> None:
    page = visit(view)
    block(page, "Auld Lang Syne").click()
    page.get_by_role("button", name="Compare with the studio track").click()
    pair = page.locator(".pair")
    expect(pair.get_by_role("slider", name="Moment in both recordings")).to_be_visible()
    expect(page.get_by_text("Same key")).to_have_count(1)  # each fact is said once
    pair.get_by_role("radio", name="Both").check()
    pair.get_by_role("button", name="Play", exact=True).click()
    expect(pair.get_by_role("button", name="Pause")).to_be_visible()
    # Where the song is in the concert, beside the beginning of the track.
    expect(pair.locator(".clock")).to_contain_text(re.compile("Concert [23]:.* Studio 0:"))


def test_the_songs_so_far_are_listed_with_the_time_left(
    visit: Visit, catalog: Path, served: Callable[..., Any], tmp_path: Path
) -> None:
    go_on, begun = Event(), Future[Any]()
    songs = (Song(start=5.0, end=90.0, verdict="none"),)
    so_far = Setlist(recording="gig.flac", duration=600.0, songs=songs, end=120.0)

    def work(report: Any, found: Any) -> Setlist:
        job = begun.result()
        for done in count(1):
            report(Progress("setlist", 0, 1, 0.1 * done, 600.0))
            if job.to_dict()["seconds_left"] is not None:
                break
            Event().wait(0.05)  # a pace to measure
        found(so_far)
        go_on.wait()
        return so_far.model_copy(update={"end": None})

    with (
        served(catalog, setlist_folder=tmp_path / "lists") as (address, service, _),
        ExitStack() as ended,
    ):
        ended.callback(go_on.set)  # or else the server waits for ever after a failure
        job = service.jobs.start("gig.flac", work, ExitStack())
        begun.set_result(job)
        page = visit(f"setlist/{job.id}", at=address)
        expect(page.get_by_role("list", name="Songs so far")).to_contain_text("0:05")
        expect(page.get_by_text("1 song in the first 2:00")).to_be_visible()
        expect(page.locator(".progress")).to_contain_text("left")
        go_on.set()
        expect(page.get_by_role("heading", level=2, name="gig.flac")).to_be_focused()
        # What the server could not keep is not lost, and can be kept still.
        block(page, "Unknown song").click()
        page.get_by_role("button", name="Not a song").click()
        page.get_by_role("button", name="Keep mine as a new list").click()
        expect(page.get_by_role("button", name="Delete this list")).to_be_visible()
        expect(page.get_by_text("No songs were found")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_long_titles_of_many_songs_are_read_and_nothing_runs_over(
    visit: Visit, keep_list: Callable[..., str], width: int, scheme: str
) -> None:
    track = {"track_id": "", "title": LONG, "artist": LONG}
    unknown = [{"track": {**track, "track_id": str(i)}, "probability": 0.3} for i in range(3)]
    songs = [
        {"start": 200.0 * i, "end": 200.0 * i + 190, "notes": LONG}
        | ({"track": track} if i % 3 else {"verdict": "probable", "candidates": unknown})
        for i in range(20)
    ]
    told = {"artist": LONG, "venue": LONG, "title": LONG, "date": "2026-05-12"}
    listed = {"schema": 3, "recording": f"{LONG}.flac", "duration": 4000.0, "songs": songs, **told}
    page = visit(keep_list(listed), width=width, scheme=scheme)
    expect(page.locator(".song-name")).to_have_count(20)
    expect(page.locator(".song-number").nth(19)).to_contain_text("20")
    label = page.locator(".block").first.locator(".block-title, .block-number").filter(visible=True)
    expect(label.first).to_be_visible()
    if width == 390:
        expect(page.locator(".block-title").nth(1)).to_be_visible()
    page.locator(".offers button").first.click()
    expect(page.locator(".song").first.locator(".tag")).to_contain_text("By hand")
    page.locator(".song-name").nth(1).click()
    page.get_by_text("About this concert").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    over = """() => [...document.querySelectorAll('main *')].filter(one => {
        const box = one.getBoundingClientRect();
        return box.right > innerWidth + 1 && !one.closest('.timeline, .unseen');
    }).map(one => one.className)"""
    assert page.evaluate(over) == []
