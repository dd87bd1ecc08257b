"""Identifying a recording on the page, and hearing it beside its match."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import soundfile

from samesong.features import load
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.demo.run import DEMO_AUDIO

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]
GRACE = DEMO_AUDIO / "studio_amazing_grace.opus"


def send(page: "Page", path: Path) -> None:
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a file").click()
    choosing.value.set_files(path)


def clocks(page: "Page") -> list[int]:
    """Return the seconds at which both recordings are."""
    shown = page.locator(".transport .clock").inner_text()
    return [60 * int(m) + int(s) for m, s in re.findall(r"(\d+):(\d\d)", shown)]


def test_a_song_is_named_and_heard_in_step_with_its_match(visit: Visit) -> None:
    page = visit()
    send(page, GRACE)
    expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_focused()
    verdict = page.get_by_role("region", name="Amazing Grace")
    expect(verdict).to_contain_text("The Demo Chamber Singers")
    expect(verdict).to_contain_text("Same key")
    # The others: each fact is said once.
    expect(page.get_by_role("heading", level=2, name="3 next closest songs")).to_be_visible()
    expect(page.locator(".ranking > li")).to_have_count(3)
    expect(page.get_by_text("Same key")).to_have_count(1)
    expect(page.locator("main").get_by_text(GRACE.name)).to_have_count(2)  # it is both

    began = clocks_ready(page)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(SHOWN_LATER, arg=began[0])
    page.keyboard.press("b")
    expect(page.get_by_role("radio", name="Other")).to_be_checked()
    switched = clocks(page)
    assert switched[0] >= began[0]
    assert abs(switched[0] - switched[1]) <= 3  # the two are one recording
    page.wait_for_function(SHOWN_LATER, arg=switched[0])
    page.get_by_role("button", name="Pause").click()


# Whether the recording has played on from a second.
SHOWN_LATER = """since => {
    const [, minutes, seconds] = /(\\d+):(\\d\\d)/.exec(
        document.querySelector('.transport .clock').textContent);
    return Number(minutes) * 60 + Number(seconds) > since;
}"""


def clocks_ready(page: "Page") -> list[int]:
    expect(page.get_by_role("slider", name="Moment in both recordings")).to_be_visible()
    return clocks(page)


def test_an_answer_has_an_address(visit: Visit) -> None:
    page = visit(permissions=("clipboard-read", "clipboard-write"))
    page.set_viewport_size({"width": 1440, "height": 900})
    send(page, GRACE)
    expect(page.get_by_role("heading", level=2, name="This is Amazing Grace")).to_be_focused()
    matrix = page.get_by_role("slider", name="Moment in both recordings")
    for element in (matrix, page.get_by_role("button", name="Play", exact=True)):
        expect(element).to_be_in_viewport(ratio=1)
    box = matrix.bounding_box()
    assert box is not None
    assert box["width"] >= 450
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    page.reload()
    expect(page.get_by_role("heading", level=2, name="This is Amazing Grace")).to_be_focused()

    # Someone else, who has not the file, hears and sees the same.
    other = visit(at=link, view=None)
    expect(other.get_by_role("heading", level=2, name="This is Amazing Grace")).to_be_focused()
    began = clocks_ready(other)
    other.get_by_role("button", name="Play", exact=True).click()
    other.wait_for_function(SHOWN_LATER, arg=began[0])
    other.get_by_role("button", name="Pause").click()

    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    other.reload()
    problem = other.get_by_role("region", name="Problem")
    expect(problem).to_contain_text("This answer is no longer on the server")
    expect(problem).to_contain_text("It was deleted, or made room for later ones")


def test_a_phone_listens_first(visit: Visit) -> None:
    page = visit(phone=True)
    buttons = page.get_by_role("group").get_by_role("button")
    expect(buttons.first).to_have_text("Use the microphone")
    expect(page.get_by_text("Drop")).to_have_count(0)
    send(page, GRACE)
    expect(page.get_by_role("slider", name="Moment in both recordings")).to_be_visible()
    expect(page.get_by_text("Keys A and B")).to_have_count(0)
    expect(page.get_by_text("Arrow keys")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    matrix, play = page.get_by_role("slider", name="Moment in both"), page.locator(".transport")
    lanes = page.locator(".lanes")
    tops = [box["y"] for one in (play, matrix, lanes) if (box := one.bounding_box())]
    assert tops == sorted(tops)  # what is told of both comes after what is heard and seen
    expect(matrix).to_be_in_viewport(ratio=0.9)
    for view, button in (("Set list", "a file or several"), ("Compare", "a file"), ("Catalog", "")):
        page.get_by_role("link", name=view, exact=True).click()
        expect(page.get_by_role("button", name=f"Choose {button}").first).to_be_visible()
        expect(page.get_by_text("Drop")).to_have_count(0)


def test_a_click_on_the_matrix_plays_both_from_there(visit: Visit) -> None:
    page = visit()
    send(page, GRACE)
    matrix = page.get_by_role("slider", name="Moment in both recordings")
    expect(matrix).to_be_visible()
    box = matrix.bounding_box()
    assert box is not None
    matrix.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.5})
    expect(page.get_by_role("radio", name="Both")).to_be_checked()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    query, reference = clocks(page)  # as far apart however late they are read: the two are one
    assert query - reference == pytest.approx(soundfile.info(GRACE).duration / 4, abs=4)
    page.get_by_role("button", name="Pause").click()
    matrix.press("Home")
    expect(matrix).to_have_attribute("aria-valuenow", re.compile("^[0-3]$"))
    matrix.press("ArrowRight")
    expect(matrix).to_have_attribute("aria-valuenow", re.compile("^[2-5]$"))


def test_a_song_that_is_not_there_is_none_of_these(visit: Visit) -> None:
    page = visit()
    send(page, DEMO_AUDIO / "other_nebula.opus")
    expect(page.get_by_role("heading", level=2, name="None of these")).to_be_focused()
    page.get_by_role("button", name="Identify another").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()


def test_a_song_that_is_not_sure_enough_is_probable(visit: Visit, tmp_path: Path) -> None:
    rate = 22_050
    heard = load(DEMO_AUDIO / "live_greensleeves.opus", sample_rate=rate)
    path = tmp_path / "phone.wav"
    soundfile.write(path, heard[22 * rate : 40 * rate], rate)
    page = visit()
    send(page, path)
    expect(page.get_by_role("heading", level=2, name="Perhaps Greensleeves")).to_be_focused()
    verdict = page.get_by_role("region", name="Perhaps Greensleeves")
    expect(verdict.locator(".verdict-head .probability")).to_contain_text(re.compile(r"\d+\s%"))
    expect(verdict).to_contain_text("naming a song needs 50 %")
    # What there is to judge by is open.
    expect(page.get_by_role("slider", name="Moment in both recordings")).to_be_visible()


def test_a_song_in_two_versions_is_one_row(visit: Visit, versions: Path, served: Any) -> None:
    with served(versions) as (address, _, _):
        page = visit(at=address)
        send(page, GRACE)
        expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_focused()
        expect(page.locator(".ranking > li")).to_have_count(3)
        found = page.get_by_role("list", name="2 versions in the catalog").get_by_role("listitem")
        expect(found).to_have_count(2)
        expect(found.first).to_contain_text(GRACE.name)
        expect(found.nth(1)).to_contain_text("Amazing Grace (2009 Remaster).flac")
        expect(found.nth(1)).to_contain_text("1:12")
        expect(page.locator(".lane-name").nth(1)).not_to_contain_text("Remaster")
        found.nth(1).get_by_role("button", name="Compare with").click()
        expect(found.nth(1).get_by_role("button", name="Compared")).to_be_visible()
        expect(page.locator(".lane-name").nth(1)).to_contain_text("Remaster")
        found.nth(1).get_by_role("button", name="Play").click()
        found.nth(1).get_by_role("button", name="Pause").click()


def test_long_titles_stay_on_a_phone(
    visit: Visit, versions: Path, served: Any, tmp_path: Path
) -> None:
    title = "Symphony No. 5 in C minor, Op. 67: I. Allegro con brio " + 3 * "without_any_space_"
    query = tmp_path / f"{title.replace(':', ',')}.opus"
    query.write_bytes(GRACE.read_bytes())
    catalog = Path(shutil.copytree(versions, tmp_path / "catalog"))
    with CatalogWriter(catalog) as writer:
        writer.update([replace(track, title=title) for track in writer.tracks()])
    with served(catalog) as (address, _, _):
        page = visit(at=address, width=390)
        send(page, query)
        expect(page.get_by_role("heading", level=2, name=title)).to_be_focused()
        expect(page.get_by_role("slider", name="Moment in both recordings")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_known_artist_is_all_that_is_searched(visit: Visit) -> None:
    page = visit()
    page.get_by_text("Known artist or songs").click()
    page.get_by_label("Artist").fill("demo chamber singer")
    send(page, GRACE)
    problem = page.get_by_role("region", name="Problem")
    expect(problem).to_contain_text("The catalog has none of these")
    expect(problem).to_contain_text("nearest: 'The Demo Chamber Singers'")
    # It is corrected in its place, and the recording is not lost.
    page.get_by_label("Artist").fill("demo chamber singers; Nobody")
    problem.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_focused()
    verdict = page.get_by_role("region", name="Amazing Grace")
    expect(verdict).to_contain_text("Searched: only songs by demo chamber singers or Nobody")
    expect(page.get_by_role("status", name="Remarks")).to_contain_text("No artist 'Nobody'")
    expect(page.get_by_role("heading", level=2, name="No other song came close")).to_be_visible()


def test_a_list_of_songs_is_all_that_is_searched(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    page.get_by_text("Known artist or songs").click()
    page.get_by_label("Songs that may be played").fill("Greensleeves\nOh! Susanna")
    send(page, GRACE)
    expect(page.locator(".ranking > li")).to_have_count(2)
    expect(page.locator(".verdict")).to_contain_text("Searched: only 2 songs")
    page.get_by_role("button", name="Identify another").click()
    songs = tmp_path / "tonight.csv"
    songs.write_text("artist;title\n;Amazing Grace\n")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a list or playlist instead").click()
    choosing.value.set_files(songs)
    send(page, GRACE)
    expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_focused()
    expect(page.locator(".verdict")).to_contain_text("the songs of tonight.csv")
    expect(page.locator(".ranking > li")).to_have_count(0)


@pytest.mark.parametrize("address", ["setlist/%", "no-such-view"])
def test_an_address_without_meaning_shows_the_first_view(visit: Visit, address: str) -> None:
    page = visit(address)
    expect(page.get_by_role("heading", level=1, name="Which song is this?")).to_be_visible()


def test_the_microphone_names_a_song_as_evidence_grows(visit: Visit) -> None:
    page = visit(permissions=("microphone",))
    page.get_by_role("button", name="Use the microphone").click()
    listening = page.get_by_role("region", name="Listening")
    expect(listening).to_contain_text("Amazing Grace")
    page.get_by_role("button", name="Stop and answer").click()
    expect(page.locator("#verdict")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Amazing Grace")


def test_a_refused_microphone_is_explained(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Use the microphone").click()
    problem = page.get_by_role("region", name="Problem")
    expect(problem).to_contain_text("The microphone cannot be used")
    expect(problem).to_contain_text("Allow it in the browser's settings")
    problem.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()


@pytest.mark.parametrize(
    ("content", "heading"),
    [
        (b"these are words, not music\n" * 40, "This file cannot be read as audio"),
        (b"", "This file is empty"),
    ],
)
def test_what_is_no_recording_is_refused(
    visit: Visit, tmp_path: Path, content: bytes, heading: str
) -> None:
    path = tmp_path / "notes.wav"
    path.write_bytes(content)
    page = visit()
    send(page, path)
    problem = page.get_by_role("region", name="Problem")
    expect(problem).to_contain_text(heading)
    expect(problem).to_contain_text("notes.wav")
    expect(page.get_by_role("alert")).to_contain_text(heading)
    expect(problem.get_by_role("heading")).to_be_focused()
    problem.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_two_recordings_are_compared(visit: Visit) -> None:
    page = visit("compare")
    for slot in ("First recording", "Second recording"):
        with page.expect_file_chooser() as choosing:
            page.get_by_role("group", name=slot).get_by_role("button").click()
        choosing.value.set_files(GRACE)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="Yes, the same song")).to_be_focused()
    expect(page.get_by_role("slider", name="Moment in both recordings")).to_be_visible()
    expect(page.get_by_role("heading", level=3, name="Cross-similarity")).to_be_visible()
    expect(page.get_by_role("radio", name="Second")).to_be_visible()
    expect(page.locator(".transport .clock")).to_have_text(
        re.compile(r"First \d:\d\d Second \d:\d\d")
    )
