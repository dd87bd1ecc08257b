import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.features import front_end_names, get_front_end, resample
from samesong.features.errors import FrontEndError
from samesong.features.overlap import WindowTransform
from samesong.features.tuning import FRAME, STEP, TunableFrontEnd, estimate_tuning

RATE = 22_050


def detuned(samples, semitones):
    """Play a tape at another speed."""
    return resample(samples, RATE, round(RATE / 2 ** (semitones / 12)))


@pytest.fixture(params=["direct", "pooled", "harmonic", "notes"])
def front_end(request):
    return get_front_end(request.param)


@settings(deadline=None, max_examples=20)
@given(semitones=st.floats(-0.49, 0.49), seed=st.integers(0, 9), loudness=st.floats(1e-3, 10))
def test_the_speed_of_a_tape_is_found(music, semitones, seed, loudness):
    found = estimate_tuning(np.float32(loudness) * detuned(music(4.0, seed), semitones), RATE)
    off = (found - semitones + 0.5) % 1 - 0.5  # half a semitone up is half a semitone down
    assert abs(off) < 0.6 * STEP
    assert -0.5 <= found <= 0.5
    assert found / STEP == pytest.approx(round(found / STEP))


@pytest.mark.parametrize("seed", range(5))
def test_noise_has_no_tuning(seed):
    noise = np.random.default_rng(seed).standard_normal(10 * RATE).astype(np.float32)
    assert estimate_tuning(noise, RATE) == 0


@pytest.mark.parametrize("samples", [np.zeros(5 * RATE), np.zeros(0), np.ones(FRAME - 1)])
def test_silence_and_what_is_too_short_have_none(samples):
    assert estimate_tuning(samples.astype(np.float32), RATE) == 0


def test_another_rate_hears_the_same(music):
    samples = detuned(music(6.0), 0.3)
    assert estimate_tuning(resample(samples, RATE, 44_100), 44_100) == estimate_tuning(
        samples, RATE
    )


@pytest.mark.parametrize("semitones", [-0.5, -0.3, 0.3, 0.5])
def test_a_front_end_tuned_alike_sees_what_it_sees_at_concert_pitch(front_end, music, semitones):
    samples = music(12.0)
    fast = detuned(samples, semitones)
    here = front_end.transform(samples, RATE).mean(axis=1)  # over time, which runs faster as well
    there = front_end.tuned(semitones).transform(fast, RATE).mean(axis=1)
    untuned = front_end.transform(fast, RATE).mean(axis=1)
    likeness = np.corrcoef([here, there, untuned])[0]
    assert likeness[1] > 0.9
    assert likeness[1] > likeness[2]
    assert front_end.tuned(semitones).spec == front_end.spec


def test_windows_are_heard_at_their_own_tuning(front_end, music):
    samples = music(12.0)
    transform = WindowTransform(front_end)
    for begin, tuning in [(0, 0.3), (6615, 0.3), (13_230, -0.2), (19_845, 0.0), (26_460, 0.0)]:
        window = samples[begin : begin + 6 * RATE]
        alone = front_end.tuned(tuning).transform(window, RATE)
        np.testing.assert_allclose(transform(begin, window, RATE, tuning), alone, atol=2e-4)


def test_a_front_end_that_cannot_follow_hears_all_at_concert_pitch(music):
    others = [get_front_end(name) for name in front_end_names()]
    others = [one for one in others if not isinstance(one, TunableFrontEnd)]
    samples = music(3.0)
    for front_end in others:
        heard = WindowTransform(front_end)(0, samples, RATE, 0.3)
        np.testing.assert_array_equal(heard, front_end.transform(samples, RATE))


@pytest.mark.parametrize("tuned", [lambda *_: 1 / 0, lambda *_: None])
def test_one_that_fails_to_follow_is_named(music, tuned):
    broken = type("Broken", (type(get_front_end("direct")),), {"tuned": tuned})()
    with pytest.raises(FrontEndError, match="front end 'direct'"):
        WindowTransform(broken)(0, music(3.0), RATE, 0.3)
