import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxruntime")

from samesong.features.errors import TrainingError
from samesong.features.notes import FINE
from samesong.training.pitch.teacher import RATE, Teacher

pytestmark = pytest.mark.training


def test_frames_are_where_the_sound_is(teacher_path):
    # The stand-in answers with the size of single samples, so a ramp comes back as a ramp.
    seconds = 7.3
    ramp = np.linspace(0, 1, int(seconds * RATE)).astype("f4")
    heard = Teacher(teacher_path)(ramp)
    assert heard.shape == (72, FINE.n_frames(len(ramp)))
    times = np.arange(1, heard.shape[1] - 1) * FINE.frame_period
    c1, b6 = 3 / 88, 74 / 88  # of 88 keys, as the stand-in weighs them
    np.testing.assert_allclose(heard[-1, 1:-1], times / seconds * b6, atol=2e-3)
    np.testing.assert_allclose(heard[0, 1:-1], times / seconds * c1, atol=2e-3)


def test_very_short_sound_is_heard_too(teacher_path):
    assert Teacher(teacher_path)(np.ones(300, "f4")).shape == (72, 1)


def test_another_file_is_refused(tmp_path):
    (tmp_path / "nmp.onnx").write_bytes(b"no graph")
    with pytest.raises(TrainingError, match=r"nmp\.onnx out of the wheel"):
        Teacher(tmp_path / "nmp.onnx")
