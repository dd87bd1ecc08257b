from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from samesong.features.errors import TrainingError
from samesong.training import live_performance, live_sound
from samesong.training.live import LiveSettings, main, random_settings, simulate_live

RATE = 22050
SECONDS = 20


def tone(hertz: float = 440.0, seconds: float = SECONDS) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)).astype("f4")


def noise(seconds: float = SECONDS, seed: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return (0.1 * generator.standard_normal(int(seconds * RATE))).astype("f4")


def simulate(samples: np.ndarray, seed: int = 1, **changes: object) -> np.ndarray:
    return simulate_live(samples, RATE, LiveSettings(**changes), np.random.default_rng(seed))


def loudest_frequency(samples: np.ndarray) -> float:
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return float(np.argmax(spectrum) * RATE / len(middle))


def power_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype="f8"))))


def test_default_settings_change_nothing() -> None:
    np.testing.assert_array_equal(simulate(noise()), noise())


def test_same_seed_same_recording() -> None:
    drawn = random_settings(np.random.default_rng(5))
    assert drawn == random_settings(np.random.default_rng(5))
    first, second = (simulate_live(tone(), RATE, drawn, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_another_seed_another_recording() -> None:
    drawn = random_settings(np.random.default_rng(5))
    first, second = (
        simulate_live(tone(), RATE, drawn, np.random.default_rng(seed)) for seed in (7, 8)
    )
    length = min(len(first), len(second))
    assert not np.allclose(first[:length], second[:length], atol=0.01)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_drawn_settings_give_sound_within_range(seed: int) -> None:
    rng = np.random.default_rng(seed)
    live = simulate_live(noise(), RATE, random_settings(rng), rng)
    assert live.dtype == np.float32
    assert np.all(np.isfinite(live))
    assert np.max(np.abs(live)) <= 1
    assert power_db(live) > -60


@pytest.mark.parametrize("semitones", [-3, -0.5, 2, 7])
def test_transposition_moves_a_tone(semitones: float) -> None:
    live = simulate(tone(), transpose=semitones)
    assert len(live) == len(tone())
    cents = 1200 * np.log2(loudest_frequency(live) / 440)
    assert cents == pytest.approx(100 * semitones, abs=8)


@pytest.mark.parametrize("tempo", [0.8, 1.25])
def test_tempo_changes_the_duration_and_not_the_key(tempo: float) -> None:
    live = simulate(tone(), tempo=tempo)
    assert len(live) / RATE == pytest.approx(SECONDS / tempo, abs=0.01)
    assert loudest_frequency(live) == pytest.approx(440, rel=0.005)


def test_tempo_moves_events_in_proportion() -> None:
    clicks = np.zeros(SECONDS * RATE, dtype="f4")
    clicks[5 * RATE :: 5 * RATE] = 1
    live = simulate(clicks, tempo=1.25)
    for k in (1, 2, 3):
        around = live[int((4 * k - 1) * RATE) : int((4 * k + 1) * RATE)]
        assert np.argmax(np.abs(around)) / RATE == pytest.approx(1, abs=0.03)


def test_drift_stays_within_its_bound() -> None:
    clicks = np.zeros(60 * RATE, dtype="f4")
    clicks[RATE :: 2 * RATE] = 1
    live = np.abs(simulate(clicks, tempo_drift=0.1))
    window = RATE // 2
    loud = [i + int(np.argmax(live[i : i + window])) for i in range(0, len(live), window)]
    onsets = [i for i in loud if live[i] > 0.2]
    gaps = np.array([(b - a) / RATE for a, b in pairwise(onsets) if b - a > RATE])
    assert np.all(gaps > 2 / 1.1 - 0.1)
    assert np.all(gaps < 2 / 0.9 + 0.1)
    assert np.ptp(gaps) > 0.03


def test_drift_loses_nothing_when_tempo_is_kept_on_average() -> None:
    live = simulate(tone(seconds=120), tempo_drift=0.02)
    assert len(live) / RATE == pytest.approx(120, rel=0.02)
    assert power_db(live) == pytest.approx(power_db(tone()), abs=0.5)


def test_missing_start() -> None:
    np.testing.assert_array_equal(simulate(noise(), missing_start=5), noise()[5 * RATE :])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), edits=st.integers(0, 8))
def test_rearranging_only_uses_what_was_played(seed: int, edits: int) -> None:
    steps = np.repeat(np.arange(1, 11, dtype="f4"), RATE)
    played = live_performance.edit_sections(
        steps,
        RATE,
        missing_start=0,
        edits=edits,
        section_seconds=1,
        rng=np.random.default_rng(seed),
    )
    sections = played[RATE // 2 :: RATE]
    assert set(np.round(sections).astype(int)) <= set(range(1, 11))
    assert len(played) >= RATE
    assert abs(len(played) / RATE - 10) <= edits + 0.1


def test_crowd_has_the_ratio_asked_for() -> None:
    crowd = noise(seconds=3, seed=9)
    for ratio in (-5, 0, 12):
        added = live_sound.add_noise(tone(), crowd, ratio) - tone()
        assert power_db(tone()) - power_db(added) == pytest.approx(ratio, abs=0.1)


def test_synthesised_crowd_swells_at_both_ends() -> None:
    crowd = live_sound.simulated_crowd(40 * RATE, RATE, np.random.default_rng(0))
    middle = power_db(crowd[15 * RATE : 25 * RATE])
    assert power_db(crowd[: 3 * RATE]) > middle + 1.5
    assert power_db(crowd[-3 * RATE :]) > middle + 1.5


def test_band_limit() -> None:
    live = simulate(noise(), low_hz=200.0, high_hz=4000.0)
    spectrum = np.abs(np.fft.rfft(live)) ** 2
    hertz = np.fft.rfftfreq(len(live), 1 / RATE)

    def density(low: float, high: float) -> float:
        return float(10 * np.log10(spectrum[(hertz > low) & (hertz < high)].mean()))

    inside = density(400, 2000)
    assert density(20, 100) < inside - 20
    assert density(8000, 11000) < inside - 20


def test_room_prolongs_sound_and_keeps_its_place_and_level() -> None:
    burst = np.zeros(3 * RATE, dtype="f4")
    burst[RATE : RATE + 200] = 0.5
    live = simulate(burst, room_seconds=1.5)
    # An early echo, within 60 ms, may outshine the direct sound.
    assert abs(int(np.argmax(np.abs(live))) - RATE) < 0.07 * RATE
    assert power_db(live) == pytest.approx(power_db(burst), abs=0.1)
    assert power_db(live[int(1.5 * RATE) : int(1.6 * RATE)]) > power_db(live) - 40


def test_simulated_room_decays_60_db_in_its_time() -> None:
    response = live_sound.simulated_room(RATE, 2.0, np.random.default_rng(0))
    early, late = response[int(0.1 * RATE) : int(0.2 * RATE)], response[-int(0.1 * RATE) :]
    assert power_db(early) - power_db(late) == pytest.approx(60 * 1.8 / 2, abs=6)


def test_overload_adds_harmonics_at_the_same_level() -> None:
    live = simulate(tone(), drive_db=12.0)
    assert power_db(live) == pytest.approx(power_db(tone()), abs=0.1)
    spectrum = np.abs(np.fft.rfft(live))
    third, first = spectrum[3 * 440 * SECONDS], spectrum[440 * SECONDS]
    assert 20 * np.log10(third / first) > -20


def test_level_drift_is_bounded() -> None:
    live = simulate(tone(seconds=60), level_drift_db=6.0)
    levels = [power_db(part) for part in np.split(live, 60)]
    assert max(levels) - min(levels) > 6
    assert max(levels) < power_db(tone()) + 6.1
    assert min(levels) > power_db(tone()) - 6.1


def test_codec_keeps_length_and_loses_the_highest() -> None:
    live = simulate(noise(), codec_loss=0.9)
    assert len(live) == len(noise())
    assert np.corrcoef(live, np.roll(noise(), 0))[0, 1] < 0.999
    assert power_db(live) == pytest.approx(power_db(noise()), abs=6)


def test_recordings_are_drawn_from_folders(tmp_path: Path) -> None:
    impulse = np.zeros(RATE, dtype="f4")
    impulse[[100, RATE // 2]] = [1, 0.9]
    soundfile.write(tmp_path / "echo.wav", impulse, RATE)
    clicks = np.zeros(2 * RATE, dtype="f4")
    clicks[RATE // 4] = 0.5
    live = simulate(clicks, room=tmp_path)
    loudest = np.sort(np.argsort(np.abs(live))[-2:])
    np.testing.assert_allclose(loudest / RATE, [0.25, 0.75 - 100 / RATE], atol=0.001)


def test_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="holds no recording"):
        simulate(tone(), crowd=tmp_path, crowd_db=6.0)


@pytest.mark.parametrize(
    ("name", "value"), [("tempo", 0), ("transpose", 13), ("codec_loss", float("nan"))]
)
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(TrainingError, match=f"{name} is .*; give a value from"):
        LiveSettings(**{name: value})


def test_command_writes_the_live_recording(tmp_path: Path) -> None:
    source, target = tmp_path / "studio.wav", tmp_path / "live.wav"
    soundfile.write(source, tone(), RATE)
    options = ["--tempo", "1.25", "--crowd-db", "6", "--seed", "3"]
    outcome = CliRunner().invoke(main, [str(source), str(target), *options])
    assert outcome.exit_code == 0, outcome.output
    live, rate = soundfile.read(target)
    assert rate == RATE
    assert len(live) / rate == pytest.approx(SECONDS / 1.25, abs=0.01)


def test_command_refuses_values_out_of_range(tmp_path: Path) -> None:
    source = tmp_path / "studio.wav"
    soundfile.write(source, tone(), RATE)
    outcome = CliRunner().invoke(main, [str(source), str(tmp_path / "x.wav"), "--tempo", "9"])
    assert outcome.exit_code == 1
    assert "tempo is 9" in outcome.output
