import os

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

from samesong.features.errors import DecodeError
from samesong.features.frontend import get_front_end
from samesong.runtime.evaluation.manifest import ListedRecording
from samesong.training.feature_cache import SIMULATIONS, FeatureCache

pytestmark = pytest.mark.training

RATE = 22_050
SECONDS = 24.0


def tones(seed):
    """A recording of random tones, a new one every half second."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(0.5 * RATE)) / RATE
    pieces = [
        np.sin(2 * np.pi * 110 * 2 ** (rng.integers(0, 36) / 12) * time)
        for _ in range(int(SECONDS / 0.5))
    ]
    return (0.3 * np.concatenate(pieces)).astype(np.float32)


def entry(folder, seed, work="work", kind="studio"):
    path = folder / f"{seed}.wav"
    soundfile.write(path, tones(seed), RATE, subtype="FLOAT")
    return ListedRecording(path, work, kind)


def spoil(path):
    """Replace what a file holds, but neither its size nor its time."""
    about = path.stat()
    path.write_bytes(b"\0" * about.st_size)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def cache(folder, seed=1):
    return FeatureCache(folder, get_front_end("direct"), seed)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A recording, now spoilt, and its features, made before that and kept in a folder."""
    folder = tmp_path_factory.mktemp("made")
    recording = entry(folder, 1)
    track = cache(folder / "kept").track(recording)
    spoil(recording.path)
    return recording, track, folder / "kept"


def test_features_are_those_of_the_front_end_and_of_live_simulations(made):
    recording, track, _ = made
    expected = get_front_end("direct").transform(tones(1), RATE)
    # Kept as half floats, of 11 significant bits.
    np.testing.assert_allclose(track.clean, expected, rtol=2**-10, atol=1e-3)
    assert track.kind == recording.kind
    assert len(track.live) == SIMULATIONS
    for live in track.live:
        assert live.shape[0] == 72
        assert live.dtype == np.float32
        assert np.isfinite(live).all()
    assert not np.array_equal(track.live[0], track.live[1])


def test_features_are_made_once(made):
    recording, track, folder = made
    again = cache(folder).track(recording)
    np.testing.assert_array_equal(again.clean, track.clean)
    for left, right in zip(again.live, track.live, strict=True):
        np.testing.assert_array_equal(left, right)


def test_what_a_kill_left_half_written_is_no_feature(made):
    recording, track, folder = made
    for kept in folder.glob("*.npz"):
        kept.with_suffix(".unfinished.npz").write_bytes(b"half")
    np.testing.assert_array_equal(cache(folder).track(recording).clean, track.clean)


def test_another_seed_or_front_end_makes_them_anew(made):
    recording, _, folder = made
    # The recording is spoilt: what would be made anew fails.
    with pytest.raises(DecodeError):
        cache(folder, seed=2).track(recording)
    with pytest.raises(DecodeError):
        FeatureCache(folder, get_front_end("pooled"), 1).track(recording)


def test_a_changed_recording_is_made_anew(made):
    recording, _, folder = made
    about = recording.path.stat()
    os.utime(recording.path, ns=(about.st_atime_ns, about.st_mtime_ns + 1_000_000))
    with pytest.raises(DecodeError):
        cache(folder).track(recording)
    os.utime(recording.path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert len(cache(folder).track(recording).live) == SIMULATIONS
