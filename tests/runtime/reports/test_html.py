import re

import pytest
import tinycss2
from hypothesis import given, settings
from justhtml import JustHTML

from samesong.runtime.display.text import hms
from samesong.runtime.display.time_axis import tick_times
from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.reports.song_names import artist, title
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Song, SongTrack
from tests.runtime.reports.conftest import setlists

# Elements that run, embed or send something. The one link is the empty icon, which keeps browsers
# from asking for one.
FORBIDDEN = "script, img, iframe, object, embed, form, base, image, use, audio, video"
CODES = "USRC17607839", "T-034.524.680-1"


def parsed(setlist):
    # A strict parser raises at the first thing that is not as the standard has it; it must show
    # what is there, so nothing may be taken out.
    return JustHTML(FORMATS["html"].write(setlist), strict=True, sanitize=False)


def cells(page):
    return [
        [cell.to_text().strip() for cell in row.query("td, th")] for row in page.query("tbody tr")
    ]


def test_the_table_is_this(setlist):
    assert cells(parsed(setlist)) == [
        [
            "1",
            "0:00:12",
            "0:04:11",
            "0:03:59",
            "Café, “Two”",
            "The A's",
            *CODES,
            "-2",
            "4 % faster",
            "98 %",
        ],
        [
            *("2", "0:04:21", "0:10:00", "0:05:39"),
            "Not recognised Perhaps Greensleeves - Demo , 37 % ; or Oh! Susanna , 2 %",
            *("-", "-", "-", "-", "-", "-"),
        ],
        [
            "3",
            "0:10:00",
            "1:01:15",
            "0:51:15",
            "曲",
            "=1+1",
            "-",
            "-",
            "0",
            "same tempo",
            "> 99.9 %",
        ],
    ]


def test_columns_without_a_value_are_left_out():
    bare = Song(start=1.0, end=8.0, track=SongTrack(track_id="", title="Encore", isrc="X"))
    page = parsed(Setlist(recording="a.wav", duration=9.0, songs=(bare,)))
    headings = [cell.to_text() for cell in page.query("thead th")]
    assert headings == ["No.", "Start", "End", "Length", "Title", "ISRC", "Probability"]


def test_the_head_counts(setlist):
    page = parsed(setlist)
    assert page.query_one("title").to_text() == "Set list of night one"
    (line,) = [p.to_text() for p in page.query("h1 + p")]
    assert line == "1:06:40 long; 2 songs named, 1 not recognised; 1:00:54 of songs in total."


def test_interludes_sections_and_files_are_shown(night):
    page = parsed(night)
    (line,) = [p.to_text() for p in page.query("h1 + p")]
    assert line == "0:05:00 long; 2 songs named, 1 not recognised; 0:04:25 of songs in total."
    rows = [[cell.to_text() for cell in row.query("td, th")] for row in page.query("tbody tr")]
    assert [row[0] if len(row) == 1 else (row[0], row[4]) for row in rows] == [
        "Set 1",
        ("1", "One"),
        "Set 2",
        ("2", "Two"),
        ("", "(talk)"),
        ("3", "Not recognised"),
    ]
    assert "d1t2.flac from 0:01:40" in page.to_text()
    part = parsed(night.model_copy(update={"start": 5.0, "end": 200.0}))
    assert "of which 0:00:05 to 0:03:20 was searched" in part.to_text()


@settings(deadline=None, max_examples=40)
@given(setlists())
def test_any_set_list_is_a_valid_page_that_says_what_it_holds(setlist):
    page = parsed(setlist)
    rows = cells(page)
    for row, song in zip(rows, setlist.songs, strict=True):
        named = title(song) if song.track else "Not recognised"
        assert row[4].startswith(" ".join(named.split()))
        assert song.track is None or row[4] == " ".join(named.split())
    if artists := [" ".join(artist(song).split()) for song in setlist.songs if artist(song)]:
        by = [row[5] for row, song in zip(rows, setlist.songs, strict=True) if artist(song)]
        assert by == artists
    assert len(page.query("svg g")) == len(setlist.songs)
    assert not page.query(FORBIDDEN)


@settings(deadline=None, max_examples=40)
@given(setlists())
def test_the_timeline_stays_in_its_picture(setlist):
    (svg,) = parsed(setlist).query("svg")
    left, top, width, height = map(float, svg.attrs["viewBox"].split())
    for rect in svg.query("g rect"):
        x, y, w, h = (float(rect.attrs[name]) for name in ("x", "y", "width", "height"))
        assert left <= x <= x + w <= left + width
        assert top <= y <= y + h <= top + height


def test_the_page_asks_for_nothing(setlist):
    page = parsed(setlist)
    (policy,) = page.query("meta[http-equiv]")
    assert policy.attrs["content"].startswith("default-src 'none';")
    for element in page.query("[href], [src]"):
        assert element.attrs.get("href") == "data:,"
    (style,) = page.query("style")
    sheet = style.to_text()
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        assert rule.type in ("qualified-rule", "at-rule")
        assert rule.type != "at-rule" or rule.lower_at_keyword in ("media", "page")
    assert "url(" not in sheet


def luminance(colour):
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_no_song_without_a_name_is_certain_of_anything():
    unsure = Song(start=1.0, end=8.0)
    by_hand = Song(start=8.0, end=9.0, track=SongTrack(track_id="", title="Encore"))
    page = parsed(Setlist(recording="a.wav", duration=9.0, songs=(unsure, by_hand)))
    assert [row[4:] for row in cells(page)] == [["Not recognised", "-"], ["Encore", "by hand"]]
    assert "%" not in page.query_one("tbody").to_text()
    # Both fill their blocks: one hatched, one solid.
    blocks = [group.query("rect")[1].attrs for group in page.query("svg g")]
    assert [block["height"] for block in blocks] == ["60.0", "60.0"]
    assert "fill" in blocks[0]
    assert blocks[1]["class"] == "song"


def test_every_theme_can_be_read(setlist):
    (style,) = parsed(setlist).query("style")
    themes = [
        dict(re.findall(r"--(\w+): (#\w{6});", block))
        for block in re.findall(r":root \{([^}]*--page[^}]*)\}", style.to_text())
    ]
    assert len(themes) == 3  # light, dark, print
    for theme in themes:
        # WCAG 2.2: 4.5 for text, 3 for graphics.
        for text in ("ink", "soft", "number"):
            assert contrast(theme[text], theme["page"]) >= 4.5
        assert contrast(theme["song"], theme["slot"]) >= 3


def test_it_is_told_to_who_cannot_see_it(setlist):
    page = parsed(setlist)
    assert page.query_one("html").attrs["lang"] == "en"
    (svg,) = page.query("svg")
    assert svg.attrs["role"] == "img"
    labels = svg.attrs["aria-labelledby"].split()
    assert all(page.query_one(f"#{label}").to_text() for label in labels)
    assert page.query_one("table caption").to_text()
    assert all(cell.attrs["scope"] == "col" for cell in page.query("thead th"))
    assert all(cell.attrs["scope"] == "row" for cell in page.query("tbody th"))


def test_a_set_list_without_songs_says_so():
    page = parsed(Setlist(recording="a.wav", duration=0.0, songs=()))
    assert "No songs were found." in page.to_text()
    assert not page.query("table")


@pytest.mark.parametrize("duration", [0, 0.5, 1, 59, 3600, 7300, 36_000, 400_000])
def test_ticks_are_few_and_within_the_recording(duration):
    found = tick_times(duration)
    assert found[0] == 0
    assert len(found) <= 9
    assert found[-1] <= duration
    assert len({hms(time) for time in found}) == len(found)
    assert duration < 10 or len(found) >= 3
