import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

pytest.importorskip("torch")

from samesong.features.errors import TrainingError
from samesong.training.corpus import SymbolicWork
from samesong.training.pitch import examples, pack
from samesong.training.pitch.examples import DEGRADED, Studio, from_recording

pytestmark = pytest.mark.training

RATE = 22_050


@pytest.fixture
def recordings(tmp_path):
    """A folder with one recording that is long enough, and one that is not."""
    folder = tmp_path / "music"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, seconds in (("long", 51), ("short", 3)):
        sound = 0.1 * rng.standard_normal(seconds * RATE)
        soundfile.write(folder / f"{name}.flac", sound, RATE)
    return folder


def test_a_recording_becomes_a_lesson(recordings, teacher_path, monkeypatch):
    monkeypatch.setattr(examples, "SECONDS", 4.0)
    studio = Studio(teacher=teacher_path)
    lesson = from_recording(recordings / "long.flac", studio, np.random.default_rng(1))
    assert lesson.heard.shape == (1 + DEGRADED, 288, 41)
    assert lesson.notes.shape == (72, 41)
    assert lesson.heard.max(axis=(1, 2)).tolist() == [255] * (1 + DEGRADED)


def test_without_a_teacher_nothing_is_made_of_recordings(recordings):
    with pytest.raises(TrainingError, match="need a teacher"):
        from_recording(recordings / "long.flac", Studio(), np.random.default_rng(1))


def test_a_work_becomes_a_lesson(make_song, monkeypatch):
    monkeypatch.setattr(examples, "SECONDS", 4.0)

    def noise(notes, seconds, rate, soundfonts, rng, *, tuning):
        del notes, soundfonts
        assert tuning == 0  # or the notes would not keep their times
        return rng.standard_normal(round(seconds * rate)).astype("f4")

    monkeypatch.setattr(examples, "play", noise)
    lesson = examples.from_notes(make_song(1), Studio(), np.random.default_rng(1))
    assert lesson.heard.shape == (1 + DEGRADED, 288, 41)
    assert lesson.notes.any()


def test_of_some_sung_works_the_teacher_says_what_it_hears(make_song, teacher_path, monkeypatch):
    monkeypatch.setattr(examples, "SECONDS", 4.0)

    def silence(notes, seconds, rate, soundfonts, rng, *, tuning):
        del notes, soundfonts, rng, tuning
        return np.zeros(round(seconds * rate), np.float32)

    monkeypatch.setattr(examples, "play", silence)
    made = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        made.append(examples.from_notes(make_song(1), Studio(teacher=teacher_path), rng).notes)
    # This teacher hears something in the highest notes wherever there is sound, and no score has
    # notes at all heights at once.
    taught = [bool((notes[60:] > 0).any(axis=1).all()) for notes in made]
    assert 0 < sum(taught) < len(taught)


def test_the_command_goes_on_where_it_was(recordings, teacher_path, tmp_path, monkeypatch):
    monkeypatch.setattr(examples, "SECONDS", 2.0)
    monkeypatch.setattr(pack, "ProcessPoolExecutor", Immediately)
    arguments = [str(tmp_path / "out"), "--recordings", str(recordings), "--pieces", "2"]
    arguments += ["--teacher", str(teacher_path)]
    done = CliRunner().invoke(pack.main, arguments)
    assert done.exit_code == 0, done.output
    made = sorted((tmp_path / "out").iterdir())
    assert len(made) == 2  # two pieces of the one that is long enough
    made[0].unlink()
    kept = made[1].stat().st_mtime_ns
    assert CliRunner().invoke(pack.main, arguments).exit_code == 0
    assert sorted((tmp_path / "out").iterdir()) == made
    assert made[1].stat().st_mtime_ns == kept


def test_a_broken_recording_is_reported(tmp_path):
    task = pack.Task("recording-1-0", tmp_path / "missing.flac")
    assert "skipped: recording-1-0" in pack.make(task, tmp_path, Studio(), 1)


def test_more_pieces_come_after_the_first_of_all(make_song):
    works = [SymbolicWork(f"{number}", (make_song(number),)) for number in range(3)]
    _, played = pack.tasks_of([], works, 1)
    assert [task.name for task in played] == sorted(pack.name_of_work(one) + "-0" for one in works)


class Immediately:
    """Stands in for a pool of processes, in this one."""

    def __init__(self, jobs):
        assert jobs == 1

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def submit(self, function, *arguments):
        result = function(*arguments)
        return Future(result)


class Future:
    """What is done already."""

    def __init__(self, made):
        self.made = made

    def result(self):
        return self.made
