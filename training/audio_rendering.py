"""Recordings rendered from notes: instruments, a singer, and for live ones a venue."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.training.arrange import rearrange
from samesong.training.live import random_settings, simulate_live
from samesong.training.parts import tune
from samesong.training.soundfonts import as_tuned, play
from samesong.training.symbolic import Notes
from samesong.training.versions import repeat_to
from samesong.training.voice import sing

Rng = np.random.Generator
Samples = NDArray[np.float32]

RATE = 22_050  # Hz
SECONDS = 130.0  # of a recording: one window and a little to cut it from

#: Share of the recordings in which the tune is sung, unless another is asked for.
SUNG = 0.6

#: Share of those in which no instrument plays the tune along with the singer.
ALONE = 0.7


@dataclass(frozen=True)
class SoundSources:
    """The sounds that recordings are rendered with.

    Attributes
    ----------
    soundfonts : tuple of Path
        SF2 or SF3 files.
    rooms, crowds, microphones : Path, optional
        Folders of recordings for the live simulator; None has them simulated.
    sung : float, optional
        Share of the recordings in which the tune is sung, in [0, 1].
    """

    soundfonts: tuple[Path, ...]
    rooms: Path | None = None
    crowds: Path | None = None
    microphones: Path | None = None
    sung: float = SUNG


def render_audio(
    notes: Notes, sources: SoundSources, *, live: bool, rng: Rng, seconds: float = SECONDS
) -> Samples:
    """Render a recording of a newly drawn version of a work.

    Parameters
    ----------
    notes : Notes
        The score.
    sources : SoundSources
        Instruments, rooms, crowds and microphones.
    live : bool
        True for a live recording, False for a studio one.
    rng : numpy.random.Generator
        Draws everything.
    seconds : float, optional
        Length of the recording.

    Returns
    -------
    ndarray, shape (seconds * RATE,), float32
        Mono audio at `RATE`.

    Raises
    ------
    MissingExtraError
        If FluidSynth is not installed.
    TrainingError
        If FluidSynth cannot use a soundfont.
    """
    strength = rng.uniform(0.3, 1.0) if live else rng.uniform(0, 0.5)
    version = rearrange(repeat_to(notes, seconds, rng), strength, rng)
    is_tune = tune(version)
    is_sung = rng.random() < sources.sung
    played = version.select(~is_tune) if is_sung and rng.random() < ALONE else version
    semitones = rng.normal(0, 0.15)
    band = play(played, seconds, RATE, sources.soundfonts, rng, tuning=semitones)
    music = normalise_level(band)
    if is_sung:
        melody = as_tuned(version.select(is_tune), semitones)
        voice = sing(melody, seconds, RATE, rng)
        music += 10 ** (rng.uniform(-6, 9) / 20) * voice
    if not live:
        return normalise_level(music)
    drawn = random_settings(
        rng,
        crowd_db=(-3.0, 20.0),
        rooms=sources.rooms if rng.random() < 0.5 else None,
        crowds=sources.crowds,
        microphones=sources.microphones if rng.random() < 0.3 else None,
    )
    # Key, tempo and structure have changed in the notes, and the file is encoded as it is written.
    settings = replace(
        drawn,
        tempo=1.0,
        tempo_drift=0.0,
        transpose=0.0,
        missing_start=0.0,
        edits=0,
        codec_loss=0.0,
    )
    return simulate_live(normalise_level(music), RATE, settings, rng)


def normalise_level(samples: Samples) -> Samples:
    """Scale a recording to a root mean square of 0.1; silence stays silent.

    Parameters
    ----------
    samples : ndarray, shape (n,), float32
        Mono audio.

    Returns
    -------
    ndarray, shape (n,), float32
        The scaled audio.
    """
    return np.asarray(samples * (0.1 / max(1e-6, float(samples.std()))), np.float32)
