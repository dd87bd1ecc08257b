"""The first visit: no catalog, no music at hand, and a phone that is to use the page as well."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]


@pytest.fixture(scope="module")
def said(samesong: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Serve a catalog that does not exist to the whole network, and return what is printed."""
    missing = tmp_path_factory.mktemp("first") / "catalog"
    command = [samesong, "serve", missing, "--port", "0", "--host", "0.0.0.0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        yield lines
        process.terminate()


def test_a_visitor_without_music_gets_an_answer(visit: Visit, said: list[str]) -> None:
    assert said[0].startswith("there was no catalog at ")
    address = urlsplit(said[1].split()[3])
    assert address.hostname not in {"0.0.0.0", "127.0.0.1"}
    assert len(unquote(address.fragment)) > len("token=") + 16
    assert set(said[4].strip()) <= set("█▀▄ ")

    local = f"http://127.0.0.1:{address.port}/"
    page = visit(at=local)
    expect(page.get_by_role("dialog", name="This server needs a token")).to_be_visible()
    page.goto(f"{local}#{address.fragment}")
    # The token is used and no longer shown.
    expect(page.get_by_role("heading", level=2, name="First, the songs")).to_be_visible()
    assert "token" not in page.url
    expect(page.get_by_role("button", name="Add the demo's music")).to_be_visible()
    page.get_by_role("link", name="Set list").click()
    page.get_by_role("button", name="Add the demo's music").click()
    expect(page.get_by_role("progressbar", name="Recordings added")).to_be_visible()
    # They are on the server already, so nothing is sent.
    expect(page.get_by_role("list", name="Recordings being added")).to_contain_text("Analysing")
    # What is asked while they are added is answered late, and the first question last.
    late: list[tuple[Any, httpx.Response]] = []

    def ask_at_once(route: Any) -> None:
        # Not by the browser, which would leave this unfinished whenever the page asks no more.
        request = route.request
        late.append((route, httpx.get(request.url, headers=request.headers, timeout=None)))

    page.route(f"{local}v1/demo", ask_at_once)
    expect(page.get_by_text("14 recordings added.")).to_be_visible()
    expect(page.locator("footer")).to_contain_text("14 tracks")
    known = page.locator("#view-setlist summary").first
    place = known.bounding_box()
    while late:
        route, answer = late.pop()
        route.fulfill(status=answer.status_code, json=answer.json())
    page.unroute_all()
    expect(page.get_by_role("button", name="Demo concert")).to_be_visible()
    assert known.bounding_box() == place  # what comes late moves nothing that may be clicked
    page.get_by_role("link", name="Identify a live recording").click()
    page.get_by_role("button", name="Greensleeves").click()
    expect(page.get_by_role("heading", level=2, name="Greensleeves")).to_be_focused()
    page.get_by_role("link", name="Set list").click()
    page.get_by_role("button", name="Demo concert").click()
    expect(page.get_by_role("heading", level=2, name="Demo concert")).to_be_focused()
    expect(page.get_by_role("list", name="Songs")).to_contain_text("Drunken Sailor")
    page.get_by_text("Where each begins").click()
    files = page.get_by_role("list", name="Files of the concert").get_by_role("listitem")
    expect(files).to_have_count(6)
