"""Every view, light and dark, wide and narrow, for those who see, hear or point differently."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from samesong import CatalogWriter, ModelBundle
from samesong.runtime.demo.run import DEMO_AUDIO

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]
Check = Callable[["Page", str], None]
GRACE = DEMO_AUDIO / "studio_amazing_grace.opus"


def views(page: "Page", setlist: str, broken: Path) -> Iterator[str]:
    """Show one view after the other, each in the state that has most in it."""
    expect(page.get_by_role("button", name="Choose a file")).to_be_enabled()
    page.get_by_text("Known artist or songs").click()
    page.get_by_label("Artist").fill("The Demo Chamber Singers")
    yield "start"
    choose(page, broken)
    expect(page.get_by_role("region", name="Problem")).to_be_visible()
    yield "problem"
    page.get_by_role("button", name="Start over").click()
    choose(page, GRACE)
    expect(page.get_by_role("slider", name="Moment in both recordings")).to_be_visible()
    yield "answer"
    yield from setlist_views(page, setlist)
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=1, name="Are these two")).to_be_focused()
    yield "compare"
    yield from catalog_views(page)


def setlist_views(page: "Page", setlist: str) -> Iterator[str]:
    page.get_by_role("link", name="Set list").click()
    expect(page.get_by_role("heading", level=1, name="What was played")).to_be_focused()
    yield "set list, start"
    page.evaluate("view => { location.hash = `#/${view}` }", setlist)
    expect(page.get_by_role("list", name="Songs").locator(".song").first).to_be_visible()
    page.locator(".block").first.click()
    yield "set list"
    search = page.get_by_role("combobox", name="It is another track")
    search.fill("a song of their own")
    expect(page.get_by_role("option", name="Name it")).to_be_visible()
    yield "set list, searching"
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.get_by_role("textbox", name="Artist (optional)")).to_be_visible()
    page.get_by_text("About this concert").click()
    yield "set list, named by hand"
    page.get_by_role("option", name="Auld Lang Syne").click()
    page.get_by_role("button", name="Compare with the studio track").click()
    expect(
        page.locator("#view-setlist").get_by_role("slider", name="Moment in both")
    ).to_be_visible()
    yield "set list, a song compared"
    page.get_by_role("button", name="Make a copy").click()
    expect(page.get_by_role("button", name="Delete this list")).to_be_visible()
    page.get_by_role("button", name="Delete the audio").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "set list, deleting"
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Delete this list").click()
    expect(page.get_by_role("dialog", name="Delete this set list?")).to_be_visible()
    yield "set list, deleting all of it"
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="New recording").click()
    expect(page.get_by_role("heading", name="Your set lists")).to_be_visible()
    yield "set list, kept"


def catalog_views(page: "Page") -> Iterator[str]:
    page.get_by_role("link", name="Catalog", exact=True).click()
    expect(page.locator(".works .work").first).to_be_visible()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("checkbox").nth(2).check()
    page.get_by_role("button", name="Remove", exact=True).first.click()
    expect(page.get_by_role("dialog", name="Remove 2 recordings?")).to_be_visible()
    yield "catalog, removing several"
    page.keyboard.press("Escape")
    page.get_by_role("checkbox").nth(2).uncheck()
    page.locator(".work-name").first.click()
    expect(page.get_by_role("textbox", name="Title of the song")).to_be_visible()
    yield "catalog"
    page.get_by_role("button", name="Edit").first.click()
    yield "editing"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove").first.click()
    yield "dialog"


def choose(page: "Page", path: Path) -> None:
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a file").click()
    choosing.value.set_files(path)


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_nothing_runs_over(
    visit: Visit, check: Check, view: str, tmp_path: Path, width: int
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"not music")
    page = visit(width=width)
    for state in views(page, view, broken):
        check(page, state)


WIDTHS = pytest.mark.parametrize("width", [1440, 390])


@WIDTHS
def test_axe_finds_nothing_on_a_first_visit(
    *, visit: Visit, check: Check, served: Callable[..., Any], tmp_path: Path, width: int
) -> None:
    empty = tmp_path / "catalog"
    with CatalogWriter(empty, ModelBundle.load()):
        pass
    with served(empty, token="of some length") as (address, _, _):
        page = visit(at=address, width=width)
        expect(page.get_by_role("dialog", name="This server needs a token")).to_be_visible()
        check(page, "token asked for")
        page.get_by_role("textbox", name="Token").fill("of some length")
        page.keyboard.press("Enter")
        for view in ("Identify", "Set list", "Catalog"):
            page.get_by_role("link", name=view, exact=True).click()
            expect(page.get_by_role("button", name="Add the demo's music")).to_be_visible()
            check(page, f"empty catalog, {view}")


@WIDTHS
def test_axe_finds_nothing_in_any_answer(
    *, visit: Visit, check: Check, versions: Path, served: Callable[..., Any], width: int
) -> None:
    page = visit(width=width, permissions=("microphone",))
    page.get_by_role("button", name="Use the microphone").click()
    expect(page.get_by_role("region", name="Listening")).to_contain_text("Amazing Grace")
    check(page, "listening")
    page.get_by_role("button", name="Stop and answer").click()
    expect(page.locator("#verdict")).to_be_focused()
    for name in ("live_oh_susanna", "other_nebula"):
        page.get_by_role("button", name="Identify another").click()
        choose(page, DEMO_AUDIO / f"{name}.opus")
        said = "Perhaps Oh! Susanna" if name.startswith("live") else "None of these"
        expect(page.get_by_role("heading", level=2, name=said)).to_be_focused()
        page.locator("button.ranked").first.click()
        expect(page.get_by_role("slider", name="Moment in both").last).to_be_visible()
        check(page, said)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("dialog", name="Delete this answer?")).to_be_visible()
    check(page, "deleting an answer")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Compare").click()
    for slot in ("First recording", "Second recording"):
        with page.expect_file_chooser() as choosing:
            page.get_by_role("group", name=slot).get_by_role("button").click()
        choosing.value.set_files(GRACE)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="Yes, the same song")).to_be_focused()
    check(page, "compared")
    with served(versions) as (address, _, _):
        page = visit(at=address, width=width)
        choose(page, GRACE)
        expect(page.get_by_role("list", name="2 versions in the catalog")).to_be_visible()
        check(page, "two versions")
        page.get_by_role("link", name="Catalog", exact=True).click()
        page.locator(".work-name").filter(has_text="Amazing Grace").click()
        expect(page.locator("#view-catalog").get_by_text("2009 Remaster").first).to_be_visible()
        check(page, "work of two recordings")


@WIDTHS
def test_axe_finds_nothing_behind_a_shared_link(
    *, visit: Visit, check: Check, view: str, served: Callable[..., Any], catalog: Path, width: int
) -> None:
    page = visit(view, width=width)  # it is another visitor's
    expect(page.locator(".block").first).to_be_visible()
    check(page, "shared set list")
    page.context.set_offline(True)
    page.locator(".song-name").first.click()
    page.get_by_role("button", name="Wrong song").click()
    expect(page.get_by_role("region", name="Not saved")).to_be_visible()
    check(page, "not saved")
    page.context.set_offline(False)
    for gone in ("setlist/AAAAAAAAAAAAAAAA", "identify/AAAAAAAAAAAAAAAA"):
        page = visit(gone, width=width)
        expect(page.get_by_role("region", name="Problem")).to_be_visible()
        check(page, gone)
    with served(catalog) as (address, service, stop):
        free = Event()
        service.concerts.submit(free.wait)  # until then, the concert waits in the queue
        page = visit("setlist", at=address, width=width)
        choose(page, GRACE)
        expect(page.get_by_role("progressbar", name="Waiting in the queue")).to_be_visible()
        check(page, "waiting")
        stop()
        expect(page.get_by_role("region", name="Problem")).to_be_visible()
        check(page, "server stopped")
        free.set()


def test_the_keyboard_alone_reaches_everything(visit: Visit) -> None:
    page = visit()
    page.on("filechooser", lambda _: None)  # a key is faster than Chromium is told to report these
    expect(page.get_by_role("button", name="Choose a file")).to_be_enabled()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files(GRACE)
    expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_focused()
    expect(page.get_by_role("slider", name="Moment in both recordings")).to_be_visible()
    for role, name in (
        ("radio", "Coarse"),
        ("slider", "Moment in both recordings"),
        ("button", "Play"),
        ("radio", "Yours"),
        ("button", "Auld Lang Syne"),
    ):
        page.keyboard.press("Tab")
        expect(page.get_by_role(role, name=name).first).to_be_focused()
