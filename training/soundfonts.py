"""Notes played by FluidSynth on the instruments of General MIDI soundfonts."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import symusic
from numpy.typing import NDArray

from samesong.features.errors import MissingExtraError, TrainingError
from samesong.training.symbolic import BASS_PROGRAMS, Notes

Rng = np.random.Generator
Samples = NDArray[np.float32]

#: General MIDI programs from 0 that a part may be given: keys, organs, guitars, strings, choirs,
#: brass, reeds, pipes, synthesizers.
PROGRAMS = (*range(8), *range(16, 32), *range(40, 97), *range(104, 112))

#: MIDI has 16 channels; the tenth is for drums.
MOST_PARTS = 15

TICKS = 480  # a quarter note, which is half a second unless a file says otherwise


def play(
    notes: Notes,
    seconds: float,
    sample_rate: int,
    soundfonts: Sequence[Path],
    rng: Rng,
    *,
    tuning: float | None = None,
) -> Samples:
    """Play a version with instruments drawn for each part.

    Parameters
    ----------
    notes : Notes
        The version.
    seconds : float
        Length of the result.
    sample_rate : int
        In Hz, 8000 or above.
    soundfonts : sequence of Path
        SF2 or SF3 files; one is drawn.
    rng : numpy.random.Generator
        Draws the soundfont, the instruments, loudness, tuning, reverberation and chorus.
    tuning : float, optional
        Semitones above 440 Hz; drawn by default. 0 keeps the notes' times exact to the sample.

    Returns
    -------
    ndarray, shape (n,), float32
        Mono audio.

    Raises
    ------
    MissingExtraError
        If FluidSynth is not installed.
    TrainingError
        If it cannot use the soundfont.
    """
    program = shutil.which("fluidsynth")
    if program is None:
        raise MissingExtraError(
            "rendering recordings needs FluidSynth; install it, for example by "
            "'apt-get install fluidsynth fluid-soundfont-gm timgm6mb-soundfont'"
        )
    soundfont = soundfonts[int(rng.integers(len(soundfonts)))]
    # Played at a slightly other rate than it is heard at, the band is tuned above or below 440 Hz.
    semitones = rng.normal(0, 0.15) if tuning is None else tuning
    tuned = round(sample_rate * 2 ** (-semitones / 12))
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder) / "notes.mid", Path(folder) / "sound.wav"
        write_midi(notes.select(notes.onset < seconds), score, rng)
        command = [program, "-n", "-i", "-q", "-g", "0.4", "-r", str(tuned)]
        command += ["-R", str(int(rng.random() < 0.7)), "-C", str(int(rng.random() < 0.5))]
        command += ["-T", "wav", "-O", "float", "-F", str(sound), str(soundfont), str(score)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        # It goes on in silence, and ends with 0, when it cannot read a soundfont.
        if done.returncode or "error:" in done.stderr:
            said = done.stderr.strip().splitlines()
            raise TrainingError(
                f"{soundfont}: FluidSynth cannot play with it ({said[-1] if said else 'no word'}); "
                "give an SF2 or SF3 file"
            )
        samples, _ = soundfile.read(sound, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    return np.asarray(np.resize(np.pad(mono, (0, sample_rate)), round(seconds * sample_rate)))


def as_tuned(notes: Notes, semitones: float) -> Notes:
    """Return notes as `play` sounds them at a tuning: the higher, the faster.

    Parameters
    ----------
    notes : Notes
        The version.
    semitones : float
        Above 440 Hz.

    Returns
    -------
    tuned : Notes
        What a singer of the same recording has to sing.
    """
    slower = np.float32(2 ** (-semitones / 12))
    return notes.having(
        onset=notes.onset * slower,
        duration=notes.duration * slower,
        pitch=notes.pitch + np.float32(semitones),
    )


def write_midi(notes: Notes, path: Path, rng: Rng) -> None:
    """Write notes as MIDI, each part on an instrument drawn for it.

    Fractions of semitones are lost. Parts beyond 15 share channels with others.

    Parameters
    ----------
    notes : Notes
        The version.
    path : Path
        File to write.
    rng : numpy.random.Generator
        Draws the instruments and their loudness.
    """
    score: Any = symusic.Score(TICKS)
    per_second = 2 * TICKS
    for part in np.unique(notes.part % MOST_PARTS):
        for is_drum in (False, True):
            mine = notes.select((notes.part % MOST_PARTS == part) & (notes.is_drum == is_drum))
            if not len(mine):
                continue
            programs = BASS_PROGRAMS if mine.is_bass.mean() > 0.5 else PROGRAMS
            loudness = np.exp(rng.normal(0, 0.3))
            track: Any = symusic.Track(
                program=0 if is_drum else int(rng.choice(programs)), is_drum=is_drum
            )
            track.notes = symusic.Note.from_numpy(
                (mine.onset * per_second).astype(np.int32),
                np.maximum(1, mine.duration * per_second).astype(np.int32),
                np.clip(np.round(mine.pitch), 0, 127).astype(np.int8),
                np.clip(mine.velocity * loudness * 127, 1, 127).astype(np.int8),
            )
            score.tracks.append(track)
    score.dump_midi(path)
