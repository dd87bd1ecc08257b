"""The HTML report of an hour of long titles: printed, on a phone, and to who cannot see it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Candidate, Song, SongTrack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TITLE = "Symphony No. 5 in C minor, Op. 67: I. Allegro con brio, live"
ARTIST = "The Very Long Named Philharmonic Orchestra of the Northern Isles"
PATIENCE = 240_000


@pytest.fixture
def report(tmp_path: Path) -> str:
    """Return the address of the report, every fourth song of which is unknown."""
    track = SongTrack(track_id="1", title=TITLE, artist=ARTIST)
    maybe = (Candidate(track=track, probability=0.0158),)
    songs = tuple(
        Song(start=start, end=start + 185, verdict="none", candidates=maybe)
        if number % 4 == 1
        else Song(
            start=start,
            end=start + 185,
            verdict="match",
            track=track,
            probability=0.9968,
            key_shift=5,
            tempo_ratio=1.21,
        )
        for number, start in enumerate(range(5, 3600, 200))
    )
    name = "A concert whose file has a rather long name, at the town hall, 12 May.flac"
    path = tmp_path / "report.html"
    FORMATS["html"].save(Setlist(recording=name, duration=3600.0, songs=songs), path)
    return path.as_uri()


def test_an_hour_is_printed_on_one_page(browser: "Browser", report: str) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(report)
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_runs_over(
    browser: "Browser", check: Callable[["Page", str], None], report: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(report)
    check(page, "report")
    page.close()
