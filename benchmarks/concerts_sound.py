"""Sound of a planned concert: each part played in one venue, into one file."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from concerts_program import Part
from numpy.typing import NDArray

from samesong.features import audio
from samesong.features.errors import SilentAudioError
from samesong.training.live import LiveSettings, simulate_live
from samesong.training.live_sound import simulated_crowd

RATE = 24000
"""Hz, one of those that Opus knows; nothing above 11 kHz matters to samesong."""

_LOUDNESS = 0.1  # root mean square of a song, full scale 1
_FADE = 0.5  # seconds in which one part gives way to the next
_QUIET = 0.02  # share of a recording's peak level below which its ends are silence
_BROKEN_OFF = (12.0, 22.0)  # seconds after which a song that is begun again is broken off
_SENTENCES = (
    "Thank you so much, you are wonderful tonight!",
    "This next one is about my home town, and about the long way back from it.",
    "How is everybody doing over there, on the left? I cannot hear you!",
    "We wrote this song on a train, many years ago, and it has never been the same since.",
    "Please give a warm hand to the man on the drums, who has flown in only this morning.",
    "It is a little warm in here. Does anybody have a glass of water for the bass player?",
    "We have two more songs for you, and then you will have to go home.",
)

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Venue:
    """The sound of a concert, and the sources of its noises.

    Attributes
    ----------
    sound : LiveSettings
        Effect of room, crowd, microphone and codec on every part.
    crowd : Path or None
        Folder of recordings of crowds; None synthesises them.
    speech : Path or None
        Folder of recordings of people talking; None synthesises it.
    """

    sound: LiveSettings
    crowd: Path | None = None
    speech: Path | None = None


def draw_venue(
    rng: np.random.Generator,
    *,
    rooms: Path | None,
    crowd: Path | None,
    microphones: Path | None,
    speech: Path | None,
) -> Venue:
    """Draw the sound of a concert: one room and one recorder for all of it.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws everything.
    rooms : Path or None
        Impulse response of a room, or a folder of some; None simulates a room.
    crowd : Path or None
        Folder of recordings of crowds; None synthesises them.
    microphones : Path or None
        Folder of impulse responses of microphones; None limits the band alone.
    speech : Path or None
        Folder of recordings of people talking; None synthesises it.

    Returns
    -------
    Venue
        The same for all parts of a concert.
    """
    room = None
    if rooms is not None:
        room = rooms if rooms.is_file() else _one_of(rooms, rng)
    sound = LiveSettings(
        drive_db=rng.uniform(0, 6),
        room=room,
        room_seconds=rng.uniform(0.5, 2.0),
        crowd_db=rng.uniform(8, 18),
        crowd=crowd,
        microphone=microphones,
        low_hz=rng.uniform(60, 150),
        high_hz=rng.uniform(5000, 10000),
        level_drift_db=rng.uniform(0, 3),
        codec_loss=rng.uniform(0, 0.7),
    )
    return Venue(sound, crowd, speech)


def play(
    parts: Sequence[Part], venue: Venue, target: Path, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Write the concert into a file.

    Parameters
    ----------
    parts : sequence of Part
        Its program.
    venue : Venue
        Its sound.
    target : Path
        The file: .opus, .flac, .mp3 or .wav.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    list of dict
        One object a part: ``kind``, ``start``, ``end``, and of a song ``path``, ``known``,
        ``manner``, ``missing_start``, ``key_shift`` and ``tempo_ratio``.
    """
    truth: list[dict[str, Any]] = []
    fade = round(_FADE * RATE)
    held = np.zeros(0, np.float32)  # the end of the last part, waiting for the next one
    begin = 0
    form = {"format": "OGG", "subtype": "OPUS"} if target.suffix == ".opus" else {}
    with soundfile.SoundFile(target, "w", RATE, 1, **form) as file:
        for part, samples in ((part, _sound(part, venue, rng)) for part in parts):
            overlap = min(fade, len(held), len(samples) // 2)
            rise = np.sqrt(np.linspace(0, 1, overlap, dtype=np.float32))
            samples[:overlap] = (
                samples[:overlap] * rise + held[-overlap or len(held) :] * rise[::-1]
            )
            _write(file, held[: len(held) - overlap])
            begin += len(held) - overlap
            if truth:
                truth[-1]["end"] = round((begin + overlap / 2) / RATE, 2)
            truth.append(_described(part, (begin + overlap / 2) / RATE))
            held = samples
        _write(file, held)
        truth[-1]["end"] = round((begin + len(held)) / RATE, 2)
    return truth


def _write(file: soundfile.SoundFile, samples: Samples) -> None:
    # Second by second: encoders of libsndfile put what they are given on the stack.
    for start in range(0, len(samples), RATE):
        file.write(np.clip(samples[start : start + RATE], -1, 1))


def _described(part: Part, start: float) -> dict[str, Any]:
    described: dict[str, Any] = {"kind": part.kind, "start": round(start, 2), "end": 0.0}
    if part.path is not None:
        described |= {
            "path": str(part.path),
            "known": part.known,
            "manner": part.manner,
            "missing_start": round(part.offset, 1),
            "key_shift": round(part.performance.transpose),
            "tempo_ratio": round(part.performance.tempo, 3),
        }
    return described


def _sound(part: Part, venue: Venue, rng: np.random.Generator) -> Samples:
    if part.path is not None:
        dry = np.concatenate(list(_performed(part, rng)))
        return simulate_live(dry, RATE, venue.sound, rng)
    size = round(part.seconds * RATE)
    noise = _crowd(venue, size, rng)
    if part.kind == "applause":
        return _at_level(noise, _LOUDNESS * rng.uniform(0.3, 0.9))
    quiet = replace(venue.sound, crowd_db=None, drive_db=0.0)
    voice = simulate_live(_speech(venue, size, rng), RATE, quiet, rng)
    voice = _at_level(voice[:size], _LOUDNESS * rng.uniform(0.4, 1.0))
    return voice + _at_level(noise, _LOUDNESS * 10 ** (-(venue.sound.crowd_db or 60.0) / 20))


def _performed(part: Part, rng: np.random.Generator) -> Iterator[Samples]:
    assert part.path is not None
    studio = audio.load(part.path, sample_rate=RATE, start=part.offset, duration=part.seconds)
    played = simulate_live(_trimmed(studio, part.path), RATE, part.performance, rng)
    played = _at_level(played, _LOUDNESS * rng.uniform(0.7, 1.3))
    if part.manner == "restart":
        yield played[: round(rng.uniform(*_BROKEN_OFF) * RATE)]
        yield np.zeros(round(rng.uniform(2, 5) * RATE), np.float32)
    yield played


def _trimmed(samples: Samples, path: Path) -> Samples:
    """Cut silence and fades from both ends, where the end of a song could not be told."""
    block = RATE // 10
    levels = np.sqrt(
        np.mean(np.square(samples[: len(samples) // block * block]).reshape(-1, block), axis=1)
    )
    loud = np.flatnonzero(levels > _QUIET * levels.max(initial=0))
    if not len(loud):
        raise SilentAudioError(f"{path} is silent where it should be played")
    return samples[loud[0] * block : (loud[-1] + 1) * block]


def _crowd(venue: Venue, size: int, rng: np.random.Generator) -> Samples:
    if venue.crowd is None:
        return simulated_crowd(size, RATE, rng)
    recording = audio.load(_one_of(venue.crowd, rng), sample_rate=RATE)
    return np.resize(np.roll(recording, int(rng.integers(len(recording)))), size)


def _speech(venue: Venue, size: int, rng: np.random.Generator) -> Samples:
    """Return speech: sentences and pauses."""
    pieces, length = [], 0
    while length < size:
        spoken = (
            _said(rng)
            if venue.speech is None
            else audio.load(_one_of(venue.speech, rng), sample_rate=RATE)
        )
        pieces += [spoken, np.zeros(round(rng.uniform(0.2, 1.5) * RATE), np.float32)]
        length += len(pieces[-2]) + len(pieces[-1])
    return np.concatenate(pieces)[:size]


def _said(rng: np.random.Generator) -> Samples:
    """Return a sentence spoken by eSpeak NG; without that program, the chatter of a crowd."""
    program = shutil.which("espeak-ng")
    if program is None:
        return simulated_crowd(5 * RATE, RATE, rng)
    voice = f"en+{rng.choice(['m1', 'm3', 'm7', 'f1', 'f2', 'f4'])}"
    how = ["-v", voice, "-p", str(rng.integers(30, 70)), "-s", str(rng.integers(130, 190))]
    command = [program, *how, "--stdout", str(rng.choice(_SENTENCES))]
    wave = subprocess.run(command, check=True, capture_output=True).stdout
    samples = np.frombuffer(wave[44:], np.int16).astype(np.float32) / 32768
    seconds = np.arange(0, len(samples) / 22050, 1 / RATE)
    resampled = np.interp(seconds, np.arange(len(samples)) / 22050, samples)
    return np.asarray(resampled, np.float32)


def _one_of(folder: Path, rng: np.random.Generator) -> Path:
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in {".flac", ".wav", ".ogg"}]
    return files[int(rng.integers(len(files)))]


def _at_level(samples: Samples, level: float) -> Samples:
    now = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    return np.asarray(samples * (level / max(now, 1e-9)), np.float32)
