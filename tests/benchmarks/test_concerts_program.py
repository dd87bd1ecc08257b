"""What is played at a made-up concert."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from concerts_program import Part, plan, playable


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return eleven recordings of 80 s."""
    folder = tmp_path_factory.mktemp("music")
    rng = np.random.default_rng(0)
    for number in range(11):
        soundfile.write(folder / f"{number}.wav", rng.uniform(-0.1, 0.1, 80 * 4000), 4000)
    return playable([folder])


def program(recordings: list[Path], *, whole: bool) -> list[Part]:
    rng = np.random.default_rng(1)
    return plan(recordings[2:], recordings[:2], 600.0, rng, whole=whole)


def test_strangers_are_all_played_and_no_song_twice(recordings: list[Path]) -> None:
    for whole in (False, True):
        songs = [part for part in program(recordings, whole=whole) if part.kind == "song"]
        assert {song.path for song in songs if not song.known} == set(recordings[:2])
        assert len({song.path for song in songs}) == len(songs)


def test_medleys_and_songs_begun_twice_are_left_out_when_songs_are_to_be_whole(
    recordings: list[Path],
) -> None:
    manners = {part.manner for part in program(recordings, whole=False)}
    assert {"medley", "restart"} < manners
    assert {part.manner for part in program(recordings, whole=True)} == {"whole"}
