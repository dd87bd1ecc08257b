"""What a concert of several files is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.setlist.concert_name import concert_name


@pytest.mark.parametrize(
    ("names", "albums", "expected"),
    [
        (["d1t01.flac", "d1t02.flac"], ["Town Hall", "Town  Hall "], "Town Hall"),
        (["d1t01.flac", "d1t02.flac"], ["Town Hall", None], ""),
        (["d1t01.flac", "d2t02.flac"], [None, None], ""),
        (["Track 1.flac", "Track 2.flac"], [None, None], ""),
        (["01.flac", "02.flac"], ["", " "], ""),
        (["Town Hall 1994 d1t01.flac", "Town Hall 1994 d2t02.flac"], [], "Town Hall 1994"),
        (["Town Hall 1994-01.flac", "Town Hall 1994-02.flac"], [], "Town Hall 1994"),
        (["gig_1.flac", "gig_2.flac"], [], "gig"),
        (["gig9.flac", "gig10.flac"], [], "gig"),
        (["Town Hall (CD 1).flac", "Town Hall (CD 2).flac"], [], "Town Hall"),
        (["Town Hall - Amen.flac", "Town Hall - Anthem.flac"], [], "Town Hall"),
        (["Amen.flac", "Anthem.flac"], [], ""),
        (["folder/Fete part 1.ogg", "other/Fete part 2.ogg"], [], "Fete"),
        (["曲目集 1.flac", "曲目集 2.flac"], [], "曲目集"),
    ],
)
def test_what_the_files_share_is_the_name(
    names: list[str], albums: list[str | None], expected: str
) -> None:
    assert concert_name(names, albums or [None] * len(names)) == expected


@given(st.lists(st.text(min_size=1), min_size=2, max_size=4))
def test_any_names_make_a_name_or_none(names: list[str]) -> None:
    found = concert_name(names, [None] * len(names))
    assert found == found.strip()
    assert found == "" or all(found in name for name in names)
