"""A transcribing network as teacher: what notes it hears in a clean recording.

Needed to make targets and never after that. It is Basic Pitch (R. M. Bittner and others, "A
lightweight instrument-agnostic model for polyphonic note transcription and multipitch estimation",
ICASSP 2022; Apache-2.0), as the file ``nmp.onnx`` inside the wheel of ``basic-pitch`` 0.4.0.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from samesong.features.errors import TrainingError
from samesong.features.notes import FINE
from samesong.training.pitch.grid import N_NOTES

RATE = 22_050
"""Samples a second that it takes."""

_WINDOW = 43_844  # samples it takes at once
_HOP = 256  # samples between its frames
_MARGIN = 15  # frames at either end of a window that lack context
_LOWEST = 3  # its lowest note is A0, three below C1
_BATCH = 4
_INPUT, _NOTES = "serving_default_input_2:0", "StatefulPartitionedCall:1"


class Teacher:
    """Names notes in recordings.

    Parameters
    ----------
    path : Path
        Basic Pitch's ``nmp.onnx``.
    threads : int, optional
        Threads that ONNX Runtime may use.

    Raises
    ------
    TrainingError
        If the file cannot be used.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's exceptions share no other base
            raise TrainingError(
                f"{path} cannot be used as the teacher ({error}); give nmp.onnx out of the wheel "
                "of basic-pitch 0.4.0"
            ) from error

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Name the notes of a recording.

        Parameters
        ----------
        samples : ndarray, shape (n,), float32
            Mono audio at `RATE`, full scale at 1.

        Returns
        -------
        ndarray, shape (72, n_frames), float32
            Activations of C1 to B6 in [0, 1], averaged over each frame of `FINE`.
        """
        n_frames = FINE.n_frames(len(samples))
        kept = np.arange(_MARGIN, _WINDOW // _HOP + 1 - _MARGIN)
        step = (len(kept) - 1) * _HOP
        n_windows = -(-max(1, len(samples)) // step)
        padded = np.zeros(_MARGIN * _HOP + n_windows * step + _WINDOW, np.float32)
        padded[_MARGIN * _HOP :][: len(samples)] = samples
        windows = sliding_window_view(padded, _WINDOW)[: n_windows * step : step]
        sums = np.zeros((n_frames, N_NOTES), np.float32)
        counts = np.zeros(n_frames, np.float32)
        for first in range(0, n_windows, _BATCH):
            batch = np.ascontiguousarray(windows[first : first + _BATCH, :, None])
            (heard,) = self._session.run([_NOTES], {_INPUT: batch})
            for number, notes in enumerate(heard, first):
                at = number * step + (kept - _MARGIN) * _HOP
                frame = (at + FINE.hop // 2) // FINE.hop
                inside = frame < n_frames
                np.add.at(counts, frame[inside], 1)
                np.add.at(sums, frame[inside], notes[kept[inside], _LOWEST : _LOWEST + N_NOTES])
        return np.asarray((sums / np.maximum(counts, 1)[:, None]).T)
