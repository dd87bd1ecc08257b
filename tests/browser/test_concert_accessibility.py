"""A concert from its files to its report, on a wide screen and on a phone, for everybody."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Song

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]
Check = Callable[["Page", str], None]
GRACE, NEBULA = DEMO_AUDIO / "studio_amazing_grace.opus", DEMO_AUDIO / "other_nebula.opus"
SCREENS = pytest.mark.parametrize(
    "screen", [{"width": 1440}, {"phone": True}], ids=["wide", "phone"]
)


def choose(page: "Page", button: str, *paths: Path) -> None:
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name=button).click()
    choosing.value.set_files(paths)


@SCREENS
def test_axe_finds_nothing_from_the_files_of_a_concert_to_its_report(
    visit: Visit, check: Check, tmp_path: Path, screen: dict[str, Any]
) -> None:
    page = visit(**screen)
    expect(page.get_by_role("button", name="Choose a file")).to_be_enabled()
    check(page, "identify")
    page.get_by_role("link", name="Set list").click()
    choose(page, "Choose a file or several", GRACE, NEBULA)
    expect(page.get_by_role("heading", name="One concert in 2 files")).to_be_focused()
    check(page, "files of a concert")
    page.get_by_role("button", name="Find the songs").click()
    expect(page.get_by_role("list", name="Songs").locator(".song").first).to_be_visible()
    page.get_by_text("Where each begins").click()
    page.get_by_text("About this concert").click()
    page.locator(".block").first.click()
    check(page, "concert of two files")
    for asking in ("Delete the audio", "Delete this list"):
        page.get_by_role("button", name=asking).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        check(page, asking)
        page.get_by_role("button", name="Keep it").click()
    # As on a page without HTTPS, where a phone most often is.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("textbox", name="Address of this list")).to_be_visible()
    check(page, "link shown")
    page.get_by_label("Report format").select_option("html")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    path = tmp_path / "report.html"
    downloading.value.save_as(path)
    report = page.context.new_page()
    report.goto(path.as_uri())
    expect(report.get_by_role("heading", level=1)).to_be_visible()
    check(report, "report")
    page.context.set_offline(True)
    page.get_by_role("button", name="Download").click()
    expect(page.locator(".download").get_by_role("alert")).to_be_visible()
    check(page, "report not made")


@SCREENS
def test_axe_finds_nothing_in_a_list_without_its_recording(
    visit: Visit, check: Check, keep_list: Callable[..., str], screen: dict[str, Any]
) -> None:
    track = {"track_id": "1", "title": "Greensleeves", "artist": "Demo"}
    unknown = {"verdict": "none", "candidates": [{"track": track, "probability": 0.3}]}
    listed = {"schema": 3, "recording": "gig.flac", "duration": 600.0, "songs": []}
    songs = [{"start": 0.0, "end": 200.0, "track": track}, {"start": 300.0, "end": 500.0} | unknown]
    page = visit(keep_list(listed | {"songs": songs}), **screen)
    choose(page, "Choose a file", GRACE)
    expect(page.get_by_role("button", name="Use it anyway")).to_be_visible()
    page.locator(".song-name").nth(1).click()
    expect(page.get_by_role("list", name="It may be")).to_be_visible()
    check(page, "another recording chosen, and candidates")
    page = visit(keep_list(listed), **screen)
    expect(page.get_by_text("No songs were found")).to_be_visible()
    check(page, "nothing found")


@SCREENS
def test_axe_finds_nothing_while_songs_are_found_or_when_none_can_be(
    *,
    visit: Visit,
    check: Check,
    served: Callable[..., Any],
    catalog: Path,
    tmp_path: Path,
    screen: dict[str, Any],
) -> None:
    go_on = Event()
    songs = (Song(start=5.0, end=100.0, verdict="none"),)
    so_far = Setlist(recording="gig.flac", duration=600.0, songs=songs, end=120.0)

    def work(_: Any, found: Any) -> Setlist:
        found(so_far)
        go_on.wait()
        return so_far.model_copy(update={"end": None})

    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"not music")
    with (
        served(catalog, concerts=1, setlist_folder=tmp_path / "lists") as (address, service, _),
        ExitStack() as ended,
    ):
        ended.callback(go_on.set)  # or else the server waits for ever after a failure
        job = service.jobs.start("gig.flac", work, ExitStack())
        page = visit(f"setlist/{job.id}", at=address, **screen)
        expect(page.get_by_role("list", name="Songs so far")).to_be_visible()
        check(page, "so far")
        other = visit("setlist", at=address, **screen)
        choose(other, "Choose a file or several", GRACE)
        expect(other.get_by_role("progressbar", name="Waiting in the queue")).to_be_visible()
        other.get_by_role("button", name="Cancel").click()
        expect(other.get_by_text("was cancelled; nothing was kept")).to_be_focused()
        check(other, "cancelled")
        other.get_by_role("button", name="Start over").click()
        choose(other, "Choose a file or several", broken)
        go_on.set()
        expect(other.get_by_role("region", name="Problem")).to_be_visible()
        check(other, "no set list")
        page.locator(".song-name").first.click()
        page.get_by_role("button", name="Not a song").click()
        expect(page.get_by_role("button", name="Keep mine as a new list")).to_be_visible()
        check(page, "not kept")


def mark_wrong(page: "Page", title: str) -> None:
    page.locator(".song-name").filter(has_text=title).click()
    page.get_by_role("button", name="Wrong song").click()


@SCREENS
def test_axe_finds_nothing_where_a_list_was_corrected_twice(
    visit: Visit, check: Check, view: str, screen: dict[str, Any]
) -> None:
    mine, theirs = visit(view, **screen), visit(view, **screen)
    expect(mine.locator(".song-name").first).to_be_visible()
    mark_wrong(theirs, "Amazing Grace")
    expect(theirs.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    mark_wrong(mine, "Auld Lang Syne")
    expect(mine.get_by_role("alert", name="Corrected elsewhere")).to_be_visible()
    check(mine, "corrected elsewhere")


@SCREENS
def test_axe_finds_nothing_in_what_the_catalog_did_not_take_or_find(
    visit: Visit, check: Check, tmp_path: Path, screen: dict[str, Any]
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"not music")
    page = visit("catalog", **screen)
    expect(page.locator(".works .work").first).to_be_visible()
    choose(page, "Choose files", broken)
    expect(page.get_by_role("list", name="Recordings being added")).to_contain_text("Not added")
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("checkbox").nth(2).check()
    check(page, "not added, two chosen")
    page.get_by_role("button", name="Edit", exact=True).first.click()
    expect(page.get_by_role("dialog", name="Edit 2 recordings")).to_be_visible()
    check(page, "editing two")
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Search the catalog").fill("no such song")
    expect(page.get_by_text("No song has all of these words.")).to_be_visible()
    check(page, "nothing of the kind")
