"""Audio for benchmarks: the demo's recordings, given files, or a synthetic signal."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from samesong.features import SAMPLE_RATE, load
from samesong.features.errors import BenchmarkError
from samesong.runtime.demo.run import DEMO_AUDIO
from samesong.runtime.evaluation.manifest import Kind, ListedRecording
from samesong.runtime.files.discovery import find_audio

Samples = NDArray[np.float32]

_SUNG: tuple[Kind, ...] = ("studio", "live")


def demo_files(kind: str) -> list[Path]:
    """Return the demo's recordings of a kind.

    Parameters
    ----------
    kind : str
        ``studio``, ``live`` or ``other``.

    Returns
    -------
    list of Path
        The files, sorted.
    """
    return sorted(DEMO_AUDIO.glob(f"{kind}_*"))


def demo_recordings() -> list[ListedRecording]:
    """Return the demo's recordings with their works, as a list for evaluation."""
    songs = [
        ListedRecording(path, path.stem.removeprefix(f"{kind}_"), kind)
        for kind in _SUNG
        for path in demo_files(kind)
    ]
    return [*songs, *(ListedRecording(path, path.stem, "studio") for path in demo_files("other"))]


def audio_files(paths: Sequence[str | Path], otherwise: Sequence[Path]) -> list[Path]:
    """Return the audio files among some paths, folders included.

    Parameters
    ----------
    paths : sequence of str or Path
        Files and folders.
    otherwise : sequence of Path
        Files to use if `paths` is empty.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    BenchmarkError
        If a path does not exist, or there is no audio in any of them.
    """
    if not paths:
        return list(otherwise)
    found = find_audio(paths)
    if found.failures or not found.files:
        reasons = "; ".join(f"{path}: {reason}" for path, reason in found.failures)
        raise BenchmarkError(
            f"no audio to measure with ({reasons or 'nothing found'}): check the paths"
        )
    return list(found.files)


def excerpt(path: str | Path, seconds: float) -> Samples:
    """Return the beginning of a recording; one that is too short is repeated.

    Parameters
    ----------
    path : str or Path
        Audio file.
    seconds : float
        Length of the excerpt.

    Returns
    -------
    numpy.ndarray, shape (n_samples,), float32
        The excerpt at 22,050 Hz.

    Raises
    ------
    DecodeError
        If the file cannot be decoded.
    """
    samples = load(path, duration=seconds)
    return np.resize(samples, round(seconds * SAMPLE_RATE))


def synthesise(seconds: float, seed: int = 0) -> Samples:
    """Synthesise chords of decaying partials over hiss.

    Parameters
    ----------
    seconds : float
        Length of the signal.
    seed : int, optional
        Seed of the chords and the hiss.

    Returns
    -------
    numpy.ndarray, shape (n_samples,), float32
        The signal at 22,050 Hz.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(round(0.5 * SAMPLE_RATE)) / SAMPLE_RATE
    chords = []
    for _ in range(round(seconds / 0.5)):
        pitches = 65.4 * 2 ** (rng.choice(36, 4, replace=False) / 12)
        waves = [np.sin(2 * np.pi * f * n * t) / n for f in pitches for n in range(1, 7)]
        chords.append(0.05 * np.exp(-2 * t) * np.sum(waves, axis=0))
    samples = np.concatenate(chords)
    return (samples + 0.002 * rng.standard_normal(len(samples))).astype(np.float32)
