"""Settings of the live simulator: how far a live recording departs from the studio one."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from samesong.features.errors import TrainingError

_RANGES = {
    "tempo": (0.5, 2.0),
    "tempo_drift": (0.0, 0.2),
    "transpose": (-12.0, 12.0),
    "missing_start": (0.0, 3600.0),
    "edits": (0, 16),
    "section_seconds": (1.0, 120.0),
    "drive_db": (0.0, 40.0),
    "room_seconds": (0.0, 10.0),
    "crowd_db": (-20.0, 60.0),
    "low_hz": (0.0, 2000.0),
    "high_hz": (500.0, 96000.0),
    "level_drift_db": (0.0, 12.0),
    "codec_loss": (0.0, 1.0),
}


@dataclass(frozen=True)
class LiveSettings:
    """Departures of a live recording from the studio one; the defaults change nothing.

    Attributes
    ----------
    tempo : float, 0.5 to 2
        Factor of tempo; above 1 is faster.
    tempo_drift : float, 0 to 0.2
        Largest slow departure from `tempo`, as a fraction.
    transpose : float, -12 to 12
        Semitones upwards; fractions detune the band.
    missing_start : float, 0 to 3600
        Seconds missing at the start.
    edits : int, 0 to 16
        Sections dropped, repeated or swapped.
    section_seconds : float, 1 to 120
        Length of such a section.
    drive_db : float, 0 to 40
        Overload of the loudest sample above the knee of a soft clipper, in dB.
    room : Path, optional
        Impulse response of the room, a file or a folder to draw one from.
    room_seconds : float, 0 to 10
        Reverberation time of a simulated room when no `room` is given; 0 for none.
    crowd_db : float, -20 to 60, optional
        Power of the music above that of the crowd, in dB; None for no crowd.
    crowd : Path, optional
        Recording of a crowd, a file or a folder to draw one from; synthesised when None.
    microphone : Path, optional
        Impulse response of the microphone, a file or a folder to draw one from.
    low_hz : float, 0 to 2000
        Nothing below this frequency survives.
    high_hz : float, 500 to 96000
        Nothing above this frequency survives.
    level_drift_db : float, 0 to 12
        Slow wandering of the level, in dB.
    codec_loss : float, 0 to 1
        MP3 encoding, 1 for the lowest bit rate; 0 for none.

    Raises
    ------
    TrainingError
        If a value is outside its range.
    """

    tempo: float = 1.0
    tempo_drift: float = 0.0
    transpose: float = 0.0
    missing_start: float = 0.0
    edits: int = 0
    section_seconds: float = 15.0
    drive_db: float = 0.0
    room: Path | None = None
    room_seconds: float = 0.0
    crowd_db: float | None = None
    crowd: Path | None = None
    microphone: Path | None = None
    low_hz: float = 0.0
    high_hz: float = 96000.0
    level_drift_db: float = 0.0
    codec_loss: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            low, high = _RANGES.get(field.name, (-np.inf, np.inf))
            if isinstance(value, int | float) and not low <= value <= high:
                raise TrainingError(f"{field.name} is {value}; give a value from {low} to {high}")


def random_settings(
    rng: np.random.Generator,
    *,
    tempo: tuple[float, float] = (0.85, 1.2),
    transpose: int = 3,
    crowd_db: tuple[float, float] = (3.0, 15.0),
    rooms: Path | None = None,
    crowds: Path | None = None,
    microphones: Path | None = None,
) -> LiveSettings:
    """Draw the settings of one live recording: every effect present, each to a random degree.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws everything.
    tempo : (low, high)
        Range of the tempo factor.
    transpose : int
        Largest transposition either way, in whole semitones; the tuning is off by up to 0.2 more.
    crowd_db : (low, high)
        Range of the power of the music above that of the crowd, in dB.
    rooms, crowds, microphones : Path, optional
        Folders to draw recordings from; what is not given is simulated.

    Returns
    -------
    LiveSettings
        Never two alike.
    """
    return LiveSettings(
        tempo=rng.uniform(*tempo),
        tempo_drift=rng.uniform(0, 0.03),
        transpose=int(rng.integers(-transpose, transpose + 1)) + rng.uniform(-0.2, 0.2),
        missing_start=rng.uniform(0, 15),
        edits=int(rng.integers(0, 3)),
        drive_db=rng.uniform(0, 9),
        room=rooms,
        room_seconds=rng.uniform(0.5, 2.5),
        crowd_db=rng.uniform(*crowd_db),
        crowd=crowds,
        microphone=microphones,
        low_hz=rng.uniform(60, 200),
        high_hz=rng.uniform(4000, 10000),
        level_drift_db=rng.uniform(0, 4),
        codec_loss=rng.uniform(0, 0.9),
    )
