import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.features import FeatureSpec
from samesong.features.framing import frame_means, frame_starts


def slow_means(grid, hop, n_samples):
    """Put each point into the frame whose centre is nearest, and average."""
    frames = [[] for _ in range(1 + n_samples // 6615)]
    for j, column in enumerate(grid.T):
        nearest = int(np.floor(j * hop / 6615 + 0.5))
        if nearest < len(frames):
            frames[nearest].append(column)
    return np.stack([np.mean(columns, axis=0) for columns in frames], axis=1)


@given(hop=st.integers(200, 3300), n_samples=st.integers(13_230, 400_000))
def test_every_frame_is_the_mean_of_its_points(hop, n_samples):
    spec = FeatureSpec(name="test", version=1, hop=hop)
    grid = np.random.default_rng(0).random((72, 1 + n_samples // hop), dtype=np.float32)
    means = frame_means(lambda start, stop: grid[:, start:stop], spec, n_samples)
    np.testing.assert_allclose(means, slow_means(grid, hop, n_samples), rtol=1e-5)


@pytest.mark.parametrize("n_frames", [511, 512, 513, 1030])
def test_long_recordings_are_made_piece_by_piece(n_frames):
    spec = FeatureSpec(name="test", version=1, hop=512)
    n_samples = (n_frames - 1) * 6615
    grid = np.random.default_rng(0).random((72, 1 + n_samples // 512), dtype=np.float32)
    asked = []

    def fine(start, stop):
        asked.append((start, stop))
        return grid[:, start:stop]

    means = frame_means(fine, spec, n_samples)
    np.testing.assert_allclose(means, slow_means(grid, 512, n_samples), rtol=1e-5)
    assert len(asked) == -(-n_frames // 512)
    assert max(stop - start for start, stop in asked) < 6700


def test_points_beyond_the_last_frame_are_left_out():
    spec = FeatureSpec(name="test", version=1, hop=512)
    assert frame_starts(spec, 6615 + 6000).tolist() == [0, 7, 20]
