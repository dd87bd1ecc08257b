"""A query's windows are those of the recording, and are made anew at other tempos."""

import numpy as np
import pytest

from samesong.features.audio_samples import AudioSamples
from samesong.features.errors import SilentAudioError
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.query import Query
from samesong.runtime.inference.segmentation import QUERY_HOP
from tests.runtime.conftest import refitted, with_tempo

RATE = 22_050


@pytest.fixture(scope="module")
def samples(song) -> AudioSamples:
    return AudioSamples(song(1, seconds=150.0), RATE)


@pytest.fixture(scope="module")
def query(bundle: ModelBundle, samples: AudioSamples) -> Query:
    return Analyser(with_tempo(bundle)).query(samples)


def test_its_windows_are_those_of_the_recording(query, analyser, samples):
    expected = analyser.recording(samples, QUERY_HOP)
    assert len(query.windows) == len(expected) == 2
    for window, other in zip(query.windows, expected, strict=True):
        assert (window.start, window.end) == (other.start, other.end)
        np.testing.assert_array_equal(window.chroma, other.chroma)
        for level, same in zip(window.sequences.levels, other.sequences.levels, strict=True):
            np.testing.assert_array_equal(level, same)


def test_at_its_own_tempo_a_window_is_what_it_was(query):
    for window in query.windows:
        again = query.at_tempo(window, 1.0)
        assert (again.start, again.end) == (window.start, window.end)
        for level, same in zip(again.sequences.levels, window.sequences.levels, strict=True):
            np.testing.assert_allclose(level, same, atol=0.02)  # kept in half precision


@pytest.mark.parametrize("ratio", [0.5, 1.25, 2.0])
def test_a_window_lasts_so_many_times_as_long(query, ratio):
    window = query.windows[1]
    again = query.at_tempo(window, ratio)
    assert again.start == window.start
    assert again.end - again.start == pytest.approx(ratio * 120, abs=1)
    assert len(again.chroma) == pytest.approx(ratio * len(window.chroma), abs=1)


def test_a_model_without_other_tempos_keeps_no_spectrograms(analyser, samples, query):
    assert analyser.bundle.fitted.tempo is None
    plain = analyser.query(samples)
    assert plain.at_tempo is None
    assert [one.start for one in plain.windows] == [one.start for one in query.windows]


@pytest.mark.parametrize("model", [refitted, with_tempo])
def test_silence_is_no_query(model, bundle):
    with pytest.raises(SilentAudioError, match="nothing but silence"):
        Analyser(model(bundle)).query(AudioSamples(np.zeros(RATE, np.float32), RATE))
