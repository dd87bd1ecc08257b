import numpy as np
import pytest

pytest.importorskip("torch")

from samesong.features.errors import TrainingError
from samesong.features.notes import UNHEARD
from samesong.training.pitch.crops import (
    Lesson,
    Lessons,
    draw_batch,
    draw_crop,
    moved,
    target,
)
from samesong.training.pitch.grid import LOUDEST
from samesong.training.pitch.pack import save

pytestmark = pytest.mark.training


def test_sources_are_on_one_side_alone(lessons):
    split = Lessons(lessons, held_out=0.5)
    split.refresh()
    names = [[lesson.name for lesson in side] for side in (split.training, split.held_out)]
    assert len(names[0]) + len(names[1]) == 6
    assert not set(names[0]) & set(names[1])


def test_what_comes_later_is_taken_in(lessons, make_example):
    split = Lessons(lessons, held_out=0)
    split.refresh()
    save(make_example(9), lessons / "work-9-0.npz")
    (lessons / "work-8-0.unfinished.npz").write_bytes(b"half")
    split.refresh()
    assert len(split.training) == 7


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="holds no lessons"):
        Lessons(tmp_path, held_out=0).refresh()


def test_notes_stay_with_what_is_heard(make_example):
    lesson = Lesson("work-1-0", make_example(1))
    for seed in range(10):
        magnitude, notes = draw_crop(lesson, 40, 0.5, np.random.default_rng(seed))
        # Every note lies within one bin of where it is heard, however it was moved.
        heard = magnitude[:216].reshape(72, 3, 40).mean(axis=1)
        inside = slice(8, 64)
        sounding = notes[inside] > 0.5
        assert heard[inside][sounding].mean() > 5 * heard[inside][~sounding].mean()


def test_short_lessons_repeat(make_example):
    magnitude, notes = draw_crop(
        Lesson("work-1-0", make_example(1, 9)), 30, 0.5, np.random.default_rng()
    )
    np.testing.assert_array_equal(magnitude[:, :9], magnitude[:, 9:18])
    assert notes.shape == (72, 30)


def test_exact_notes_are_on_the_teachers_scale(make_example):
    example, frames = make_example(1), np.arange(60)
    exact = target(Lesson("work-1-0", example), frames)
    taught = target(Lesson("recording-1-0", example), frames)
    assert taught.min() == 0
    assert exact.min() == pytest.approx(UNHEARD)
    assert exact.max() == pytest.approx(UNHEARD + (LOUDEST - UNHEARD) * taught.max())


def test_rows_are_moved():
    rows = np.arange(1, 4, dtype="f4")[:, None]
    assert moved(rows, 1).ravel().tolist() == [0, 1, 2]
    assert moved(rows, -2).ravel().tolist() == [3, 0, 0]
    assert moved(rows, 0).ravel().tolist() == [1, 2, 3]


def test_batches_draw_kinds_by_their_share(lessons):
    split = Lessons(lessons, held_out=0)
    split.refresh()
    magnitude, notes = draw_batch(
        split.training, size=3, n_frames=20, recordings=0.5, clean=0.5, rng=np.random.default_rng(0)
    )
    assert (magnitude.shape, notes.shape) == ((3, 288, 20), (3, 72, 20))
    assert magnitude.dtype == notes.dtype == np.float32
    works = [lesson for lesson in split.training if not lesson.is_recording]
    draw_batch(works, size=2, n_frames=20, recordings=1.0, clean=0.0, rng=np.random.default_rng(0))
