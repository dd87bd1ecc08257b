import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.features import standardise
from samesong.features.errors import FrontEndError, SilentAudioError


def magnitudes(seed=0, shape=(72, 40)):
    return np.random.default_rng(seed).exponential(size=shape).astype(np.float32)


def slow_standardise(magnitude):
    root = np.sqrt(magnitude.astype(np.float64))
    everywhere = root.mean()
    levelled = np.array([column / (column.mean() + 0.25 * everywhere) for column in root.T]).T
    return (levelled - levelled.mean()) / levelled.std()


@given(st.integers(0, 100))
def test_equals_the_definition(seed):
    magnitude = magnitudes(seed)
    np.testing.assert_allclose(
        standardise(magnitude), slow_standardise(magnitude), rtol=1e-4, atol=1e-5
    )


@given(st.floats(1e-6, 1e6))
def test_gain_does_not_matter(gain):
    expected = standardise(magnitudes())
    np.testing.assert_allclose(standardise(np.float32(gain) * magnitudes()), expected, atol=1e-5)


def test_pauses_stay_quiet():
    magnitude = magnitudes()
    magnitude[:, 20:] *= 1e-4
    result = standardise(magnitude)
    assert result[:, 20:].std() < 0.1 * result[:, :20].std()


def test_the_input_is_left_alone():
    magnitude = magnitudes()
    before = magnitude.copy()
    standardise(magnitude)
    np.testing.assert_array_equal(magnitude, before)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_sameness_is_refused(level):
    with pytest.raises(SilentAudioError, match="the same everywhere"):
        standardise(np.full((72, 10), level, dtype=np.float32))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_a_number_is_refused(bad):
    magnitude = magnitudes()
    magnitude[3, 4] = bad
    with pytest.raises(FrontEndError, match="NaN or infinity"):
        standardise(magnitude)
