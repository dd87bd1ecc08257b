"""Artist, venue, date and notes, which a person adds to a set list, in the reports of it."""

import csv
import io
from typing import Any

import pytest

from samesong.runtime.reports.formats import FORMATS
from samesong.runtime.setlist.document import Setlist


@pytest.fixture
def told(setlist: Any) -> Setlist:
    """Return the plain set list with all that can be told of it."""
    content = setlist.to_dict()
    content |= {"artist": "=The Locals", "venue": 'The "Hall"', "date": "2026-05-12"}
    content |= {"notes": "Rain.\nA short one."}
    content["songs"][1]["notes"] = "with <a guest>"
    return Setlist.from_dict(content)


def test_a_table_has_them_in_columns_of_their_own(told: Setlist) -> None:
    text = FORMATS["csv"].write(told).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["concert_artist"] for row in rows} == {"'=The Locals"}
    assert {(row["venue"], row["date"]) for row in rows} == {('The "Hall"', "2026-05-12")}
    assert [row["notes"] for row in rows] == ["", "with <a guest>", ""]


def test_a_page_shows_them(told: Setlist) -> None:
    page = FORMATS["html"].write(told)
    assert "<bdi>=The Locals</bdi> · <bdi>The &#34;Hall&#34;</bdi> · <bdi>2026-05-12</bdi>" in page
    assert "Rain.\nA short one." in page
    assert "with &lt;a guest&gt;" in page


def test_a_cue_sheet_has_them_in_remarks(told: Setlist) -> None:
    lines = FORMATS["cue"].write(told).splitlines()
    assert lines[:5] == [
        'TITLE "night one"',
        'PERFORMER "=The Locals"',
        'REM DATE "2026-05-12"',
        "REM VENUE \"The 'Hall'\"",
        'REM COMMENT "Rain. A short one."',
    ]
    assert '    REM COMMENT "with <a guest>"' in lines


def test_lists_of_which_nothing_is_told_have_no_room_for_it(setlist: Any) -> None:
    assert "venue" not in FORMATS["csv"].write(setlist)
    assert 'class="about"' not in FORMATS["html"].write(setlist)
    assert "COMMENT" not in FORMATS["cue"].write(setlist)
