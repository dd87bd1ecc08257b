"""Songs in notes, made without files."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

MakeSong = Callable[..., Any]


@pytest.fixture(scope="session")
def make_song() -> MakeSong:
    """Make the `Notes` of the song of a seed: a melody, a bass, chords and drums."""
    from samesong.training.symbolic import Notes

    def make(seed: int, *, n_notes: int = 160, seconds: float = 60.0, drums: bool = True) -> Notes:
        rng = np.random.default_rng(seed)
        part = rng.integers(0, 4 if drums else 3, n_notes).astype(np.int16)
        part[:3] = (0, 1, 2)
        onset = np.sort(rng.uniform(0, seconds, n_notes))
        onset[0] = 0.0
        lowest = np.array([60, 36, 50, 35])[part]
        return Notes(
            onset=onset.astype(np.float32),
            duration=rng.uniform(0.1, 1.5, n_notes).astype(np.float32),
            pitch=(lowest + rng.integers(0, 12, n_notes)).astype(np.float32),
            velocity=rng.uniform(0.3, 1.0, n_notes).astype(np.float32),
            part=part,
            is_drum=part == 3,
            is_bass=part == 1,
        )

    return make
