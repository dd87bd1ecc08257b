"""Kinds of sound between songs, on sounds that are made up."""

import shutil
import subprocess

import numpy as np
import pytest
from numpy.typing import NDArray

from samesong.runtime.setlist.interludes import interludes
from samesong.runtime.setlist.sound import LEVEL, sound_features, voicing
from samesong.runtime.setlist.timeline import Timeline

RATE = 22_050
STEP = 0.3
Array = NDArray[np.float32]


def applause(seconds: float) -> Array:
    """Return the noise of many hands."""
    rng = np.random.default_rng(1)
    return (0.1 * rng.standard_normal(round(seconds * RATE))).astype(np.float32)


def speech(seconds: float) -> Array:
    """Return syllables: a buzz of 120 Hz with formants, four times a second, with pauses."""
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 120 * n * time) / (1 + abs(n - 5)) for n in range(1, 25))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time), 0.01, 1)
    return (0.05 * buzz * syllables).astype(np.float32)


def timeline(*parts: tuple[Array, float]) -> Timeline:
    """Return sounds that follow each other, each with its log-odds of music."""
    samples = np.concatenate([part for part, _ in parts])
    features = sound_features(samples, RATE, STEP)
    music = np.repeat(
        [music for _, music in parts], [round(len(p) / RATE / STEP) for p, _ in parts]
    )
    rows = np.zeros((len(features), 2), np.float32)
    return Timeline(
        start=0.0,
        end=len(samples) / RATE,
        levels=(rows,),
        embedding=rows[:1],
        chroma=np.zeros((len(features), 12), np.float32),
        music=np.resize(music, len(features)).astype(np.float32),
        sound=features,
        step_seconds=(STEP,),
    )


def test_applause_talk_silence_and_tuning_are_told_apart() -> None:
    tone = np.sin(2 * np.pi * 220 * np.arange(9 * RATE) / RATE).astype(np.float32) / 5
    whole = timeline(
        (applause(12), -4),
        (speech(15), -4),
        (np.zeros(9 * RATE, np.float32), -4),
        (tone, 4),
        (tone, 4),
        (applause(9), -4),
    )
    found = interludes([(45, 54)], whole)
    assert [str(one.kind) for one in found] == ["applause", "talk", "tuning", "applause"]
    times = [(one.start, one.end) for one in found]
    for given, expected in zip(times, [(0, 12), (12, 27), (36, 45), (54, 63)], strict=True):
        assert given == pytest.approx(expected, abs=2.5)


def test_a_gap_that_is_too_short_holds_nothing() -> None:
    whole = timeline((applause(60), -4))
    assert interludes([(0, 30), (31, 60)], whole) == []
    assert interludes([], timeline((np.zeros(30 * RATE, np.float32), -4))) == []


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs eSpeak NG")
@pytest.mark.parametrize("voice", ["en+m3", "en+f2"])
def test_a_speaker_is_heard_as_talk(voice: str) -> None:
    said = "Thank you so much. This next one is about my home town, and the long way back from it."
    command = ["espeak-ng", "-v", voice, "--stdout", said]
    wave = subprocess.run(command, check=True, capture_output=True).stdout
    samples = np.frombuffer(wave[44:], np.int16).astype(np.float32) / 32768
    noisy = samples + 0.05 * applause(len(samples) / RATE + 1)[: len(samples)]
    (found,) = interludes([], timeline((noisy.astype(np.float32), -4)))
    assert found.kind == "talk"


def test_levels_are_those_of_the_samples() -> None:
    features = sound_features(applause(3), RATE, STEP)
    assert features.shape == (10, 3)
    np.testing.assert_allclose(features[:, LEVEL], -20, atol=0.5)
    assert (sound_features(np.zeros(RATE, np.float32), RATE, STEP)[:, LEVEL] == -100).all()


def test_voicing_is_that_of_periodic_sounds() -> None:
    time = np.arange(1102) / RATE
    saw = (time * 150 % 1 - 0.5).astype(np.float32)
    noise = applause(1)[:1102]
    voiced, noisy, silent = voicing(np.stack([saw, noise, np.zeros_like(saw)]), RATE)
    assert voiced > 0.9
    assert noisy < 0.3
    assert silent == 0
