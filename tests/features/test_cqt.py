import numpy as np
import pytest

from samesong.features import FeatureSpec
from samesong.features.cqt import bin_frequencies, cqt, filter_lengths


def spec(hop):
    return FeatureSpec(name="test", version=1, hop=hop)


def slow_cqt(samples, hop):
    """The defining sum, one bin and one point at a time."""
    quality = (2 ** (1 / 6) + 1) / (2 ** (1 / 6) - 1)
    magnitude = np.zeros((72, 1 + len(samples) // hop))
    for b in range(72):
        frequency = 32.70319566257483 * 2 ** (b / 12)
        length = np.ceil(quality * 22050 / frequency)
        reach = int(length / 2)
        offsets = np.arange(-reach, reach + 1)
        window = 0.5 + 0.5 * np.cos(2 * np.pi * offsets / length)
        wave = np.exp(-2j * np.pi * frequency * offsets / 22050)
        padded = np.pad(samples.astype(np.float64), (reach, reach + 1))
        for j in range(magnitude.shape[1]):
            around = padded[j * hop : j * hop + 2 * reach + 1]
            mean = np.sum(around * window * wave) / np.sum(window)
            magnitude[b, j] = np.sqrt(length) * abs(mean)
    return magnitude


# The low bins are taken at 1/8 of the rate for 512, 1/7 for 735 and 6,615, in full for a prime.
@pytest.mark.parametrize("hop", [512, 521, 735, 6615])
@pytest.mark.parametrize("kind", ["noise", "music"])
def test_the_fast_transform_equals_the_defining_sum(hop, kind, music):
    noise = np.random.default_rng(1).standard_normal(30_000).astype(np.float32)
    samples = noise if kind == "noise" else music(1.4)
    expected = slow_cqt(samples, hop)
    np.testing.assert_allclose(cqt(samples, spec(hop)), expected, atol=1e-4 * expected.max())


@pytest.mark.parametrize("hop", [512, 6615])
def test_a_range_of_points_equals_that_part_of_all(hop, music):
    samples = music(40.0)
    whole = cqt(samples, spec(hop))
    part = cqt(samples, spec(hop), 37, 121)
    assert part.shape == (72, 84)
    np.testing.assert_allclose(part, whole[:, 37:121], atol=1e-6 * whole.max())


def test_silence_beyond_a_filters_duration_stays_silence(music):
    samples = music(6.0)
    samples[44_100:] = 0
    magnitude = cqt(samples, spec(512))
    for row, length in zip(magnitude, filter_lengths(spec(512)), strict=True):
        beyond = int(np.ceil((44_100 + length / 2 + 64) / 512))
        assert row[beyond - 3] > 0
        assert not row[beyond:].any()


def test_a_sinusoid_has_the_documented_magnitude(tone):
    lengths, frequencies = filter_lengths(spec(512)), bin_frequencies(spec(512))
    for b in (0, 35, 36, 71):
        magnitude = cqt(tone(frequencies[b]), spec(512))
        assert magnitude[b, 65] == pytest.approx(0.25 * np.sqrt(lengths[b]), rel=1e-3)


def test_magnitudes_agree_with_librosa(music):
    librosa = pytest.importorskip("librosa", reason="librosa comes with the extra 'dev'")
    samples = music(20.0)
    expected = np.abs(librosa.cqt(samples, sr=22050, hop_length=512, n_bins=72))
    actual = cqt(samples, spec(512))
    assert actual.shape == expected.shape
    # librosa drops the smallest coefficients of its filters, and halves the rate more often.
    assert np.abs(actual - expected).max() < 0.03 * expected.max()
    loud = expected > 0.05 * expected.max()
    assert np.median(actual[loud] / expected[loud]) == pytest.approx(1, abs=0.005)
