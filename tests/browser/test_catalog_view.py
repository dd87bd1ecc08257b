"""The catalog on the page: searched, added to, removed from."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import soundfile

from samesong import Catalog
from samesong.features import load
from samesong.features.resampling import SAMPLE_RATE
from samesong.runtime.demo.run import DEMO_AUDIO

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

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


def rows(page: "Page") -> "Locator":
    """Return the songs, each with its recordings."""
    return page.locator(".works .work")


def titles(page: "Page") -> list[str]:
    return page.locator(".works .work .title-cell .title").all_inner_texts()


def test_songs_are_found_by_words_and_sorted_by_columns(visit: Visit) -> None:
    page = visit("catalog")
    expect(rows(page)).to_have_count(4)
    assert titles(page) == sorted(titles(page))
    # From the keyboard, as by a click: a heading sorts, and sorts the other way.
    heading = page.get_by_role("columnheader", name="Length")
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(rows(page).last).to_contain_text("Auld Lang Syne")
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first).to_contain_text("Auld Lang Syne")
    search = page.get_by_role("searchbox", name="Search the catalog")
    search.fill("demo grace")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Amazing Grace")
    search.fill("no such song")
    expect(page.get_by_text("No song has all of these words.")).to_be_visible()


def test_recordings_of_a_song_are_one_row_with_the_reason_of_each(
    visit: Visit, versions: Path, served: Any
) -> None:
    with served(versions) as (address, _, _):
        page = visit("catalog", at=address)
        heading = page.get_by_role("heading", level=2)
        expect(heading).to_have_text("4 songs in 5 recordings")
        first = rows(page).first
        expect(first).to_contain_text("2 recordings")
        first.get_by_role("button", name="Amazing Grace").click()
        recordings = page.get_by_role("list", name="Recordings of Amazing Grace")
        expect(recordings.get_by_role("listitem")).to_have_count(2)
        expect(recordings).to_contain_text("artist and title")
        expect(recordings).to_contain_text(str(versions.parent / "Amazing Grace (2009 Remaster)"))


def test_many_are_edited_and_removed(
    visit: Visit, catalog: Path, served: Any, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(catalog, tmp_path / "catalog"))
    with served(own) as (address, _, _):
        page = visit("catalog", at=address)
        heading = page.locator("#songs")
        search = page.get_by_role("searchbox", name="Search the catalog")
        selection = page.get_by_role("region", name="Chosen recordings")
        # What is chosen stays chosen while another search is made.
        search.fill("grace")
        expect(rows(page)).to_have_count(1)
        page.get_by_role("checkbox", name="Choose Amazing Grace").check()
        expect(selection.get_by_role("button", name="Join into one song")).to_be_disabled()
        search.fill("sleeves")
        page.get_by_role("checkbox", name="Choose Greensleeves").check()
        search.fill("")
        expect(rows(page)).to_have_count(4)
        expect(selection).to_contain_text("2 recordings of 2 songs: Amazing Grace and Greensleeves")

        # One field of both; what differs stays.
        selection.get_by_role("button", name="Edit").click()
        dialog = page.get_by_role("dialog", name="Edit 2 recordings")
        expect(dialog.get_by_label("Title")).to_have_value("")
        dialog.get_by_label("ISWC").fill("T-034.524.680-2")
        dialog.get_by_label("Album").fill("Two of them")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_role("alert")).to_contain_text("'T-034.524.680-2' is no ISWC")
        dialog.get_by_label("ISWC").fill("")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_be_hidden()
        expect(selection).to_have_count(0)
        assert {track.title for track in Catalog(own).tracks() if track.album == "Two of them"} == {
            "Amazing Grace",
            "Greensleeves",
        }

        page.get_by_role("checkbox", name="Choose all songs of this page").check()
        page.get_by_role("checkbox", name="Choose Oh! Susanna").uncheck()
        expect(selection).to_contain_text("3 recordings of 3 songs")
        selection.get_by_role("button", name="Remove").click()
        removal = page.get_by_role("dialog", name="Remove 3 recordings?")
        removal.get_by_role("button", name="Remove").click()
        expect(heading).to_have_text("1 song")
        expect(heading).to_be_focused()
    assert [track.title for track in Catalog(own).tracks()] == ["Oh! Susanna"]


def test_songs_are_joined_split_and_named_by_hand(
    visit: Visit, catalog: Path, served: Any, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(catalog, tmp_path / "catalog"))
    with served(own) as (address, _, _):
        page = visit("catalog", at=address)
        heading = page.locator("#songs")
        selection = page.get_by_role("region", name="Chosen recordings")
        for name in ("Amazing Grace", "Greensleeves"):
            page.get_by_role("checkbox", name=f"Choose {name}").check()
        selection.get_by_role("button", name="Join into one song").click()
        expect(heading).to_have_text("3 songs in 4 recordings")
        expect(heading).to_be_focused()
        expect(selection).to_have_count(0)
        both = rows(page).filter(has_text="By hand")
        recordings = both.get_by_role("list", name="Recordings of")
        expect(recordings).to_contain_text("by hand")

        title = both.get_by_role("textbox", name="Title of the song")
        title.fill("Two in one")
        title.press("Enter")
        both = rows(page).filter(has=page.get_by_role("checkbox", name="Choose Two in one"))
        expect(both).to_have_count(1)
        both.get_by_role("button", name="Split off studio_greensleeves.opus").click()
        expect(heading).to_have_text("4 songs")
        expect(page.get_by_role("checkbox", name="Choose Greensleeves")).to_have_count(1)
        expect(both).to_have_count(1)
        both.get_by_role("button", name="Title from the tags").click()
        expect(both).to_have_count(0)
        grace = rows(page).filter(
            has=page.get_by_role("checkbox", name="Choose Amazing Grace", exact=True)
        )
        grace.get_by_role("button", name="Group by tags and ear again").click()
        expect(grace).not_to_contain_text("By hand")
        assert {len(work.tracks) for work in Catalog(own).works()} == {1}


def test_a_track_is_dropped_in_played_and_removed(visit: Visit) -> None:
    from base64 import b64encode

    page = visit("catalog")
    expect(rows(page)).to_have_count(4)
    content = (DEMO_AUDIO / "other_armygeddon.opus").read_bytes()
    page.evaluate(DROP, ["new one.opus", "audio/ogg", b64encode(content).decode()])
    added = page.get_by_role("list", name="Recordings being added")
    expect(added).to_contain_text("Added: Armygeddon")
    expect(rows(page)).to_have_count(5)

    page.evaluate(DROP, ["the same again.opus", "audio/ogg", b64encode(content).decode()])
    expect(added).to_contain_text("Already in the catalog: Armygeddon")
    expect(rows(page)).to_have_count(5)

    page.get_by_role("button", name="Armygeddon", exact=True).click()
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
    expect(rows(page)).to_have_count(4)
    expect(page.get_by_role("heading", level=2, name=re.compile("4 songs"))).to_be_focused()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Return a folder with a thousand files: two songs, pictures, and what is no audio."""
    folder = tmp_path / "collection"
    (folder / "disc 1").mkdir(parents=True)
    for i in range(994):
        (folder / "disc 1" / f"{i:03}.mp3").write_bytes(b"")
    for name in ("other_nebula", "other_feelings"):
        shutil.copy(DEMO_AUDIO / f"{name}.opus", folder)
    for i in range(4):
        (folder / f"cover {i}.jpg").write_bytes(b"a picture")
    return folder


def test_a_folder_of_a_thousand_files(
    visit: Visit, catalog: Path, served: Any, tmp_path: Path, many: Path
) -> None:
    own = Path(shutil.copytree(catalog, tmp_path / "catalog"))
    with served(own) as (address, _, _):
        page = visit("catalog", at=address)
        expect(rows(page)).to_have_count(4)
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose a folder").click()
        choosing.value.set_files(many)
        expect(page.get_by_text("2 recordings added, 994 failed.")).to_be_visible()
        expect(page.get_by_text("4 files that are no audio left out.")).to_be_visible()
        listed = page.get_by_role("list", name="Recordings being added")
        # Each failure is named, with its folder; of what went well the last ones are.
        expect(listed.locator(".failed")).to_have_count(994)
        expect(listed).to_contain_text("collection/disc 1/993.mp3")
        expect(listed).to_contain_text("This file is empty. 993.mp3 has 0 bytes")
        expect(listed.locator(".added")).to_have_count(2)
        expect(rows(page)).to_have_count(6)
        expect(page.get_by_role("button", name="Try the 994 failed ones again")).to_be_visible()


def test_an_upload_that_is_cut_off_is_sent_again(
    visit: Visit, catalog: Path, served: Any, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(catalog, tmp_path / "catalog"))
    with served(own) as (address, _, _):
        page = visit("catalog", at=address)
        expect(rows(page)).to_have_count(4)
        page.route("**/v1/health", lambda route: route.abort())
        page.route("**/v1/tracks", lambda route: route.abort("connectionreset"))
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose files").click()
        choosing.value.set_files([DEMO_AUDIO / "other_nebula.opus"])
        added = page.get_by_role("list", name="Recordings being added")
        expect(added).to_contain_text("The server does not answer; it is sent again when it does")
        page.unroute_all()
        expect(added).to_contain_text("Added: Nebula")
        expect(rows(page)).to_have_count(5)


def test_a_recording_that_is_cut_off_is_added_with_a_remark(
    visit: Visit, catalog: Path, served: Any, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(catalog, tmp_path / "catalog"))
    cut_off = tmp_path / "cut off.flac"
    soundfile.write(cut_off, load(DEMO_AUDIO / "other_nebula.opus", duration=60), SAMPLE_RATE)
    cut_off.write_bytes(cut_off.read_bytes()[: cut_off.stat().st_size // 2])
    with served(own) as (address, _, _):
        page = visit("catalog", at=address)
        expect(rows(page)).to_have_count(4)
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose files").click()
        choosing.value.set_files([cut_off])
        added = page.get_by_role("list", name="Recordings being added")
        expect(added).to_contain_text(re.compile(r"Added: .*its header tells of 1:00, and 0:\d\d"))
        # And whoever asks for its song, in the answer.
        page.get_by_role("link", name="Identify a live recording").click()
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose a file").click()
        choosing.value.set_files([cut_off])
        remarks = page.get_by_role("status", name="Remarks")
        expect(remarks).to_contain_text("'cut off.flac': its header tells of 1:00")
