import numpy as np
import pytest

from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.plots import save_setlist
from samesong.runtime.setlist.songs import Setlist, Song

LONG = "A Title That Goes On and On and $on$ until There Is No Room Left for It, Part II (Reprise)"


def songs(count):
    """Songs that touch or have gaps, every fourth one unknown, the last one up to the end."""
    for i in range(count):
        track = TrackInfo(f"{i}", f"{i} {LONG}", "שיר 曲", None, None, "", 1.0) if i % 4 else None
        shift, ratio = (0, 1.0) if track else (None, None)
        yield Song(240.0 * i, 240.0 * i + 200 + 20 * (i % 3), track, i / count, shift, ratio)


@pytest.mark.parametrize("count", [1, 25])
def test_every_song_has_a_row(tmp_path, looked_at, count):
    path = tmp_path / "out.png"
    save_setlist(Setlist("a.wav", 240.0 * count, tuple(songs(count))), path)
    height, width, _ = looked_at(path).shape
    assert width >= 1500
    assert height >= 200 + 35 * count


def test_the_surer_a_song_the_darker_its_bar(tmp_path, looked_at):
    def shade(confidence):
        track = TrackInfo("1", "a", None, None, None, "", 1.0)
        song = Song(0.0, 90.0, track, confidence, 0, 1.0)
        save_setlist(Setlist("a.wav", 100.0, (song,)), tmp_path / "out.png")
        pixels = looked_at(tmp_path / "out.png")[..., :3].mean(axis=2)
        # Down through the bar, right of the names; most of what is not white there is the bar.
        column = pixels[:, int(0.6 * pixels.shape[1])]
        return np.median(column[column < 1])

    assert shade(1.0) < shade(0.5) < shade(0.0)


def test_an_empty_set_list_is_drawn(tmp_path, looked_at):
    path = tmp_path / "out.png"
    save_setlist(Setlist("a.wav", 0.0, ()), path)
    looked_at(path)
