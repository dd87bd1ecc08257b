import numpy as np
import pytest

from samesong.features import get_front_end

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.training

NAMES = ["direct", "pooled", "harmonic"]
RATE = 22_050


@pytest.fixture(scope="module", params=NAMES)
def pair(request):
    """A front end and its twin."""
    from samesong.training.twins import find_twin

    front_end = get_front_end(request.param)
    return front_end, find_twin(front_end).eval()


def transform(twin, *recordings):
    with torch.inference_mode():
        return twin(torch.from_numpy(np.stack(recordings))).numpy()


def band(seconds=9.0, seed=0):
    """Chords with partials and decay over hiss, and a beat of noise bursts."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * RATE)) / RATE
    mix = 0.002 * rng.standard_normal(len(t))
    for start in np.arange(0, seconds, 0.5):
        since = np.where(t >= start, t - start, np.inf)
        for semitone in rng.choice(36, 3, replace=False):
            frequency = 65.4 * 2 ** (semitone / 12)
            age = np.minimum(since, seconds)
            waves = sum(np.sin(2 * np.pi * frequency * n * age) / n for n in range(1, 7))
            mix += 0.1 * np.exp(-3 * since) * waves
        mix += 0.1 * np.exp(-60 * since) * rng.standard_normal(len(t))
    return mix.astype(np.float32)


def band_then_silence():
    samples = band()
    samples[5 * RATE :] = 0
    return samples


TIMES = np.arange(9 * RATE) / RATE
SIGNALS = {
    "band": band,
    "band, then silence": band_then_silence,
    "tone": lambda: np.sin(2 * np.pi * 440 * TIMES),
    "lowest tone": lambda: np.sin(2 * np.pi * 32.7032 * TIMES),
    "sweep": lambda: np.sin(2 * np.pi * (30 * TIMES + 100 * TIMES**2)),
    "noise": lambda: np.random.default_rng(0).standard_normal(len(TIMES)),
    "clicks": lambda: np.where(np.arange(len(TIMES)) % 7000, 0.0, 1.0),
    "shortest": lambda: np.random.default_rng(0).standard_normal(13_230),
}


@pytest.mark.parametrize("make", SIGNALS.values(), ids=SIGNALS)
def test_a_twin_equals_its_front_end(pair, make):
    front_end, twin = pair
    samples = make().astype(np.float32)
    expected = front_end.transform(samples, RATE)
    actual = transform(twin, samples)[0]
    assert actual.shape == expected.shape
    assert actual.dtype == np.float32
    assert np.abs(actual - expected).max() < 0.005 * np.abs(expected).max()


def test_recordings_of_a_batch_do_not_touch(pair):
    _, twin = pair
    first, second = band(3.0, seed=1), 0.01 * band(3.0, seed=2)
    together = transform(twin, first, second)
    np.testing.assert_allclose(together[0], transform(twin, first)[0], atol=1e-3)
    np.testing.assert_allclose(together[1], transform(twin, second)[0], atol=1e-3)


def test_a_twin_has_nothing_to_learn(pair):
    assert not list(pair[1].parameters())


def test_another_front_end_has_no_twin():
    from samesong.features.direct import DirectFrontEnd
    from samesong.training.twins import find_twin

    class Derived(DirectFrontEnd):
        """It may transform otherwise than what it is derived from."""

    assert find_twin(Derived()) is None
