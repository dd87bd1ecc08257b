from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.runtime.works.work_name import work_artist, work_title


@dataclass(frozen=True)
class Named:
    """A recording with what it is called."""

    title: str | None = None
    artist: str | None = None
    work_title: str | None = None
    path: str = "/music/a.flac"


def titled(*titles: str | None) -> str | None:
    return work_title(Named(title) for title in titles)


def by(*artists: str | None) -> str | None:
    return work_artist(Named(artist=artist) for artist in artists)


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["Amazing Grace - Live in the Studio", "Amazing Grace"], "Amazing Grace"),
        (["Amazing Grace - Live in the Studio"], "Amazing Grace"),
        (["Grace", "Amazing Grace (Live)", "Amazing Grace (2009 Remaster)"], "Amazing Grace"),
        (["Amazing Grace", "Grace"], "Grace"),
        (["Grace (Live at the Apollo)", "Amazing Grace"], "Amazing Grace"),
        (["amazing grace", "Amazing Grace", "AMAZING GRACE"], "Amazing Grace"),
        (["amazing grace", "Amazing Grace", "amazing grace"], "amazing grace"),
        (["Track 2", "Track 2", "Greensleeves"], "Greensleeves"),
        (["Track 2", None, ""], "Track 2"),
        ([None, ""], None),
        ([], None),
    ],
)
def test_the_title_of_a_work_is_the_plainest(
    titles: list[str | None], expected: str | None
) -> None:
    assert titled(*titles) == titled(*reversed(titles)) == expected


def test_the_artist_of_a_work_is_that_of_most_recordings() -> None:
    assert by("Band, The", "The Band", "The Band ft. Somebody") == "The Band"
    assert by("Somebody", "Other", "Somebody", None) == "Somebody"
    assert by("Unknown Artist", "Unknown Artist", "Lute & Co") == "Lute & Co"
    assert by("Unknown Artist") == "Unknown Artist"
    assert by(None) is None


def test_title_and_artist_are_of_one_recording_where_they_can_be() -> None:
    mistyped = [Named("Greensleeves", "A"), Named("Oh! Susanna", "B")]
    assert (work_title(mistyped), work_artist(mistyped)) == ("Oh! Susanna", "B")
    nameless = [Named("Track 2", "A"), Named("Greensleeves (Live)", "Unknown artist")]
    assert (work_title(nameless), work_artist(nameless)) == ("Greensleeves", "A")


def test_what_the_user_calls_a_work_counts_above_all() -> None:
    recordings = [Named("One"), Named("One"), Named("Two", work_title="Hymn (Live)")]
    assert work_title(recordings) == "Hymn (Live)"


NAMES = st.sampled_from(
    ["One", "ONE", "one (Live)", "Two", "Two - Demo", "Track 1", "The One", "One, The", "", None]
)


@given(
    st.lists(st.builds(Named, NAMES, NAMES, st.none() | NAMES), min_size=1, max_size=6),
    st.randoms(),
)
def test_the_order_of_recordings_and_copies_of_all_change_nothing(
    recordings: list[Named], random: object
) -> None:
    name = work_title(recordings), work_artist(recordings)
    shuffled = [replace(one) for one in recordings * 2]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert (work_title(shuffled), work_artist(shuffled)) == name


def test_names_of_files_without_tags_come_last() -> None:
    tagged = Named("Amazing Grace", "Choir", path="/music/Amazing Grace.flac")
    untagged = Named("unt", path="/music/unt.mp3")
    again = Named("unt", path="/copies/unt.mp3")
    assert work_title([untagged, again, tagged]) == "Amazing Grace"
    assert work_title([untagged, again]) == "unt"
    assert work_title([untagged, Named("Track 2", "Choir")]) in {"unt", "Track 2"}


def test_a_title_given_by_hand_leaves_the_artist() -> None:
    joined = [Named("Auld Lang Syne", "Ceilidh Trio"), Named("Londonderry Air", "A")]
    assert work_artist(joined) == "Ceilidh Trio"
    for title in ("New Year", "Auld Lang Syne"):
        assert work_artist([replace(one, work_title=title) for one in joined]) == "Ceilidh Trio"
    assert work_artist([replace(one, work_title="Londonderry Air") for one in joined]) == "A"
