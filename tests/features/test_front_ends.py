"""One contract for every installed front end, built in or not."""

import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samesong.features import FeatureSpec, FrontEnd, front_end_names, get_front_end, standardise
from samesong.features.cqt import cqt
from samesong.features.errors import (
    InvalidSamplesError,
    MismatchError,
    ShortAudioError,
    SilentAudioError,
)
from samesong.features.framing import frame_means
from samesong.features.overlap import LocalFrontEnd

SAMPLE_RATE = 22_050


@pytest.fixture(params=front_end_names())
def front_end(request):
    if request.param == "notes":
        pytest.importorskip("onnxruntime")  # it brings a network along
    return get_front_end(request.param)


def test_the_built_in_ones_are_there():
    assert {"direct", "pooled", "harmonic", "notes"} <= set(front_end_names())


def test_it_says_what_it_makes(front_end):
    assert isinstance(front_end, FrontEnd)
    assert isinstance(front_end.spec, FeatureSpec)
    assert front_end.name == front_end.spec.name
    assert (front_end.spec.n_bins, front_end.spec.bins_per_octave) == (72, 12)
    assert front_end.spec.frame_period == 0.3


@pytest.mark.parametrize("n_samples", [13_230, 13_231, 60_000, 120 * SAMPLE_RATE])
def test_it_makes_what_it_says(front_end, n_samples):
    noise = np.random.default_rng(0).standard_normal(n_samples).astype(np.float32)
    result = front_end.transform(noise, SAMPLE_RATE)
    assert result.shape == (72, front_end.spec.n_frames(n_samples))
    assert result.dtype == np.float32
    assert result.mean(dtype=float) == pytest.approx(0, abs=1e-5)
    assert result.std(dtype=float) == pytest.approx(1, abs=1e-5)


def test_a_pure_tone_lands_in_its_bin(front_end, tone):
    for b in range(72):
        frequency = front_end.spec.fmin * 2 ** (b / 12)
        result = front_end.transform(tone(frequency, seconds=1.8), SAMPLE_RATE)
        assert result.mean(axis=1).argmax() == b
        assert result[:, 3].argmax() == b


@settings(
    deadline=None,
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # a front end holds no state
)
@given(semitones=st.integers(-8, 8), bins=st.lists(st.integers(14, 30), min_size=4, max_size=8))
def test_transposing_shifts_the_bins(front_end, melody, semitones, bins):
    here = front_end.transform(melody(bins), SAMPLE_RATE)
    there = front_end.transform(melody([b + semitones for b in bins]), SAMPLE_RATE)
    alike = {n: np.sum(np.roll(here, n, axis=0) * there) / here.size for n in range(-12, 13)}
    assert max(alike, key=alike.get) == semitones
    assert alike[semitones] > 0.85


def test_loudness_does_not_matter(front_end, music):
    samples = music(5.0)
    expected = front_end.transform(samples, SAMPLE_RATE)
    for gain in (0.01, 30.0):
        quieter = front_end.transform(np.float32(gain) * samples, SAMPLE_RATE)
        np.testing.assert_allclose(quieter, expected, atol=0.01)


def test_a_long_digital_silence_is_a_pause(front_end, music):
    samples = np.concatenate([music(9.0), np.zeros(10 * SAMPLE_RATE, np.float32), music(9.0)])
    result = front_end.transform(samples, SAMPLE_RATE)
    assert np.isfinite(result).all()
    pause = result[:, 35:58]
    assert pause.std() < 0.1
    assert pause.mean() < result.mean()


def test_it_gives_the_same_again_and_leaves_its_input_alone(front_end, music):
    samples = music(5.0)
    before = samples.copy()
    first = front_end.transform(samples, SAMPLE_RATE)
    np.testing.assert_array_equal(front_end.transform(samples, SAMPLE_RATE), first)
    np.testing.assert_array_equal(samples, before)


def test_double_precision_and_strides_make_no_difference(front_end, music):
    samples = music(5.0)
    expected = front_end.transform(samples, SAMPLE_RATE)
    strided = np.stack([samples, samples], axis=1)[:, 0]
    for same in (samples.astype(np.float64), strided):
        np.testing.assert_allclose(front_end.transform(same, SAMPLE_RATE), expected, atol=1e-4)


def test_a_block_looks_as_it_does_within_the_whole(front_end, music):
    samples = music(18.0)
    whole = front_end.transform(samples, SAMPLE_RATE)[:, 15:45]
    block = front_end.transform(samples[10 * 6615 : 50 * 6615], SAMPLE_RATE)[:, 5:35]
    # Where frames are no multiple of the hop, the block's points lie between the whole's.
    assert np.corrcoef(whole.ravel(), block.ravel())[0, 1] > 0.995


def test_working_in_pieces_changes_nothing(front_end, music):
    samples = music(30.0)
    expected = front_end.transform(samples, SAMPLE_RATE)
    if isinstance(front_end, LocalFrontEnd):
        n_frames = expected.shape[1]
        pieces = [
            front_end.magnitude(samples, first, min(first + 7, n_frames))
            for first in range(0, n_frames, 7)
        ]
    else:
        fine = partial(cqt, samples, front_end.spec)
        pieces = [frame_means(fine, front_end.spec, len(samples), chunk=7)]
    np.testing.assert_allclose(standardise(np.hstack(pieces)), expected, atol=1e-4)


def test_memory_beyond_input_and_output_is_bounded(front_end):
    noise = np.random.default_rng(0).standard_normal(600 * SAMPLE_RATE, dtype=np.float32)
    front_end.transform(noise[: 60 * SAMPLE_RATE], SAMPLE_RATE)
    tracemalloc.start()
    result = front_end.transform(noise, SAMPLE_RATE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Standardising works on a copy; the rest is a chunk's: below half of what came in.
    assert peak < 3 * result.nbytes + 25e6 < noise.nbytes


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused(front_end, music, bad):
    samples = music(2.0)
    samples[1000] = bad
    with pytest.raises(InvalidSamplesError, match="NaN or infinite"):
        front_end.transform(samples, SAMPLE_RATE)


@pytest.mark.parametrize(
    "samples",
    [np.ones((2, 44_100), dtype=np.float32), np.ones(44_100, dtype=np.int16)],
    ids=["stereo", "integers"],
)
def test_samples_of_another_form_are_refused(front_end, samples):
    with pytest.raises(InvalidSamplesError, match=f"{samples.dtype} cannot be used"):
        front_end.transform(samples, SAMPLE_RATE)


def test_samples_far_beyond_full_scale_are_refused(front_end, music):
    with pytest.raises(InvalidSamplesError, match="far beyond full scale"):
        front_end.transform(music(2.0) * np.float32(1e38), SAMPLE_RATE)


def test_another_sample_rate_is_refused(front_end, music):
    with pytest.raises(MismatchError, match=rf"44100 Hz .*'{front_end.name}'.* 22050 Hz"):
        front_end.transform(music(2.0), 44_100)


@pytest.mark.parametrize("n_samples", [0, 1, 13_229])
def test_too_short_is_refused(front_end, n_samples):
    with pytest.raises(ShortAudioError, match=r"at least 0\.6 s"):
        front_end.transform(np.ones(n_samples, dtype=np.float32), SAMPLE_RATE)


@pytest.mark.parametrize("level", [0.0, 5e-5])
def test_silence_is_refused(front_end, tone, level):
    with pytest.raises(SilentAudioError, match="silent"):
        front_end.transform(np.float32(level) * tone(440.0), SAMPLE_RATE)
