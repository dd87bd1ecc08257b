import numpy as np
import pytest

from samesong.runtime.plots import save_setlist
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Candidate, Song, SongTrack

LONG = "A Title That Goes On and On and $on$ until There Is No Room Left for It, Part II (Reprise)"


def songs(count):
    """Songs that touch or have gaps, every fourth one unknown, the last one up to the end."""
    for i in range(count):
        track = (
            SongTrack(
                track_id=f"{i}",
                title=f"{i} {LONG}",
                artist="שיר 曲",
                album=None,
                isrc=None,
                path="",
                duration=1.0,
            )
            if i % 4
            else None
        )
        span = {"start": 240.0 * i, "end": 240.0 * i + 200 + 20 * (i % 3)}
        if track is None:
            maybe = SongTrack(track_id="1", title=LONG)
            candidates = (Candidate(track=maybe, probability=0.37),)
            yield Song(**span, verdict="probable", candidates=candidates)
        else:
            yield Song(**span, track=track, probability=i / count, key_shift=0, tempo_ratio=1.0)


@pytest.mark.parametrize("count", [1, 25])
def test_every_song_has_a_row(tmp_path, looked_at, count):
    path = tmp_path / "out.png"
    save_setlist(
        Setlist(recording="a.wav", duration=240.0 * count, songs=tuple(songs(count))), path
    )
    height, width, _ = looked_at(path).shape
    assert width >= 1500
    assert height >= 200 + 35 * count


def test_the_surer_a_song_the_darker_its_bar(tmp_path, looked_at):
    def shade(probability):
        track = SongTrack(
            track_id="1", title="a", artist=None, album=None, isrc=None, path="", duration=1.0
        )
        song = Song(
            start=0.0, end=90.0, track=track, probability=probability, key_shift=0, tempo_ratio=1.0
        )
        save_setlist(
            Setlist(recording="a.wav", duration=100.0, songs=(song,)), tmp_path / "out.png"
        )
        pixels = looked_at(tmp_path / "out.png")[..., :3].mean(axis=2)
        # Down through the bar, right of the names; most of what is not white there is the bar.
        column = pixels[:, int(0.6 * pixels.shape[1])]
        return np.median(column[column < 1])

    assert shade(1.0) < shade(0.5) < shade(0.0)


def test_an_empty_set_list_is_drawn(tmp_path, looked_at):
    path = tmp_path / "out.png"
    save_setlist(Setlist(recording="a.wav", duration=0.0, songs=()), path)
    looked_at(path)
