from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

pytest.importorskip("python_stretch")

from live_set import (
    KEY_DEGREES,
    SAME_WORK,
    TEMPO_DEGREES,
    Live,
    LiveSet,
    Studio,
    degree_of_change,
    find_tracks,
    main,
    read_live_set,
    works_of,
)
from score_table import ScoreTable, degrees, metrics_by_degree, relevance

from samesong.runtime.evaluation.manifest import read_listed_recordings

pytestmark = pytest.mark.training

RATE = 22_050


@pytest.fixture(scope="module")
def music(tmp_path_factory):
    """Three recordings, one of them twice, one too short, and a text."""
    folder = tmp_path_factory.mktemp("music")
    time = np.arange(31 * RATE) / RATE
    for number in range(3):
        tone = 0.3 * np.sin(2 * np.pi * 110 * (number + 1) * time)
        soundfile.write(folder / f"{number}.wav", tone, RATE)
    (folder / "again.wav").write_bytes((folder / "0.wav").read_bytes())
    soundfile.write(folder / "short.wav", tone[: 10 * RATE], RATE)
    (folder / "notes.txt").write_text("no audio")
    return folder


def make(folder, music, *options):
    return CliRunner().invoke(main, [str(folder), str(music), *options])


def test_tracks_are_found_once_and_only_of_a_songs_length(music):
    assert sorted(path.name for path in find_tracks([music])) == ["0.wav", "1.wav", "2.wav"]


def test_a_piece_that_the_packages_hold_twice_is_one_work():
    ours, theirs = SAME_WORK[0]
    studio = works_of(
        [Path("/x/song.ogg"), Path("/x") / theirs, Path("/x/y.ogg"), Path("/x") / ours]
    )
    assert [track.work_id for track in studio] == [
        "track_000",
        "track_001",
        "track_002",
        "track_001",
    ]


def test_a_set_holds_tracks_and_live_recordings_of_some(music, tmp_path):
    folder = tmp_path / "set"
    result = make(folder, music, "--tracks", "3", "--queries", "1", "--transpose", "5")
    assert result.exit_code == 0, result.output
    made = read_live_set(folder)
    assert sorted(track.path.name for track in made.studio) == ["0.wav", "1.wav", "2.wav"]
    (live,) = made.live
    assert live.path == folder / "live" / "000.flac"
    assert live.transpose == 5
    assert live.work_id == made.studio[0].work_id
    played = soundfile.info(live.path)
    assert 0 < played.duration < 60
    # The list is one that 'samesong evaluate' reads.
    kinds = [entry.kind for entry in read_listed_recordings(folder / "list.csv")]
    assert kinds == ["studio"] * 3 + ["live"]


def test_the_same_seed_makes_the_same_set(music, tmp_path):
    for name in ("one", "two"):
        assert make(tmp_path / name, music, "--tracks", "2", "--queries", "1").exit_code == 0
    one, two = (tmp_path / name / "live" / "000.flac" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert (tmp_path / "one/list.csv").read_text() == (tmp_path / "two/list.csv").read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--tracks", "4"), "only 3 tracks"), (("--tracks", "2", "--queries", "4"), "4 needed")],
)
def test_too_little_music_is_refused(music, tmp_path, options, said):
    result = make(tmp_path / "set", music, *options)
    assert result.exit_code == 2
    assert said in result.output


def test_a_folder_that_holds_something_is_left_alone(music, tmp_path):
    (tmp_path / "mine").write_text("mine")
    assert "not empty" in make(tmp_path, music).output
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_nine_queries_cover_every_degree_of_key_and_tempo():
    changes = [degree_of_change(n, np.random.default_rng([1, n])) for n in range(18)]
    live = [Live("", "", key, tempo, 0.0) for key, tempo in changes]
    sizes = {name: int(members.sum()) for name, members in degrees(live).items()}
    assert sizes == {
        "all": 18,
        "same key": 6,
        "key ±1 to ±2": 6,
        "key ±3 to ±6": 6,
        "tempo 0 to 5 % off": 6,
        "tempo 5 to 15 % off": 6,
        "tempo 15 to 40 % off": 6,
    }
    assert max(abs(key) for key, _ in changes) <= KEY_DEGREES[-1]
    assert max(abs(tempo - 1) for _, tempo in changes) <= TEMPO_DEGREES[-1]


def test_each_degree_is_measured_on_its_own_queries(tmp_path):
    works = ("a", "b", "c")
    made = LiveSet(
        tuple(Studio(tmp_path / work, work) for work in works),
        (Live(tmp_path, "b", 0.1, 1.0, 3.0), Live(tmp_path, "c", -4.0, 1.3, 3.0)),
    )
    np.testing.assert_array_equal(relevance(made), [[False, True, False], [False, False, True]])
    scores = np.array([[0.1, 0.9, 0.2], [0.7, 0.6, 0.5]], np.float32)
    ScoreTable("model", scores, 1.0, 2.0, 3.0).save(tmp_path)
    kept = ScoreTable.load(tmp_path, "model")
    assert (kept.method, kept.track_seconds, kept.query_seconds) == ("model", 1.0, 2.0)
    measured = metrics_by_degree(made, kept)
    first = {name: metrics.values["MR1"].value for name, metrics in measured.items()}
    assert first == {
        "all": 2.0,
        "same key": 1.0,
        "key ±3 to ±6": 3.0,
        "tempo 0 to 5 % off": 1.0,
        "tempo 15 to 40 % off": 3.0,
    }
