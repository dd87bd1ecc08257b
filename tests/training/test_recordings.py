import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

from samesong.features.errors import TrainingError
from samesong.features.frontend import get_front_end
from samesong.runtime.evaluation.manifest import ListedRecording
from samesong.training.feature_cache import SIMULATIONS, FeatureCache
from samesong.training.recordings import SHORTEST, entries_below, read_recordings

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


def cache(folder, seed=1):
    return FeatureCache(folder, get_front_end("direct"), seed)


def test_broken_recordings_are_reported_and_skipped(tmp_path):
    good = entry(tmp_path, 1)
    broken = ListedRecording(tmp_path / "broken.wav", "lost work", "studio")
    broken.path.write_bytes(b"not audio")
    gone = ListedRecording(tmp_path / "gone.wav", "work", "live")
    said = []
    works = read_recordings([broken, good, gone], cache(tmp_path / "kept"), said.append)
    # A work without a usable recording is no work.
    assert list(works) == ["work"]
    [track] = works["work"]
    assert track.clean.shape == (72, 1 + int(SECONDS / 0.3))
    assert len(track.live) == SIMULATIONS
    assert [line.split(":")[0] for line in said] == [
        "skipped",
        "skipped",
        "features of 3 of 3 recordings",
    ]
    assert str(broken.path) in said[0]
    assert str(gone.path) in said[1]


def test_nothing_but_broken_recordings_is_refused(tmp_path):
    broken = ListedRecording(tmp_path / "broken.wav", "work", "studio")
    broken.path.write_bytes(b"not audio")
    with pytest.raises(TrainingError, match="none of the listed recordings"):
        read_recordings([broken], cache(tmp_path / "kept"), lambda _: None)


def test_a_folder_gives_its_music_each_content_once(tmp_path):
    (tmp_path / "album").mkdir()
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, int((SHORTEST + 1) * 8000))
    for name, samples in (
        ("album/a.wav", noise),
        ("album/same.wav", noise),
        ("b.flac", noise / 2),
        ("click.wav", noise[:8000]),
    ):
        soundfile.write(tmp_path / name, samples, 8000)
    (tmp_path / "broken.mp3").write_bytes(b"not audio")
    found = entries_below(tmp_path)
    assert [(entry.path, entry.work_id, entry.kind) for entry in found] == [
        (tmp_path / name, name, "studio") for name in ("album/a.wav", "b.flac")
    ]
