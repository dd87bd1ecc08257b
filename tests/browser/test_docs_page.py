"""The description of the API as a page: curl for each call, and calls that can be tried."""

import shlex
import shutil
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from samesong.runtime.demo.run import DEMO_AUDIO

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the browser extra")
expect = sync_api.expect
pytestmark = pytest.mark.browser

Visit = Callable[..., "Page"]
GRACE = DEMO_AUDIO / "studio_amazing_grace.opus"


def test_each_call_has_its_curl_and_can_be_tried(
    visit: Visit, check: Callable[["Page", str], None], url: str
) -> None:
    page = visit()
    page.get_by_role("link", name="HTTP API").click()
    expect(page.get_by_role("heading", level=1, name="HTTP API")).to_be_visible()
    calls = page.locator(".call")
    described = page.request.get(f"{url}openapi.json").json()["paths"]
    expect(calls).to_have_count(sum(len(methods) for methods in described.values()))
    expect(page.locator(".curl")).to_have_count(calls.count())

    identify = page.get_by_role("region", name="POST /v1/identify Identify")
    curl = identify.locator(".curl")
    expect(curl).to_have_text(f"curl -F audio=@song.mp3 {url}v1/identify")
    identify.get_by_text("Try it").click()
    identify.get_by_label("top").fill("2")
    identify.get_by_role("radio", name="Whole body").check(force=True)
    identify.locator("input[type=file]").set_input_files(GRACE)
    expect(curl).to_have_text(
        f"curl --data-binary @{GRACE.name} -H 'Content-Type: audio/mpeg' '{url}v1/identify?top=2'"
    )
    identify.get_by_role("button", name="Send").click()
    expect(identify.get_by_role("status")).to_contain_text("200")
    expect(identify.locator(".outcome pre")).to_contain_text('"title": "Amazing Grace"')
    # What it says works in a shell.
    if shutil.which("curl"):
        command = shlex.split(curl.inner_text())
        done = subprocess.run(
            [*command, "-s"], cwd=DEMO_AUDIO, capture_output=True, text=True, check=True
        )
        assert '"title":"Amazing Grace"' in done.stdout

    one = page.get_by_role("region", name="GET /v1/tracks/{track_id} Get one")
    one.get_by_text("Try it").click()
    one.get_by_label("track_id").fill("no such one")
    expect(one.locator(".curl")).to_have_text(f"curl {url}v1/tracks/no%20such%20one")
    one.get_by_role("button", name="Send").click()
    expect(one.get_by_role("status")).to_contain_text("404")
    expect(one.locator(".outcome pre")).to_contain_text("no-track")
    for details in page.get_by_text("Answers").all()[:2]:
        details.click()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        check(page, f"{width} wide")
