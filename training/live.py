"""A simulator of live recordings: from a studio recording, with a seed."""

from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import soundfile
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import SamesongError, TrainingError
from samesong.training import live_performance, live_sound
from samesong.training.live_settings import LiveSettings, random_settings

__all__ = ["LiveSettings", "random_settings", "simulate_live"]

_SOUND_FILES = {".wav", ".flac", ".ogg", ".opus", ".mp3"}


def simulate_live(
    samples: NDArray[np.float32],
    sample_rate: int,
    settings: LiveSettings,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Make a live recording of a studio one.

    The order is that of the world: the musicians (structure, tempo, key), their amplifiers, the
    room, the crowd, the microphone, the recorder's level control, its codec.

    Parameters
    ----------
    samples : ndarray, shape (n,), float32
        Mono audio.
    sample_rate : int
        In Hz, above 6000.
    settings : LiveSettings
        The changes to make.
    rng : numpy.random.Generator
        The same state gives the same result.

    Returns
    -------
    ndarray, shape (m,), float32
        Mono audio at `sample_rate`, within -1 to 1.

    Raises
    ------
    AudioError
        If a recording of a room, crowd or microphone cannot be read.
    TrainingError
        If a folder of such recordings holds none.
    """
    s = settings
    live = live_performance.edit_sections(
        samples,
        sample_rate,
        missing_start=s.missing_start,
        edits=s.edits,
        section_seconds=s.section_seconds,
        rng=rng,
    )
    live = live_performance.change_tempo_and_key(
        live, sample_rate, tempo=s.tempo, drift=s.tempo_drift, semitones=s.transpose, rng=rng
    )
    if s.drive_db > 0:
        live = live_sound.overload(live, s.drive_db)
    if s.room is not None:
        live = live_sound.convolve(live, _recording(s.room, sample_rate, rng))
    elif s.room_seconds > 0:
        room = live_sound.simulated_room(sample_rate, s.room_seconds, rng)
        live = live_sound.convolve(live, room)
    if s.crowd_db is not None:
        crowd = (
            live_sound.simulated_crowd(len(live), sample_rate, rng)
            if s.crowd is None
            else _recording(s.crowd, sample_rate, rng)
        )
        live = live_sound.add_noise(live, crowd, s.crowd_db)
    if s.microphone is not None:
        live = live_sound.convolve(live, _recording(s.microphone, sample_rate, rng))
    live = live_sound.band_limit(live, sample_rate, s.low_hz, s.high_hz)
    if s.level_drift_db > 0:
        live = live_sound.drift_level(live, sample_rate, s.level_drift_db, rng)
    if s.codec_loss > 0:
        live = live_sound.mp3(_within_range(live), sample_rate, s.codec_loss)
    return _within_range(live)


def _recording(path: Path, sample_rate: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Load a file, or one drawn from a folder."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in _SOUND_FILES)
        if not files:
            raise TrainingError(
                f"{path} holds no recording; put {', '.join(sorted(_SOUND_FILES))} files there"
            )
        path = files[rng.integers(len(files))]
    return audio.load(path, sample_rate=sample_rate)


def _within_range(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn down what would clip."""
    return samples / max(1.0, float(np.max(np.abs(samples))) / 0.98)


@click.command()
@click.argument("source", metavar="IN", type=click.Path(exists=True, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--tempo", type=float, help="Factor of tempo; above 1 is faster.")
@click.option("--drift", "tempo_drift", type=float, help="Slow wandering of tempo, a fraction.")
@click.option("--transpose", type=float, help="Semitones upwards.")
@click.option("--missing-start", type=float, help="Seconds missing at the start.")
@click.option("--edits", type=int, help="Sections dropped, repeated or swapped.")
@click.option("--drive-db", type=float, help="Overload in dB.")
@click.option("--room", type=click.Path(exists=True, path_type=Path), help="Impulse response(s).")
@click.option("--room-seconds", type=float, help="Reverberation time of a simulated room.")
@click.option("--crowd-db", type=float, help="Music above the crowd, in dB.")
@click.option("--crowd", type=click.Path(exists=True, path_type=Path), help="Crowd recording(s).")
@click.option(
    "--mic", "microphone", type=click.Path(exists=True, path_type=Path), help="Impulse response(s)."
)
@click.option("--low-hz", type=float, help="Lowest frequency that survives.")
@click.option("--high-hz", type=float, help="Highest frequency that survives.")
@click.option("--level-drift-db", type=float, help="Slow wandering of the level.")
@click.option("--codec-loss", type=float, help="MP3 encoding, 0 (none) to 1 (lowest bit rate).")
@click.option("--random", "draw", is_flag=True, help="Draw what is not given, instead of nothing.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same result.")
def main(
    source: Path, target: Path, draw: bool, seed: int, **given: float | int | Path | None
) -> None:
    """Make a live recording OUT of the studio recording IN."""
    rng = np.random.default_rng(seed)
    try:
        settings = random_settings(rng) if draw else LiveSettings()
        chosen = {name: value for name, value in given.items() if value is not None}
        settings = replace(settings, **chosen)  # type: ignore[arg-type]
        rate = min(48000, audio.probe(source).sample_rate)
        samples = audio.load(source, sample_rate=rate)
        soundfile.write(target, simulate_live(samples, rate, settings, rng), rate)
    except SamesongError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
