"""The catalog on the page: searched, added to, removed from."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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


def test_tracks_are_found_by_words(visit: Visit) -> None:
    page = visit("catalog")
    tracks = page.locator(".tracks > li")
    expect(tracks).to_have_count(4)
    search = page.get_by_role("searchbox", name="Search the catalog")
    search.fill("demo grace")
    expect(tracks).to_have_count(1)
    expect(tracks).to_contain_text("Amazing Grace")
    search.fill("no such song")
    expect(page.get_by_text("No track has all of these words.")).to_be_visible()


def test_a_track_is_dropped_in_played_and_removed(visit: Visit, tmp_path: Path) -> None:
    from base64 import b64encode

    page = visit("catalog")
    expect(page.locator(".tracks > li")).to_have_count(4)
    content = (DEMO_AUDIO / "other_armygeddon.opus").read_bytes()
    page.evaluate(DROP, ["new one.opus", "audio/ogg", b64encode(content).decode()])
    added = page.get_by_role("list", name="Recordings being added")
    expect(added).to_contain_text("Added: Armygeddon")
    expect(page.locator(".tracks > li")).to_have_count(5)

    page.evaluate(DROP, ["the same again.opus", "audio/ogg", b64encode(content).decode()])
    expect(added).to_contain_text("Already in the catalog: Armygeddon")
    expect(page.locator(".tracks > li")).to_have_count(5)

    page.get_by_role("button", name="Play Armygeddon").click()
    page.get_by_role("button", name="Pause Armygeddon").click()

    page.get_by_role("button", name="Remove Armygeddon").click()
    dialog = page.get_by_role("dialog", name="Remove this track?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Remove Armygeddon")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator(".tracks > li")).to_have_count(4)
    expect(page.get_by_role("heading", level=2, name=re.compile("4 tracks"))).to_be_focused()

    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"not music")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose files").click()
    choosing.value.set_files(broken)
    expect(added).to_contain_text("Not added: This file cannot be read as audio")
