"""Concerts of several files, against the same sound in one file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from samesong.features import audio
from samesong.features.errors import DecodeError, ShortAudioError
from samesong.runtime.setlist.concert_audio import ConcertAudio

RATE = 22_050


@pytest.fixture
def files(song: Any, tmp_path: Path) -> list[Path]:
    """Return three files of 4, 3 and 2 s in different formats and at different rates."""
    forms = [("a.flac", 4, RATE), ("b.wav", 3, 44_100), ("c.ogg", 2, 48_000)]
    for seed, (name, seconds, rate) in enumerate(forms):
        samples = np.interp(
            np.arange(seconds * rate) / rate,
            np.arange(seconds * RATE) / RATE,
            song(seed, seconds=seconds),
        )
        soundfile.write(tmp_path / name, samples, rate)
    return [tmp_path / name for name, _, _ in forms]


def read(concert: ConcertAudio) -> np.ndarray:
    return np.concatenate(list(concert.samples(RATE)))


def test_files_follow_each_other(files: list[Path]) -> None:
    concert = ConcertAudio(files)
    expected = [audio.load(path, sample_rate=RATE) for path in files]
    np.testing.assert_array_equal(read(concert), np.concatenate(expected))
    ends = np.cumsum([len(samples) / RATE for samples in expected])
    assert [file.end for file in concert.files] == pytest.approx(ends)
    assert [file.start for file in concert.files] == pytest.approx([0, *ends[:-1]])
    assert concert.duration == pytest.approx(9, abs=0.01)
    assert concert.name == str(files[0].parent)


@pytest.mark.parametrize(("start", "end"), [(1, 3), (3.5, 4.5), (5, None), (0.5, 8.5), (7.5, 99)])
def test_a_part_is_cut_from_whatever_files_it_lies_in(
    files: list[Path], start: float, end: float | None
) -> None:
    whole = read(ConcertAudio(files))
    concert = ConcertAudio(files, start=start, end=end)
    part = read(concert)
    expected = whole[round(start * RATE) : None if end is None else round(end * RATE)]
    assert len(part) == len(expected)
    # A decoder that starts within a file starts with other samples before it.
    assert np.corrcoef(part, expected)[0, 1] > 0.99
    assert concert.end == pytest.approx(9 if end in {None, 99} else end, abs=0.01)


def test_a_broken_file_is_left_out_with_its_reason(files: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"no audio")
    truncated = tmp_path / "truncated.flac"
    truncated.write_bytes(files[0].read_bytes()[:60])
    concert = ConcertAudio([files[0], broken, truncated, files[1]])
    np.testing.assert_array_equal(read(concert), read(ConcertAudio(files[:2])))
    assert list(concert.failures) == [broken, truncated]
    assert [file.path for file in concert.files if file.end > file.start] == files[:2]


def test_a_concert_of_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="missing"):
        ConcertAudio([tmp_path / "missing.flac"])
    with pytest.raises(DecodeError, match="missing"):
        ConcertAudio([tmp_path / "missing.flac", tmp_path / "gone.flac"])


def test_a_part_behind_the_end_is_refused(files: list[Path]) -> None:
    with pytest.raises(ShortAudioError, match=r"lasts 9\.0\d s, .* from 10\.00 s"):
        ConcertAudio(files, start=10)
    with pytest.raises(ValueError, match="from 5 to 4 s"):
        ConcertAudio(files, start=5, end=4)


@pytest.mark.parametrize(
    ("seconds", "start", "joins"),
    [
        ([60, 50, 45], 0, [60, 110]),
        ([60, 50, 45], 70, [40]),  # of the part
        ([60, 20, 50], 0, []),  # the one between is too short for a song
        ([60], 0, []),
        ([60, 901], 0, []),  # a recorder's limit, not a song's
    ],
)
def test_files_of_a_song_each_tell_where_songs_begin(
    tmp_path: Path, seconds: list[int], start: float, joins: list[float]
) -> None:
    paths = [tmp_path / f"{number}.wav" for number in range(len(seconds))]
    for path, length in zip(paths, seconds, strict=True):
        soundfile.write(path, np.zeros(length * 4000, np.float32), 4000, "PCM_U8")
    assert ConcertAudio(paths, start=start).joins == joins
