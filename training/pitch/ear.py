"""What a student or its teacher makes of a recording, in the place of a CQ-spectrogram."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from samesong.features.cqt import cqt
from samesong.features.framing import frame_means
from samesong.features.notes import FINE, NotesFrontEnd
from samesong.training.pitch.checkpoint import averaged_student

Array = NDArray[np.float32]


class StudentEar:
    """A student's checkpoint as something that hears.

    Parameters
    ----------
    path : Path
        The checkpoint.
    """

    def __init__(self, path: Path) -> None:
        self._student = averaged_student(path)

    def __call__(self, samples: Array) -> Array:
        """Name the notes of a recording.

        Parameters
        ----------
        samples : ndarray, shape (n,), float32
            Mono audio at 22,050 Hz, full scale at 1.

        Returns
        -------
        ndarray, shape (72, n_frames), float32
            Activations of C1 to B6 in [0, 1], on the grid of `FINE`.
        """
        magnitude = torch.from_numpy(cqt(samples, FINE))
        with torch.inference_mode():
            answer = torch.sigmoid(self._student(magnitude[None]))[0]
        return np.asarray(answer.numpy())


def spectrogram(activation: Array, n_samples: int) -> Array:
    """Turn activations into a spectrogram, as the front end `notes` does after its network.

    Parameters
    ----------
    activation : ndarray, shape (72, n_points), float32
        Activations in [0, 1] on the grid of `FINE`.
    n_samples : int
        Length of the recording at 22,050 Hz.

    Returns
    -------
    ndarray, shape (72, n_frames), float32
        Standardised spectrogram in frames of 0.3 s.
    """
    frames = frame_means(
        lambda start, stop: activation[:, start:stop], NotesFrontEnd.spec, n_samples
    )
    return NotesFrontEnd().finish_notes(frames)
