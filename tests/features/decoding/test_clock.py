"""Times are those of the recording, wherever a container's own clock begins and pauses."""

import numpy as np
import pytest

from samesong.features import load, probe
from samesong.features.decoding.clock import LONGEST_PAUSE, TOLERANCE, Clock

RATE = 22_050
KINDS = [("matroska", "libopus", 48_000), ("mp4", "aac", 44_100), ("mpegts", "aac", 44_100)]


@pytest.fixture(params=KINDS, ids=lambda kind: kind[0])
def record(request, encode, tone, save):
    """Writes 3 s of a tone to a container with a clock."""
    container, codec, rate = request.param

    def make(**clock):
        return save("a", encode(container, codec, tone(3, rate), rate, **clock))

    return make


def test_a_clock_that_begins_late_begins_at_zero(record):
    path = record(first=600)
    samples = load(path)
    assert len(samples) / RATE == pytest.approx(3, abs=0.1)
    assert abs(samples[: RATE // 2]).max() > 0.2
    assert len(load(path, start=2, duration=0.5)) == RATE // 2
    assert probe(path).duration == pytest.approx(3, abs=0.1)


def test_a_pause_is_silence(record):
    path = record(pause=(1, 20))
    samples = load(path)
    assert len(samples) / RATE == pytest.approx(23, abs=0.15)
    loud = np.flatnonzero(abs(samples) > 0.05) / RATE
    before, after = loud[loud < 10], loud[loud > 10]
    assert before.max() == pytest.approx(1, abs=0.1)
    assert after.min() == pytest.approx(21, abs=0.1)
    span = load(path, start=20, duration=2)
    assert np.flatnonzero(abs(span) > 0.05)[0] / RATE == pytest.approx(1, abs=0.1)
    assert probe(path).duration == pytest.approx(23, abs=0.2)


def test_a_clock_counts_samples():
    clock = Clock(600.0)
    assert clock.missing(600.0) == 0
    clock.passes(44_100, 44_100)
    clock.passes(24_000, 48_000)
    assert clock.now == 1.5
    assert clock.missing(601.5 + TOLERANCE / 2) == 0
    assert clock.missing(611.5) == 10
    assert clock.missing(None) == 0


@pytest.mark.parametrize("time", [0.0, 599.0, 603 + LONGEST_PAUSE])
def test_a_jump_is_no_pause(time):
    clock = Clock(600.0)
    clock.passes(2, 1)
    assert clock.missing(time) == 0
    clock.passes(1, 1)
    assert clock.missing(time + 1) == 0
    assert clock.missing(time + 6) == 5
    assert clock.now == 3
