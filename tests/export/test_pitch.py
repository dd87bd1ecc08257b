import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch

from samesong.export import pitch
from samesong.export.pitch import MAGNITUDE, NOTES, write_student
from samesong.features.errors import MismatchError
from samesong.runtime.inference.onnx_session import Session
from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.student import Student

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def student():
    torch.manual_seed(0)
    return Student(narrow=4, traces=2, wide=8, blocks=2).eval()


def test_the_graph_answers_as_the_student_does(student, tmp_path):
    path = tmp_path / "notes.onnx"
    assert write_student(student, path) <= 1e-4
    session = Session(path, inputs=[MAGNITUDE], outputs=[NOTES])
    for batch, n_frames in ((1, 1), (3, 50)):
        heard = np.random.default_rng(0).random((batch, 288, n_frames), np.float32)
        assert session.run({MAGNITUDE: heard})[NOTES].shape == (batch, 72, n_frames)


def test_another_answer_is_refused(student, tmp_path, monkeypatch):
    monkeypatch.setattr(pitch, "TOLERANCE", -1.0)
    with pytest.raises(MismatchError, match="differs from the student"):
        write_student(student, tmp_path / "notes.onnx")


def test_the_command_writes_the_averaged_student(student, tmp_path):
    config = PitchConfig(narrow=4, traces=2, wide=8, blocks=2)
    content = {"format": 1, "config": config.model_dump(), "average": student.state_dict()}
    torch.save(content, tmp_path / "last.pt")
    graph = tmp_path / "notes.onnx"
    done = CliRunner().invoke(pitch.main, [str(tmp_path / "last.pt"), str(graph)])
    assert done.exit_code == 0, done.output
    assert graph.exists()
