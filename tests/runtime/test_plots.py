import struct
import sys

import pytest

from samesong.features.errors import MissingExtraError
from samesong.runtime.compare import compare_recordings
from samesong.runtime.plots import save_comparison


@pytest.fixture
def comparison(bundle, song_file):
    # A name with a formula, a newline and a letter that the font lacks.
    live = song_file("$x_1$\n曲.wav", 9, seconds=50, tempo=1.1, noise=0.03)
    return compare_recordings(live, song_file("studio.wav", 9, seconds=70), bundle)


def test_the_picture_is_a_png_wide_enough_for_two_panels(comparison, tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "out.png"
    save_comparison(comparison, path)
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width >= 1000
    assert height >= 500


def test_without_matplotlib_the_extra_is_named(comparison, tmp_path, monkeypatch):
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"samesong\[plot\]"):
        save_comparison(comparison, tmp_path / "out.png")
