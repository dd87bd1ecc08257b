import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

from samesong.training.pitch.degrade import degrade, draw_settings

pytestmark = pytest.mark.training

RATE = 22_050


def test_nothing_that_moves_notes_is_drawn():
    for seed in range(50):
        drawn = draw_settings(np.random.default_rng(seed))
        assert (drawn.tempo, drawn.tempo_drift, drawn.transpose) == (1, 0, 0)
        assert (drawn.missing_start, drawn.edits) == (0, 0)


def test_every_effect_takes_part_in_some(tmp_path):
    for kind in ("room", "crowd"):
        (tmp_path / kind).mkdir()
    drawn = [draw_settings(np.random.default_rng(seed), tmp_path) for seed in range(60)]
    for name in ("drive_db", "room_seconds", "low_hz", "level_drift_db", "codec_loss"):
        used = sum(getattr(one, name) > 0 for one in drawn)
        assert 0 < used < 60
    assert {one.room for one in drawn} == {None, tmp_path / "room"}
    assert {one.microphone for one in drawn} == {None}  # there is no such folder


def test_onsets_stay_where_they_are(tmp_path):
    (tmp_path / "room").mkdir()
    soundfile.write(tmp_path / "room" / "dry.wav", np.eye(1, 500)[0].astype("f4"), RATE)
    time = np.arange(4 * RATE) / RATE
    clean = (0.3 * np.sin(2 * np.pi * 440 * time) * (time > 2)).astype("f4")
    for seed in range(8):
        heard = degrade(clean, RATE, np.random.default_rng(seed), tmp_path)
        assert len(heard) == len(clean)
        energy = np.convolve(np.square(heard), np.ones(2205) / 2205, "same")
        quiet, loud = energy[int(1.5 * RATE) : int(1.9 * RATE)], energy[int(2.2 * RATE) : 3 * RATE]
        assert loud.mean() > quiet.mean()


def test_the_same_seed_gives_the_same():
    clean = np.random.default_rng(0).standard_normal(RATE).astype("f4")
    one, two = (degrade(clean, RATE, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
