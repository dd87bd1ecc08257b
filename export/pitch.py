"""From a student's checkpoint to the graph that a front end runs, checked against PyTorch."""

from pathlib import Path

import click
import numpy as np
import torch
from torch import Tensor, nn

from samesong.export.graphs import write_graph
from samesong.features.errors import MismatchError
from samesong.features.notes import FINE
from samesong.runtime.inference.onnx_session import Session
from samesong.training.pitch.checkpoint import averaged_student
from samesong.training.pitch.student import Student

MAGNITUDE, NOTES = "magnitude", "notes"

TOLERANCE = 1e-4
"""Largest difference that is put down to rounding."""

_TRACED_BATCH, _TRACED_FRAMES = 2, 130
_COMPARED_FRAMES = (1201, 130, 7)


class NotesGraph(nn.Module):
    """A student with its last step, the sigmoid, which training leaves to the loss.

    Parameters
    ----------
    student : Student
        The trained student.
    """

    def __init__(self, student: Student) -> None:
        super().__init__()
        self.student = student

    def forward(self, magnitude: Tensor) -> Tensor:
        """Name the notes.

        Parameters
        ----------
        magnitude : Tensor, shape (batch, 288, frames), float32
            Fine transforms, 0 or above, in any linear unit.

        Returns
        -------
        Tensor, shape (batch, 72, frames), float32
            Activations of C1 to B6, 0 to 1.
        """
        return torch.sigmoid(self.student(magnitude))


def write_student(student: Student, path: Path) -> float:
    """Write the student: ``magnitude`` (batch, 288, frames) to ``notes`` (batch, 72, frames).

    Parameters
    ----------
    student : Student
        The trained student.
    path : Path
        File to write.

    Returns
    -------
    float
        Largest difference between activations in PyTorch and in ONNX Runtime.

    Raises
    ------
    MismatchError
        If it is above 1e-4, or not a number.
    """
    graph = NotesGraph(student).eval()
    write_graph(
        graph,
        (torch.rand(_TRACED_BATCH, FINE.n_bins, _TRACED_FRAMES),),
        path,
        inputs=(MAGNITUDE,),
        outputs=(NOTES,),
        dynamic=({0: "batch", 2: "frames"},),
    )
    session = Session(path, inputs=[MAGNITUDE], outputs=[NOTES])
    rng = np.random.default_rng(0)
    differences = []
    for n_frames in _COMPARED_FRAMES:
        # Magnitudes of music span many powers of ten.
        heard = np.exp(rng.normal(0, 2, (1, FINE.n_bins, n_frames))).astype(np.float32)
        heard[..., n_frames // 2 :] = 0  # as recordings do that begin or end in silence
        with torch.inference_mode():
            expected = graph(torch.from_numpy(heard)).numpy()
        differences.append(np.abs(session.run({MAGNITUDE: heard})[NOTES] - expected).max())
    largest = float(np.max(differences))  # which, unlike Python's max, keeps what is not a number
    if not largest <= TOLERANCE:
        raise MismatchError(
            f"{path} differs from the student by {largest:.1e}, above {TOLERANCE:.0e}: another "
            "version of onnx, onnxscript or onnxruntime may agree"
        )
    return largest


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("graph", type=click.Path(dir_okay=False, path_type=Path))
def main(checkpoint: Path, graph: Path) -> None:
    """Turn the averaged student of CHECKPOINT into GRAPH, an ONNX file."""
    largest = write_student(averaged_student(checkpoint), graph)
    click.echo(f"{graph}: PyTorch and ONNX Runtime differ by {largest:.1e}")


if __name__ == "__main__":
    main()
