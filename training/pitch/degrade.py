"""What a recording goes through before the student hears it; its notes keep their times."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.training.live import LiveSettings, simulate_live

Rng = np.random.Generator
Samples = NDArray[np.float32]

CROWD_DB = (-3.0, 20.0)
"""Range of the power of the music above that of the crowd, in dB."""


def degrade(samples: Samples, sample_rate: int, rng: Rng, noise: Path | None = None) -> Samples:
    """Record a recording again: overload, room, crowd, phone, band limits, level control, mp3.

    Tempo, key and structure are left alone, so that what the clean recording holds at some time is
    what is played in this one.

    Parameters
    ----------
    samples : ndarray, shape (n,), float32
        Mono audio.
    sample_rate : int
        In Hz, above 6000.
    rng : numpy.random.Generator
        Draws which effects take part, and how far each goes.
    noise : Path, optional
        Folder that holds recordings in ``room/``, ``crowd/`` and ``mic/``; a kind that it lacks,
        and half of the rooms and crowds, are simulated.

    Returns
    -------
    ndarray, shape (n,), float32
        Mono audio at `sample_rate`, within -1 to 1.

    Raises
    ------
    AudioError
        If a recording of a room, crowd or microphone cannot be read.
    """
    return simulate_live(samples, sample_rate, draw_settings(rng, noise), rng)[: len(samples)]


def draw_settings(rng: Rng, noise: Path | None = None) -> LiveSettings:
    """Draw the effects on one recording; each of them takes part in a share of all recordings.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws everything.
    noise : Path, optional
        Folder of recorded noise; see `degrade`.

    Returns
    -------
    LiveSettings
        Settings that leave tempo, key and structure alone.
    """

    def chance(share: float) -> bool:
        return bool(rng.random() < share)

    room, crowd, microphone = (
        noise / kind if noise is not None and (noise / kind).is_dir() else None
        for kind in ("room", "crowd", "mic")
    )
    drive = rng.uniform(6, 24) if chance(0.2) else rng.uniform(0, 9)
    return LiveSettings(
        drive_db=drive if chance(0.6) else 0.0,
        room=room if chance(0.4) else None,
        room_seconds=rng.uniform(0.3, 2.5) if chance(0.7) else 0.0,
        crowd_db=rng.uniform(*CROWD_DB) if chance(0.75) else None,
        crowd=crowd if chance(0.5) else None,
        microphone=microphone if chance(0.3) else None,
        low_hz=rng.uniform(40, 250) if chance(0.6) else 0.0,
        high_hz=float(np.exp(rng.uniform(np.log(2500), np.log(10000)))) if chance(0.7) else 96000.0,
        level_drift_db=rng.uniform(0, 4) if chance(0.4) else 0.0,
        # Encoding takes longer than everything else together.
        codec_loss=rng.uniform(0.3, 1.0) if chance(0.3) else 0.0,
    )
