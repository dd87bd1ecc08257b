"""Which tracks the options --artist, --title, --album and --text mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.cli.chosen_tracks import Query
from samesong.runtime.works.titles import artist_key
from tests.runtime.conftest import catalog_track


def track(**fields: str | None) -> CatalogTrack:
    told = {"title": "A", "artist": "B", "album": "C", "path": "/music/a.flac", **fields}
    return catalog_track("id", **told)


@pytest.mark.parametrize(
    ("field", "asked", "value", "is_meant"),
    [
        ("artist", "Band, The", "The Band", True),
        ("artist", "BAND", "The Band ft. Somebody", True),
        ("artist", "sigur ros", "Sigur R\u00f3s", True),
        ("artist", "The Bands", "The Band", False),
        ("artist", "The *", "The Band", True),
        ("artist", "The *", "Somebody", False),
        ("artist", "b*", "The Band", True),
        ("title", "Boxer", "The Boxer", True),
        ("title", "the boxer (live)", "The Boxer - Live", True),
        # Other versions are other recordings.
        ("title", "the boxer", "The Boxer - Live", False),
        ("title", "the boxer*", "The Boxer - Live", True),
        ("title", "A *", "The Boxer", False),
        ("title", "Who Are You?", "Who are you", True),
        ("title", "Song ?", "Song 7", True),
        ("title", "Song ?", "Song 12", False),
        ("title", "[Intro]*", "[Intro] Hymn", True),
        ("title", "", None, True),
        ("title", "*", None, True),
        ("album", "abbey road", "Abbey\u00a0Road!", True),
        ("text", "sigur ros", "Sigur R\u00f3s", True),
        ("text", "a.FLAC", "any", True),
    ],
)
def test_spelling_makes_no_difference(
    field: str, asked: str, value: str | None, is_meant: bool
) -> None:
    place = "artist" if field == "text" else field
    assert Query(**{field: asked}).matches(track(**{place: value}), None) is is_meant


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_artist_is_meant_as_when_a_recording_is_identified(one: str, other: str) -> None:
    if "*" not in one + other and "?" not in one + other:
        meant = Query(artist=one).matches(track(artist=other), None)
        assert meant or artist_key(one) != artist_key(other)
    assert Query(artist=one.replace("*", "")).matches(track(artist=one.replace("*", "")), None)
