import numpy as np
import pytest

pytest.importorskip("onnxruntime")

from samesong.features import notes
from samesong.features._graph import Graph
from samesong.features.errors import FrontEndError, ShortAudioError, SilentAudioError
from samesong.features.frontend import FrontEnd
from samesong.features.notes import GRAPH, INPUT, OUTPUT, NotesFrontEnd
from samesong.features.overlap import LocalFrontEnd, WindowTransform

RATE = 22_050


@pytest.fixture(scope="module")
def front_end():
    return NotesFrontEnd()


def test_it_keeps_the_contract(front_end):
    assert isinstance(front_end, FrontEnd)
    assert isinstance(front_end, LocalFrontEnd)
    assert front_end.spec.frame_length % front_end.spec.hop == 0


@pytest.mark.parametrize("n_samples", [13_230, 60_001])
def test_it_makes_what_it_says(front_end, n_samples):
    noise = np.random.default_rng(0).standard_normal(n_samples).astype(np.float32)
    made = front_end.transform(noise, RATE)
    assert made.shape == (72, front_end.spec.n_frames(n_samples))
    assert made.dtype == np.float32
    assert made.std(dtype=float) == pytest.approx(1, abs=1e-5)


def test_notes_land_in_their_bins(front_end, melody):
    bins = [24, 28, 31, 36, 33, 29, 43, 40]
    made = front_end.transform(melody(bins, seconds_each=0.9), RATE)
    # Frame 3k + 1 is the middle of note k.
    assert made[:, 1 : 3 * len(bins) : 3].argmax(axis=0).tolist() == bins


def test_a_tuning_that_is_off_changes_nothing(front_end, melody):
    made = front_end.transform(melody([b + 0.3 for b in (24, 31, 28, 36)], seconds_each=0.9), RATE)
    assert made[:, 1:12:3].argmax(axis=0).tolist() == [24, 31, 28, 36]


def test_loudness_does_not_matter(front_end, music):
    samples = music(5.0)
    expected = front_end.transform(samples, RATE)
    np.testing.assert_allclose(front_end.transform(30 * samples, RATE), expected, atol=0.01)


def test_windows_that_overlap_are_made_as_alone(front_end, music):
    samples = music(40.0)
    windows = WindowTransform(front_end)
    length, hop = 20 * RATE, 3 * front_end.spec.frame_length
    for begin in (0, hop, 2 * hop):
        window = samples[begin : begin + length]
        alone = front_end.transform(window, RATE)
        np.testing.assert_allclose(windows(begin, window, RATE), alone, atol=0.01)


def test_silence_and_scraps_are_refused(front_end):
    with pytest.raises(SilentAudioError):
        front_end.transform(np.zeros(RATE, np.float32), RATE)
    with pytest.raises(ShortAudioError):
        front_end.transform(np.ones(100, np.float32), RATE)


@pytest.mark.parametrize("content", [None, b"no graph"])
def test_a_graph_that_is_missing_or_damaged_is_named(content, tmp_path, monkeypatch, front_end):
    path = tmp_path / "notes.onnx"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(notes, "GRAPH", path)
    notes._graph.cache_clear()
    with pytest.raises(FrontEndError, match=r"notes\.onnx is missing or damaged"):
        front_end.transform(np.ones(RATE, np.float32), RATE)


def test_another_graph_is_refused():
    assert Graph(GRAPH, INPUT, OUTPUT)
    with pytest.raises(FrontEndError, match="turns magnitude into notes, not cqt into notes"):
        Graph(GRAPH, "cqt", OUTPUT)
