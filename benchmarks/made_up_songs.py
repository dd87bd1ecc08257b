"""Recordings for benchmarks: songs with chords, tune, bass and drums of their own, in stereo.

They are to cost what recordings cost that people have, and to be as different by ear. Notes of one
pitch are one waveform, which is added where the note is played, so that a song takes a second.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

_RATE = 44_100
_MODES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10))
_TRIAD = (0, 2, 4)
_RHYTHMS = ((4,), (2, 2), (3, 1), (1, 1, 2), (2, 1, 1), (1, 3), (1, 1, 1, 1))
"""Lengths of notes in half a bar, in eighths."""
_VOICES = ((60, 0.16, 0.6), (48, 0.06, 0.35), (36, 0.16, 0.5))
"""Lowest C, loudness and place from left to right of tune, chords and bass."""
_PARTIALS = (1.0, 0.5, 0.3, 0.2, 0.1)

Array = NDArray[np.float32]


@dataclass(frozen=True)
class _Note:
    eighth: int
    pitch: int
    eighths: int


def write_songs(folder: Path, count: int, seconds: float, seed: int) -> None:
    """Write FLAC files, 44.1 kHz in stereo.

    Parameters
    ----------
    folder : Path
        Folder that is made for them.
    count : int
        Number of songs.
    seconds : float
        Length of each.
    seed : int
        Other songs for another one.
    """
    folder.mkdir()
    with ProcessPoolExecutor() as pool:
        made = [
            pool.submit(_write, folder / f"{number:05}.flac", seconds, [seed, number])
            for number in range(count)
        ]
        for one in made:
            one.result()


def _write(path: Path, seconds: float, seed: list[int]) -> None:
    soundfile.write(path, song(seconds, seed), _RATE)


def song(seconds: float, seed: list[int]) -> Array:
    """Return a song.

    Parameters
    ----------
    seconds : float
        Its length.
    seed : list of int
        Another song for another one.

    Returns
    -------
    ndarray
        (n_samples, 2) float32, between -1 and 1.
    """
    draw = np.random.default_rng(seed)
    mode = np.array(_MODES[draw.integers(len(_MODES))])
    tonic = int(draw.integers(12))
    eighth = 30 * _RATE / draw.uniform(75, 150)
    n_samples = int(seconds * _RATE)
    n_bars = int(n_samples / eighth / 8) + 1
    # Four parts of eight bars, in an order of their own.
    parts = [_part(draw, mode) for _ in range(4)]
    order = draw.integers(len(parts), size=n_bars // 8 + 1)
    mixed = np.zeros((n_samples, 2), np.float32)
    for voice, (octave, gain, pan) in enumerate(
        [(60, 0.16, 0.6), (48, 0.06, 0.35), (36, 0.16, 0.5)]
    ):
        notes = (
            _Note(64 * place + note.eighth, octave + tonic + note.pitch, note.eighths)
            for place, part in enumerate(order)
            for note in parts[part][voice]
        )
        line = _rendered(notes, eighth, n_samples, draw.uniform(1.0, 4.0))
        mixed += gain * line[:, None] * np.array([1 - pan, pan], np.float32)
    mixed += _drums(draw, eighth, n_samples)
    mixed += draw.normal(scale=1e-3, size=mixed.shape).astype(np.float32)
    return mixed / max(1.0, float(np.abs(mixed).max()))


def _part(draw: np.random.Generator, mode: NDArray[np.int64]) -> tuple[list[_Note], ...]:
    """Return tune, chords and bass of eight bars."""
    tune, chords, bass = [], [], []
    step = int(draw.integers(7))
    for half in range(16):
        if half % 2 == 0 or draw.random() < 0.3:
            root = int(draw.integers(7))
        chords += [_Note(4 * half, _pitch(mode, root + third), 4) for third in _TRIAD]
        bass.append(_Note(4 * half, _pitch(mode, root), 4))
        place = 4 * half
        for eighths in _RHYTHMS[draw.integers(len(_RHYTHMS))]:
            step = int(np.clip(step + draw.integers(-3, 4), -3, 11))
            if draw.random() < 0.9:
                tune.append(_Note(place, _pitch(mode, step), eighths))
            place += eighths
    return tune, chords, bass


def _pitch(mode: NDArray[np.int64], step: int) -> int:
    octave, degree = divmod(step, 7)
    return int(12 * octave + mode[degree])


def _rendered(notes: Iterator[_Note], eighth: float, n_samples: int, decay: float) -> Array:
    line = np.zeros(n_samples, np.float32)
    waves: dict[tuple[int, int], Array] = {}
    for note in notes:
        kind = note.pitch, note.eighths
        if kind not in waves:
            waves[kind] = _wave(note.pitch, int(note.eighths * eighth), decay)
        begin = int(note.eighth * eighth)
        wave = waves[kind][: max(0, n_samples - begin)]
        line[begin : begin + len(wave)] += wave
    return line


def _wave(pitch: int, n_samples: int, decay: float) -> Array:
    time = np.arange(n_samples, dtype=np.float32) / _RATE
    phase = np.float32(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12)) * time
    wave = sum(gain * np.sin(n * phase) for n, gain in enumerate(_PARTIALS, 1))
    fade = np.minimum(1, np.minimum(time, time[::-1]) / 0.01)
    return np.asarray(wave * fade * np.exp(-decay * time), np.float32)


def _drums(draw: np.random.Generator, eighth: float, n_samples: int) -> Array:
    """Return noise on each beat, a little louder on every other one."""
    length = int(eighth)
    hit = draw.normal(size=(length, 2)) * np.exp(-np.arange(length) / (0.02 * _RATE))[:, None]
    drums = np.zeros((n_samples, 2), np.float32)
    for beat, begin in enumerate(np.arange(0, n_samples - length, 2 * eighth).astype(int)):
        drums[begin : begin + length] += np.float32(0.1 if beat % 2 else 0.06) * hit
    return drums
