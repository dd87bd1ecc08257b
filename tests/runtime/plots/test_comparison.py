import numpy as np
import pytest

from samesong.features.errors import AudioError
from samesong.runtime.display.canvas import name
from samesong.runtime.identification.comparison import compare, spectrograms
from samesong.runtime.plots import save_comparison


@pytest.fixture
def comparison(bundle, song_file):
    # A name with a formula, a newline and a letter that the font lacks.
    live = song_file("$x_1$\n曲.wav", 9, seconds=50, tempo=1.1, noise=0.03)
    return compare(live, song_file("studio.wav", 9, seconds=130), bundle)


def test_the_picture_is_wide_enough_for_all_panels_and_whole(
    comparison, bundle, tmp_path, looked_at
):
    path = tmp_path / "out.png"
    save_comparison(comparison, bundle, path)
    height, width, _ = looked_at(path).shape
    assert width >= 1500
    assert height >= 800


def test_the_spectrograms_are_those_of_the_windows(comparison, bundle, song):
    query, reference = spectrograms(comparison, bundle)
    period = bundle.spec.frame_period
    for drawn, window in zip((query, reference), comparison.windows, strict=True):
        assert drawn.shape == (72, 1 + int((window.end - window.start) / period + 1e-6))
    samples = song(9, seconds=50, tempo=1.1, noise=0.03)
    expected = bundle.front_end.transform(samples, bundle.spec.sample_rate)
    # The file holds the samples in 16 bits.
    assert np.corrcoef(query.ravel(), expected.ravel())[0, 1] > 0.99


def test_a_recording_that_is_gone_is_named(comparison, bundle, tmp_path):
    (tmp_path / "studio.wav").unlink()
    with pytest.raises(AudioError, match=r"studio\.wav"):
        save_comparison(comparison, bundle, tmp_path / "out.png")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc", "a b c"),
        ("$x$", r"\$x\$"),
        ("0123456789", "0123456789"),
        ("0123456789a", "0123456..."),
        ("五文字です", "五文字です"),
        ("五文字です。", "五文..."),
    ],
)
def test_names_are_short_and_plain(text, shown):
    assert name(text, 10) == shown
