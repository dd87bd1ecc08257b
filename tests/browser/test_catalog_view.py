"""The catalog on the page: searched, added to, removed from."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from samesong import Catalog
from samesong.runtime.demo.run import DEMO_AUDIO

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]

# Drops files on the first place that takes them, as a file manager does.
DROP = """([name, type, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], name, {type}));
    document.querySelector('.view:not([hidden]) .dropzone').dispatchEvent(
        new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: carried}));
}"""


def test_songs_are_found_by_words(visit: Visit) -> None:
    page = visit("catalog")
    tracks = page.locator(".works > li")
    expect(tracks).to_have_count(4)
    search = page.get_by_role("searchbox", name="Search the catalog")
    search.fill("demo grace")
    expect(tracks).to_have_count(1)
    expect(tracks).to_contain_text("Amazing Grace")
    search.fill("no such song")
    expect(page.get_by_text("No song has all of these words.")).to_be_visible()


def test_recordings_of_a_song_are_one_row_with_the_reason_of_each(
    visit: Visit, versions: Path, served: Any
) -> None:
    with served(versions) as (address, _, _):
        page = visit("catalog", at=address)
        heading = page.get_by_role("heading", level=2)
        expect(heading).to_have_text("4 songs in 5 recordings")
        first = page.locator(".works > li").first
        expect(first).to_contain_text("2 recordings")
        first.get_by_role("button", name="Amazing Grace").click()
        recordings = page.get_by_role("list", name="Recordings of Amazing Grace")
        expect(recordings.get_by_role("listitem")).to_have_count(2)
        expect(recordings).to_contain_text("artist and title")
        expect(recordings).to_contain_text("Amazing Grace (2009 Remaster).flac")


def test_songs_are_joined_split_and_named_by_hand(
    visit: Visit, catalog: Path, served: Any, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(catalog, tmp_path / "catalog"))
    with served(own) as (address, _, _):
        page = visit("catalog", at=address)
        heading = page.get_by_role("heading", level=2)
        rows = page.locator(".works > li")
        search = page.get_by_role("searchbox", name="Search the catalog")
        joining = page.get_by_role("region", name="Songs to join")
        # What is chosen stays chosen while another search is made.
        search.fill("grace")
        expect(rows).to_have_count(1)
        page.get_by_role("checkbox", name="Choose Amazing Grace").check()
        expect(joining.get_by_role("button", name="Join into one song")).to_be_disabled()
        search.fill("sleeves")
        page.get_by_role("checkbox", name="Choose Greensleeves").check()
        search.fill("")
        expect(rows).to_have_count(4)
        expect(joining).to_contain_text("Amazing Grace and Greensleeves")
        joining.get_by_role("button", name="Join into one song").click()
        expect(heading).to_have_text("3 songs in 4 recordings")
        expect(heading).to_be_focused()
        expect(joining).to_have_count(0)
        expect(rows.first).to_contain_text("By hand")
        recordings = rows.first.get_by_role("list", name="Recordings of")
        expect(recordings).to_contain_text("Why: by hand")

        title = rows.first.get_by_role("textbox", name="Title of the song")
        title.fill("Two in one")
        title.press("Enter")
        expect(rows.first.get_by_role("button").first).to_contain_text("Two in one")
        rows.first.get_by_role("button", name="Split off studio_greensleeves.opus").click()
        expect(heading).to_have_text("4 songs")
        expect(rows.filter(has_text="Greensleeves")).to_have_count(1)
        named = rows.filter(has_text="Two in one")
        expect(named).to_have_count(1)
        named.get_by_role("button", name="Title from the tags").click()
        expect(rows.filter(has_text="Two in one")).to_have_count(0)
        grace = rows.filter(has_text="Amazing Grace")
        grace.get_by_role("button", name="Group by tags and ear again").click()
        expect(grace).not_to_contain_text("By hand")
    assert {len(work.tracks) for work in Catalog(own).works()} == {1}


def test_a_track_is_dropped_in_played_and_removed(visit: Visit, tmp_path: Path) -> None:
    from base64 import b64encode

    page = visit("catalog")
    expect(page.locator(".works > li")).to_have_count(4)
    content = (DEMO_AUDIO / "other_armygeddon.opus").read_bytes()
    page.evaluate(DROP, ["new one.opus", "audio/ogg", b64encode(content).decode()])
    added = page.get_by_role("list", name="Recordings being added")
    expect(added).to_contain_text("Added: Armygeddon")
    expect(page.locator(".works > li")).to_have_count(5)

    page.evaluate(DROP, ["the same again.opus", "audio/ogg", b64encode(content).decode()])
    expect(added).to_contain_text("Already in the catalog: Armygeddon")
    expect(page.locator(".works > li")).to_have_count(5)

    page.get_by_role("button", name="Play Armygeddon").click()
    page.get_by_role("button", name="Pause Armygeddon").click()

    page.get_by_role("button", name="Remove Armygeddon").click()
    dialog = page.get_by_role("dialog", name="Remove this recording?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Remove Armygeddon")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator(".works > li")).to_have_count(4)
    expect(page.get_by_role("heading", level=2, name=re.compile("4 songs"))).to_be_focused()

    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"not music")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose files").click()
    choosing.value.set_files(broken)
    expect(added).to_contain_text("Not added: This file cannot be read as audio")
