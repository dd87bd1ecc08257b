"""What the page says when the server refuses, is busy, or is gone."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from samesong.runtime.demo.run import DEMO_AUDIO

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]
GRACE = DEMO_AUDIO / "studio_amazing_grace.opus"
TOKEN = "a token of some length"


def send(page: "Page", path: Path) -> "Locator":
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Choose a file").click()
    choosing.value.set_files(path)
    return page.get_by_role("region", name="Problem")


def test_a_token_is_asked_for_and_then_used(visit: Visit, catalog: Path, served: Any) -> None:
    with served(catalog, token=TOKEN) as (address, _, _):
        page = visit("catalog", at=address)
        dialog = page.get_by_role("dialog", name="This server needs a token")
        dialog.get_by_label("Token").fill("ein Schlüssel")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("only plain ASCII characters")
        dialog.get_by_label("Token").fill("a wrong one")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("This token is not correct")
        dialog.get_by_label("Token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(dialog).to_be_hidden()
        page.get_by_role("button", name="Amazing Grace", exact=True).click()
        page.get_by_role("button", name="Play Amazing Grace").click()
        page.get_by_role("button", name="Pause Amazing Grace").click()


def test_without_the_token_plain_words_say_so(visit: Visit, catalog: Path, served: Any) -> None:
    with served(catalog, token=TOKEN) as (address, _, _):
        page = visit("catalog", at=address)
        dialog = page.get_by_role("dialog", name="This server needs a token")
        problem = page.get_by_role("region", name="Problem")
        expect(problem).to_be_visible()
        expect(
            page.locator("footer").get_by_text("model")
        ).to_be_visible()  # nothing more asks for it
        dialog.get_by_role("textbox", name="Token").press("Escape")
        expect(dialog).to_be_hidden()
        expect(problem).to_contain_text("Ask the person who started it")
        expect(page.get_by_text("Authorization")).to_have_count(0)
        problem.get_by_role("button", name="Try again").click()
        expect(dialog).to_be_visible()


def test_what_is_too_large_or_too_long_is_refused(
    visit: Visit, catalog: Path, served: Any, tmp_path: Path
) -> None:
    large = tmp_path / "large.wav"
    large.write_bytes(bytes(2_000_001))
    with served(catalog, upload_bytes=2_000_000, seconds=30.0) as (address, _, _):
        page = visit(at=address)
        # The page refuses it once it knows the server's limits; until then the server does.
        expect(page.get_by_text("Up to 0:30 of audio")).to_be_visible()
        problem = send(page, large)
        expect(problem).to_contain_text("This file is too large")
        expect(problem).to_contain_text("2.0 MB")
        expect(problem.get_by_role("button", name="Try again")).to_have_count(0)
        problem.get_by_role("button", name="Start over").click()
        expect(send(page, GRACE)).to_contain_text("This recording is too long")


def test_after_a_refusal_another_recording_is_chosen_or_dropped_at_once(
    visit: Visit, tmp_path: Path
) -> None:
    words = tmp_path / "words.mp3"
    words.write_bytes(b"these are words, not music\n" * 40)
    page = visit()
    problem = send(page, words)
    expect(problem.get_by_role("heading")).to_be_focused()
    expect(problem).to_contain_text("This file cannot be read as audio")
    dropped = page.evaluate_handle(
        """() => {
            const dropped = new DataTransfer();
            dropped.items.add(new File(["no music, either"], "more words.mp3"));
            return dropped;
        }"""
    )
    zone = page.get_by_role("group", name="Drop a recording here")
    zone.dispatch_event("drop", {"dataTransfer": dropped})
    expect(problem).to_contain_text("more words.mp3")
    send(page, GRACE)
    expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_visible()
    expect(problem).to_have_count(0)


def test_a_busy_server_says_when_to_try_again(visit: Visit, catalog: Path, served: Any) -> None:
    free = threading.Event()
    with served(catalog, workers=1, waiting=0) as (address, service, _):
        service.pool.submit(free.wait)
        try:
            page = visit(at=address)
            problem = send(page, GRACE)
            expect(problem).to_contain_text("The server is busy")
            again = problem.get_by_role("button", name="Try again")
            expect(again).to_be_enabled()  # after the seconds that the server asked for
        finally:
            free.set()
        again.click()
        expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_visible()


def test_a_stopped_server_is_named_as_the_cause_until_it_is_back(
    visit: Visit, catalog: Path, served: Any
) -> None:
    free = threading.Event()
    with served(catalog) as (address, service, stop):
        service.concerts.submit(free.wait)  # until then, the concert waits in the queue
        page = visit("setlist", at=address)
        with page.expect_file_chooser() as choosing:
            page.get_by_role("button", name="Choose a file").click()
        choosing.value.set_files(GRACE)
        expect(page.get_by_role("progressbar", name="Waiting in the queue")).to_be_visible()
        start_again = stop()
        problem = page.get_by_role("region", name="Problem")
        expect(problem).to_contain_text("The server does not answer")
        page.get_by_role("link", name="Identify").click()
        expect(send(page, GRACE)).to_contain_text("The server does not answer")

        # Both go on by themselves, and so does what the server was doing.
        start_again()
        expect(page.get_by_role("heading", level=2, name="Amazing Grace")).to_be_visible()
        page.get_by_role("link", name="Set list").click()
        expect(page.get_by_role("progressbar", name="Waiting in the queue")).to_be_visible()
        free.set()
        expect(page.get_by_role("heading", level=2, name=GRACE.name)).to_be_visible()
        expect(problem).to_have_count(0)
