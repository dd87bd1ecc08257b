"""Recordings read stretch by stretch, against the analysis of a recording in one piece."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong import Analyser
from samesong.features.errors import ShortAudioError
from samesong.runtime.setlist.concert_audio import ConcertAudio
from samesong.runtime.setlist.music_detection import LIMIT
from samesong.runtime.setlist.timeline import concatenate
from samesong.runtime.setlist.timeline_reader import TimelineReader
from tests.runtime.conftest import with_tempo

RATE = 22_050


@pytest.fixture(scope="module")
def reader(bundle: Any, analyser: Any) -> TimelineReader:
    return TimelineReader(bundle, analyser)


def test_a_short_recording_is_analysed_as_anywhere_else(
    reader: TimelineReader, analyser: Any, song_file: Any
) -> None:
    path = song_file("a.wav", 1, seconds=50)
    (timeline,) = reader.read(ConcertAudio([path]))
    (window,) = analyser.recording(path)
    assert (timeline.start, timeline.end) == (0, 50)
    for ours, theirs in zip(timeline.levels, window.sequences.levels, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(timeline.chroma, window.chroma)
    assert timeline.music.shape == (len(window.chroma),)


def test_stretches_follow_each_other_without_a_seam(
    reader: TimelineReader, analyser: Any, song: Any, song_file: Any
) -> None:
    path = song_file("a.wav", 2, seconds=150)
    parts = list(reader.read(ConcertAudio([path])))
    assert [part.start for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == pytest.approx(150)
    joined = concatenate(parts)
    (window,) = analyser.samples(song(2, seconds=150), RATE, window_seconds=150)
    for ours, theirs in zip(joined.levels, window.sequences.levels, strict=True):
        # Each stretch is standardised by itself.
        assert ours.shape == theirs.shape
        assert np.median((ours * theirs).sum(axis=1)) > 0.99


def test_known_stretches_are_left_out(reader: TimelineReader, song_file: Any) -> None:
    path = song_file("a.wav", 3, seconds=150)
    whole, rest = (
        list(reader.read(ConcertAudio([path]))),
        list(reader.read(ConcertAudio([path]), skip=1)),
    )
    assert [part.start for part in rest] == [part.start for part in whole[1:]]
    np.testing.assert_array_equal(rest[0].levels[0], whole[1].levels[0])


def test_silence_resembles_nothing_and_is_no_music(
    reader: TimelineReader, bundle: Any, song: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    samples = np.concatenate([np.zeros(260 * RATE, np.float32), song(4, seconds=120)])
    soundfile.write(path, samples, RATE)
    silent, *rest = reader.read(ConcertAudio([path]))
    assert not any(level.any() for level in silent.levels)
    assert not silent.chroma.any()
    assert (silent.music == -LIMIT).all()
    n_frames = bundle.spec.n_frames(len(samples))
    assert [len(level) for level in concatenate([silent, *rest]).levels] == [
        -(-n_frames // stride) for stride in bundle.manifest.strides
    ]
    assert rest[-1].music[-20:].mean() > -LIMIT


def test_windows_can_be_made_again_from_the_spectrograms(
    bundle: Any, reader: TimelineReader, song: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.concatenate([song(5, seconds=250), np.zeros(260 * RATE)]), RATE)
    concert = ConcertAudio([path])
    assert not concatenate(list(reader.read(concert))).frames  # its model has no other tempos
    model = with_tempo(bundle)
    analyser = Analyser(model)
    *parts, silent = TimelineReader(model, analyser).read(concert)
    timeline = concatenate([*parts, silent])
    assert not any(rows.any() for rows in silent.frames)
    window = timeline.window(90, 140)  # in two stretches
    [cqt] = timeline.spectrograms(window)
    again = analyser.make.window(window.start, [cqt.astype(np.float32)])
    assert again.start == window.start
    for ours, theirs in zip(again.sequences.levels, window.sequences.levels, strict=True):
        assert ours.shape == theirs.shape
        assert np.median((ours * theirs).sum(axis=1)) > 0.99


def test_a_recording_that_is_too_short_is_refused_by_its_path(
    reader: TimelineReader, song_file: Any
) -> None:
    path = song_file("a.wav", 1, seconds=0.4)
    with pytest.raises(ShortAudioError, match=re.escape(str(path))):
        list(reader.read(ConcertAudio([path])))
