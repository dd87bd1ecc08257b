import numpy as np
import pytest

SAMPLE_RATE = 22_050
C1 = 32.70319566257483


@pytest.fixture(scope="session")
def tone():
    """A sine with soft ends, so that it has no clicks."""

    def make(frequency, seconds=3.0, sample_rate=SAMPLE_RATE):
        t = np.arange(round(seconds * sample_rate)) / sample_rate
        fade = np.clip(np.minimum(t, seconds - t) / 0.05, 0, 1)
        return (0.5 * fade * np.sin(2 * np.pi * frequency * t)).astype(np.float32)

    return make


@pytest.fixture(scope="session")
def melody():
    """Notes one after another, given by their bins, each with six partials."""

    def make(bins, seconds_each=0.6):
        return (0.2 * np.concatenate([_note(b, seconds_each) for b in bins])).astype(np.float32)

    return make


@pytest.fixture(scope="session")
def music():
    """Chords, a melody, a beat of noise and a hiss: as rich as it gets without a recording."""

    def make(seconds=12.0, seed=0):
        rng = np.random.default_rng(seed)
        mix = 0.003 * rng.standard_normal(round(seconds * SAMPLE_RATE))
        for start in np.arange(0, seconds, 0.6):
            root = rng.integers(8, 24)
            chord = (root, root + 12 + rng.integers(3, 5), root + 19, root + 24 + rng.integers(12))
            for bin_ in chord:
                _place(mix, 0.1 * _note(bin_, 1.5), start)
            burst = rng.standard_normal(2000) * np.exp(-np.arange(2000) / 400)
            _place(mix, 0.1 * burst, start + 0.3)
        return mix.astype(np.float32)

    return make


def _note(bin_, seconds):
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    frequency = C1 * 2 ** (bin_ / 12)
    wave = sum(np.sin(2 * np.pi * frequency * n * t) / n for n in range(1, 7))
    return np.clip(t / 0.01, 0, 1) * np.exp(-2 * t) * wave


def _place(mix, sound, start):
    part = mix[round(start * SAMPLE_RATE) :][: len(sound)]
    part += sound[: len(part)]
