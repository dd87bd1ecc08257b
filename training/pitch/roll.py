"""Exact notes as a target: how much of each frame every semitone sounds."""

import numpy as np
from numpy.typing import NDArray

from samesong.features.notes import FINE
from samesong.training._render_kernels import draw_notes
from samesong.training.pitch.grid import LOWEST_NOTE, N_NOTES
from samesong.training.symbolic import Notes

FADE = 2.0
"""Seconds in which a held note's target falls from its beginning to `HELD`, as most sounds do."""

HELD = 0.5
"""Target of a note that has been held for `FADE` seconds, where its beginning has 1."""

QUIET = 0.4
"""Target of a note of velocity 0, where one of velocity 1 has 1."""


def piano_roll(notes: Notes, n_frames: int) -> NDArray[np.float32]:
    """Draw notes on the grid of the student's answers.

    Parameters
    ----------
    notes : Notes
        The score; drums and notes outside C1 to B6 are left out.
    n_frames : int
        Frames of `FINE`.

    Returns
    -------
    ndarray, shape (72, n_frames), float32
        In [0, 1]. Frame k is centred on ``k * FINE.frame_period``; one that a note fills in part
        has that part. Of notes that share a semitone the stronger one counts.
    """
    roll = np.zeros((N_NOTES, n_frames), np.float32)
    row = np.round(notes.pitch).astype(np.int64) - LOWEST_NOTE
    wanted = np.flatnonzero(~notes.is_drum & (row >= 0) & (row < N_NOTES))
    # In frames, counted from the left edge of frame 0.
    begin = notes.onset / FINE.frame_period + 0.5
    end = (notes.onset + notes.duration) / FINE.frame_period + 0.5
    strength = QUIET + (1 - QUIET) * np.clip(notes.velocity, 0, 1)
    draw_notes(
        roll,
        row[wanted],
        begin[wanted],
        end[wanted],
        strength[wanted],
        FADE / FINE.frame_period,
        HELD,
        np.zeros(len(wanted), np.float32),
    )
    return roll
