import pytest

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.works import work_of, work_scores


def track(track_id, title=None, artist=None, iswc=None):
    return TrackInfo(track_id, title, artist, None, None, f"/{track_id}.flac", 180.0, iswc)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (track("a", iswc="T-1"), track("b", iswc="T-1"), True),
        (track("a", "Song", "Band", "T-1"), track("b", "Song", "Band", "T-2"), False),
        (track("a", "Song", "Band"), track("b", "SONG", "band"), True),
        (track("a", "Song", "Band"), track("b", "Song", "Others"), False),
        (track("a", "Song"), track("b", "Song"), False),
        (track("a"), track("b"), False),
    ],
)
def test_tags_tell_which_tracks_are_of_one_work(one, other, same):
    assert (work_of(one) == work_of(other)) is same


def test_a_work_is_as_probable_as_all_of_its_recordings():
    works = {"a": ("x",), "b": ("y",), "c": ("x",)}
    found = work_scores({"a": 0.4, "b": 0.3, "c": 0.2}, works)
    assert found == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.6})
