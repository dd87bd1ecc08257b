"""What a student or its teacher makes of a recording, in the place of a CQ-spectrogram."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from samesong.features.cqt import cqt
from samesong.features.framing import frame_means
from samesong.features.notes import FINE, NotesFrontEnd, salience
from samesong.features.standardise import standardise
from samesong.training.pitch.checkpoint import averaged_student

Array = NDArray[np.float32]


class StudentEar:
    """A student's checkpoint as something that hears.

    Parameters
    ----------
    path
        The checkpoint.
    """

    def __init__(self, path: Path) -> None:
        self._student = averaged_student(path)

    def __call__(self, samples: Array) -> Array:
        """Return activations (72, n) in [0, 1] on the grid of `FINE` of samples (n,)."""
        magnitude = torch.from_numpy(cqt(samples, FINE))
        with torch.inference_mode():
            answer = torch.sigmoid(self._student(magnitude[None]))[0]
        return np.asarray(answer.numpy())


def spectrogram(activation: Array, n_samples: int) -> Array:
    """Do what the front end `notes` does after its network, with activations (72, n)."""
    frames = frame_means(
        lambda start, stop: activation[:, start:stop], NotesFrontEnd.spec, n_samples
    )
    return standardise(salience(frames))
