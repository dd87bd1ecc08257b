import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")

from samesong.features.errors import TrainingError
from samesong.training.config import TrainingConfig
from samesong.training.corpora import open_corpora
from samesong.training.pitch.lesson_tracks import lesson_tracks, lessons_below

pytestmark = pytest.mark.training


def test_lessons_of_recordings_are_works(lessons, tmp_path):
    config = TrainingConfig(preset="tiny", front_end="notes", held_out=0.0)
    training, held_out, contents = open_corpora([lessons], config, tmp_path, lambda _: None)
    assert (len(training), len(held_out)) == (3, 0)
    assert contents == {"works in recordings": 3}
    studio, live = training.draw_pair(0, 20, 10, np.random.default_rng(0))
    assert (studio.shape, live.shape) == ((72, 20), (72, 10))


def test_a_track_is_as_long_as_its_lesson(lessons):
    from samesong.features.notes import NotesFrontEnd
    from samesong.training.pitch.pack import load

    path = lessons_below(lessons)[0]
    ((track,),) = lesson_tracks([path], NotesFrontEnd()).values()
    notes = load(path).notes
    assert track.kind == "studio"
    assert track.clean.shape == (72, 1 + (notes.shape[1] - 1) * 2205 // 6615)
    assert track.clean.std() == pytest.approx(1, abs=1e-3)
    assert len(track.live) == 1


def test_another_front_end_is_refused(lessons, tmp_path):
    config = TrainingConfig(preset="tiny", front_end="harmonic")
    with pytest.raises(TrainingError, match="lessons, which front end 'harmonic' cannot hear"):
        open_corpora([lessons], config, tmp_path, lambda _: None)


def test_other_folders_hold_no_lessons(tmp_path):
    assert lessons_below(tmp_path) == []
    assert lessons_below(tmp_path / "list.csv") == []
