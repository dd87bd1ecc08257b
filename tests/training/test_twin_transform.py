import numpy as np
import pytest
import soundfile

from samesong.features import get_front_end
from samesong.features.direct import DirectFrontEnd
from samesong.features.errors import ShortAudioError, SilentAudioError
from samesong.runtime.evaluation.manifest import ListedRecording

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.training

RATE = 22_050


def tones():
    rng = np.random.default_rng(1)
    frequency = 110 * 2 ** (rng.integers(0, 36, 24) / 12)
    phase = 2 * np.pi * np.cumsum(np.repeat(frequency, RATE // 2)) / RATE
    return (0.3 * np.sin(phase)).astype(np.float32)


@pytest.fixture(params=["direct", "pooled", "harmonic"])
def front_end(request):
    return get_front_end(request.param)


@pytest.fixture
def by_twin(front_end):
    """The transform that training uses on a GPU, on the CPU."""
    from samesong.training.twin_transform import TwinTransform
    from samesong.training.twins import find_twin

    return TwinTransform(front_end, find_twin(front_end), torch.device("cpu"))


def test_the_twin_makes_the_features_of_its_front_end(front_end, by_twin):
    expected = front_end.transform(tones(), RATE)
    found = by_twin(tones())
    assert (found.shape, found.dtype) == (expected.shape, np.float32)
    assert np.abs(found - expected).max() < 0.005 * np.abs(expected).max()


def test_samples_are_refused_as_by_the_front_end(by_twin):
    with pytest.raises(SilentAudioError, match="silent"):
        by_twin(np.zeros(3 * RATE, np.float32))
    with pytest.raises(ShortAudioError):
        by_twin(np.ones(100, np.float32))


def test_a_cpu_runs_the_front_end_itself(front_end):
    from samesong.training.twin_transform import OwnTransform, feature_transform

    transform = feature_transform(front_end, "cpu")
    assert isinstance(transform, OwnTransform)
    np.testing.assert_array_equal(transform(tones()), front_end.transform(tones(), RATE))


def test_a_front_end_without_a_twin_runs_itself_for_a_gpu_too():
    from samesong.training.twin_transform import OwnTransform, feature_transform

    class Derived(DirectFrontEnd):
        pass

    assert isinstance(feature_transform(Derived(), "cuda"), OwnTransform)


def test_features_by_a_twin_are_kept_apart(front_end, by_twin, tmp_path):
    from samesong.training.feature_cache import FeatureCache

    path = tmp_path / "song.wav"
    soundfile.write(path, tones(), RATE, subtype="FLOAT")
    entry = ListedRecording(path, "work", "studio")
    by_front_end = FeatureCache(tmp_path / "kept", front_end, 1)
    on_device = FeatureCache(tmp_path / "kept", front_end, 1, transform=by_twin)
    for cache in (by_front_end, on_device):
        cache.track(entry, simulate=False)
    assert len(list((tmp_path / "kept").glob("*.clean.npz"))) == 2
