import re
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from samesong.features.errors import (
    DecodeError,
    InvalidSamplesError,
    ShortAudioError,
    SilentAudioError,
)
from samesong.features.frontend import get_front_end
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.representation.chroma import fold

RATE = 22_050


def spans(windows):
    return [(round(window.start, 6), round(window.end, 6)) for window in windows]


def test_a_recording_becomes_overlapping_windows(analyser, song_file):
    path = song_file("a.wav", 1, seconds=200)
    # The last window begins with a frame of the recording.
    assert spans(analyser.recording(path)) == [(0, 120), (60, 180), (79.8, 199.8)]
    assert spans(analyser.recording(path, QUERY_HOP)) == [(0, 120), (79.8, 199.8)]


def test_a_short_recording_is_one_short_window(analyser, song_file):
    (window,) = analyser.recording(song_file("a.wav", 1, seconds=30))
    assert (window.start, window.end) == pytest.approx((0, 30))
    assert [len(level) for level in window.sequences.levels] == [51, 51, 26, 26]
    assert window.chroma.shape == (51, 12)


def test_windows_of_a_file_are_those_of_its_spectrogram(analyser, bundle, song, song_file):
    path = song_file("a.wav", 2, seconds=180)
    cqt = bundle.front_end.transform(song(2, seconds=180), RATE)
    of_file, of_cqt = analyser.recording(path), analyser.spectrogram(cqt)
    assert spans(of_file) == spans(of_cqt)
    for one, other in zip(of_file, of_cqt, strict=True):
        # Each window is standardised by itself, and only its edges see other samples.
        similarity = (one.sequences.levels[0] * other.sequences.levels[0]).sum(axis=1)
        assert np.median(similarity) > 0.99


def test_chroma_is_folded_from_its_own_front_end_where_a_bundle_names_one(
    analyser, bundle, song, song_file
):
    path, notes = song_file("a.wav", 2, seconds=20), get_front_end("notes")
    (plain,) = analyser.recording(path)
    (both,) = Analyser(replace(bundle, chroma_spec=notes.spec)).recording(path)
    assert all(map(np.array_equal, plain.sequences.levels, both.sequences.levels))
    named = fold(notes.transform(song(2, seconds=20), RATE), bundle.manifest.strides[0])
    similarity = (both.chroma * named).sum(axis=1)
    assert np.median(similarity) > 0.99 > np.median((plain.chroma * named).sum(axis=1))


def test_a_silent_window_is_left_out(analyser, song, tmp_path):
    path = tmp_path / "a.wav"
    gap = np.zeros(121 * RATE, np.float32)
    soundfile.write(path, np.concatenate([song(3, seconds=120), gap, song(3, seconds=59)]), RATE)
    assert spans(analyser.recording(path)) == [(0, 120), (60, 180), (180, 300)]


def test_a_silent_recording_is_refused_by_its_path(analyser, tmp_path):
    path = tmp_path / "quiet.wav"
    soundfile.write(path, np.zeros(130 * RATE, np.float32), RATE)
    with pytest.raises(SilentAudioError, match=re.escape(str(path))):
        analyser.recording(path)


def test_half_a_second_is_refused_by_its_path(analyser, song_file):
    path = song_file("short.wav", 1, seconds=0.5)
    with pytest.raises(ShortAudioError, match=re.escape(str(path))):
        analyser.recording(path)


@pytest.mark.parametrize("content", [b"", b"just text"])
def test_a_file_that_is_no_audio_is_refused_by_its_path(analyser, tmp_path, content):
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(DecodeError, match=re.escape(str(path))):
        analyser.recording(path)


def test_a_stream_has_windows_of_any_length(analyser, song_file):
    path = song_file("a.wav", 1, seconds=50)
    windows = list(analyser.stream(path, 20.1, 9.9))
    assert spans(windows) == [(0, 20.1), (9.9, 30), (19.8, 39.9), (29.7, 49.8)]
    assert {len(window.sequences.levels[0]) for window in windows} == {34}


def test_a_stream_is_made_while_it_is_read(analyser, song_file):
    path = song_file("a.wav", 1, seconds=200)
    read = []
    stream = analyser.stream(path, 12.0, 12.0, progress=read.append)
    assert next(stream).end == pytest.approx(12)
    assert read[-1].seconds_done < 100
    list(stream)
    seconds = [one.seconds_done for one in read]
    assert seconds == sorted(set(seconds))
    assert seconds[-1] == pytest.approx(200)
    assert {one.seconds for one in read} == {200}


def test_progress_may_end_a_stream(analyser, song_file):
    class EnoughError(Exception):
        pass

    def stop(_):
        raise EnoughError

    with pytest.raises(EnoughError):
        list(analyser.stream(song_file("a.wav", 1, seconds=30), 12.0, 6.0, progress=stop))


def test_a_silent_stream_is_empty(analyser, tmp_path):
    path = tmp_path / "quiet.wav"
    soundfile.write(path, np.zeros(30 * RATE, np.float32), RATE)
    assert list(analyser.stream(path, 10.0, 5.0)) == []


@pytest.mark.parametrize(("window", "hop"), [(0.5, 0.5), (10, 0), (10, 11), (np.nan, 1)])
def test_impossible_windows_are_refused(analyser, song_file, window, hop):
    with pytest.raises(ValueError, match="or above, and hop_seconds="):
        list(analyser.stream(song_file("a.wav", 1, seconds=5), window, hop))


def assert_same(one, other, atol=0.0):
    assert spans(one) == spans(other)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a.chroma, b.chroma, atol=atol)
        for level, twin in zip(a.sequences.levels, b.sequences.levels, strict=True):
            np.testing.assert_allclose(level, twin, atol=atol)


def test_samples_give_the_windows_of_their_file(analyser, song, tmp_path):
    samples = song(5, seconds=130)
    path = tmp_path / "a.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    assert_same(analyser.samples(samples, RATE), analyser.recording(path, QUERY_HOP))
    shorter = analyser.samples(samples, RATE, window_seconds=40.0, hop_seconds=20.0)
    assert_same(shorter, list(analyser.stream(path, 40.0, 20.0)))
    # The hop of queries, which is longer than these windows.
    after_another = analyser.samples(samples, RATE, window_seconds=40.0)
    assert_same(after_another, list(analyser.stream(path, 40.0, 40.0)))


def test_samples_may_have_any_rate(analyser, song, tmp_path):
    samples = song(5, seconds=20)
    path = tmp_path / "a.wav"
    soundfile.write(path, samples, 16_000, subtype="FLOAT")
    assert_same(analyser.samples(samples, 16_000), analyser.recording(path), atol=1e-3)


def test_silent_samples_have_no_windows(analyser):
    assert analyser.samples(np.zeros(RATE, np.float32), RATE) == []


@pytest.mark.parametrize(
    ("samples", "error"),
    [
        (np.ones(1000, np.float32), ShortAudioError),
        (np.empty(0, np.float32), ShortAudioError),
        (np.full(RATE, np.nan, np.float32), InvalidSamplesError),
        (np.ones((RATE, 2), np.float32), InvalidSamplesError),
        (np.ones(RATE, np.int16), InvalidSamplesError),
    ],
)
def test_samples_that_are_no_audio_are_refused(analyser, samples, error):
    with pytest.raises(error):
        analyser.samples(samples, 44_100)
