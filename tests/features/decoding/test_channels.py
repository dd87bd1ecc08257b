"""One channel is made of several, also where they cancel each other, and as users choose."""

import struct

import numpy as np
import pytest

from samesong.features import AudioFile, load
from samesong.features.decoding.channels import Downmix, inner_products
from samesong.features.errors import DecodeError

RATE = 22_050


def heard(path, **choice):
    with AudioFile(path, **choice) as file:
        return load(file), "; ".join(map(str, file.notes))


@pytest.mark.parametrize("right", [-1.0, -0.8])
def test_antiphase_stereo_is_heard(encode, tone, save, right, caplog):
    path = save("a.wav", encode("wav", "pcm_s16le", tone(4, RATE, channels=(1, right)), RATE))
    samples, notes = heard(path)
    assert abs(samples).max() == pytest.approx(0.37 * (1 - right) / 2, abs=0.03)
    assert notes == (
        "its channels cancel each other in 0:04 of it, where their difference is used; "
        "choose another with --channel"
    )
    assert "a.wav': its channels cancel" in caplog.text
    np.testing.assert_allclose(load(path, start=1, duration=2), samples[RATE : 3 * RATE], atol=1e-4)


def test_antiphase_of_six_channels_is_heard(encode, tone, save):
    planes = tone(4, RATE, channels=(1, -1, 0.5, -0.5, 0.2, -0.2))
    samples, notes = heard(save("a.wav", encode("wav", "pcm_s16le", planes, RATE)))
    assert abs(samples).max() == pytest.approx(0.37, abs=0.03)
    assert "cancel each other" in notes


@pytest.mark.parametrize("channels", [(1, 1), (1, 0), (1, 0.2), (0, 1)])
def test_other_stereo_is_its_mean(encode, tone, save, channels):
    samples, notes = heard(
        save("a.wav", encode("wav", "pcm_f32le", tone(2, RATE, channels=channels), RATE))
    )
    np.testing.assert_allclose(samples, tone(2, RATE)[0] * np.mean(channels), atol=1e-6)
    assert not notes


@pytest.mark.parametrize(
    ("channel", "share"),
    [("left", 1.0), ("right", 0.4), (1, 1.0), (2, 0.4), ("mid", 0.7), ("side", 0.3)],
)
def test_a_channel_can_be_chosen(encode, tone, save, channel, share):
    path = save("a.wav", encode("wav", "pcm_f32le", tone(2, RATE, channels=(1, 0.4)), RATE))
    samples, notes = heard(path, channel=channel)
    np.testing.assert_allclose(samples, tone(2, RATE)[0] * share, atol=1e-6)
    assert not notes


@pytest.mark.parametrize("channel", ["left", "right", "mid", 1])
def test_one_channel_is_any_of_them(encode, tone, save, channel):
    path = save("a.wav", encode("wav", "pcm_f32le", tone(1, RATE), RATE))
    np.testing.assert_allclose(heard(path, channel=channel)[0], tone(1, RATE)[0], atol=1e-6)


@pytest.mark.parametrize("channel", ["side", 2, 0])
def test_a_channel_that_is_not_there_is_refused(encode, tone, save, channel):
    path = save("a.wav", encode("wav", "pcm_f32le", tone(1, RATE), RATE))
    with pytest.raises(DecodeError, match=f"has 1 channel, and no channel {channel}; choose"):
        heard(path, channel=channel)


def test_a_chord_that_cancels_itself_for_a_moment_stays_the_mean():
    rng = np.random.default_rng(0)
    downmix = Downmix("a")
    wide = rng.standard_normal((2, 1000)).astype(np.float32)
    against = np.stack([wide[0], -wide[0]])
    for planes, cancelled in [(wide, 0), (wide, 0), (against, 0), (wide, 0), *[(against, 0)] * 2]:
        downmix(planes, inner_products(planes))
        assert downmix.cancelled == cancelled
    for _ in range(20):
        downmix(against, inner_products(against))
    assert downmix.cancelled > 10_000


def test_the_first_stream_that_is_not_silent_is_used(encode, tone, save, pitch):
    silence = np.zeros((1, 3 * 48_000), np.float32)
    sound = tone(3, 48_000), tone(3, 48_000, 880)
    path = save("a.mkv", encode("matroska", "libopus", silence, 48_000, others=sound))
    samples, notes = heard(path)
    assert round(pitch(samples)) == pytest.approx(440, abs=1)
    assert notes == (
        "audio stream 2 of 3 is used, the first that is not silent; choose another with --stream"
    )
    samples, notes = heard(path, stream_number=3)
    assert round(pitch(samples)) == pytest.approx(880, abs=1)
    assert not notes
    with pytest.raises(DecodeError, match="has 3 audio streams, and no stream 4; choose another"):
        heard(path, stream_number=4)


def test_the_first_stream_is_used_where_it_has_sound(encode, tone, save, pitch):
    path = save(
        "a.mkv",
        encode("matroska", "libopus", tone(2, 48_000), 48_000, others=[tone(2, 48_000, 880)]),
    )
    samples, notes = heard(path)
    assert round(pitch(samples)) == pytest.approx(440, abs=1)
    assert notes.startswith("audio stream 1 of 2 is used, the first;")


@pytest.mark.parametrize("made", [("ipod", "aac", 8), ("wv", "wavpack", 16)])
def test_a_plane_for_each_of_many_channels(encode, tone, save, made):
    planes = tone(2, RATE, channels=(0.5,) * made[2])
    samples, notes = heard(save("a", encode(*made[:2], planes, RATE)))
    assert abs(samples[2000:-2000]).max() == pytest.approx(0.18, abs=0.03)
    assert not notes


def caf(planes, labels):
    """Return a CAF whose channels have the labels of Core Audio (1 is left, 2 is right)."""
    n_channels = len(planes)
    chunks = {
        b"desc": struct.pack(">d4sIIIII", RATE, b"lpcm", 0, 2 * n_channels, 1, n_channels, 16),
        b"chan": struct.pack(">III", 0, 0, n_channels)
        + b"".join(struct.pack(">IIfff", label, 0, 0, 0, 0) for label in labels),
        b"data": bytes(4) + (planes.T * 2**15).astype(">i2").tobytes(),
    }
    header = struct.pack(">4sHH", b"caff", 1, 0)
    return header + b"".join(k + struct.pack(">Q", len(v)) + v for k, v in chunks.items())


@pytest.mark.parametrize("labels", [(1, 2), (2, 1), (33, 34), (1, 1)])
def test_channels_in_any_order(tone, save, labels):
    planes = tone(2, RATE, channels=(1, 0.4))
    path = save("a.caf", caf(planes, labels))
    for _ in range(3):  # what is freed twice crashes late
        samples, notes = heard(path, channel=1)
        np.testing.assert_allclose(samples, planes[0], atol=1e-4)
        assert not notes


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30, -3e38])
def test_samples_that_are_no_numbers_are_silenced(encode, tone, save, bad):
    planes = tone(3, RATE, channels=(1, 1))
    planes[0, 2 * RATE] = planes[1, 2 * RATE] = planes[1, 2 * RATE + 50] = bad
    samples, notes = heard(save("a.wav", encode("wav", "pcm_f32le", planes, RATE)))
    assert np.isfinite(samples).all()
    assert samples[2 * RATE] == 0
    assert notes == "3 samples at 0:02, not a number, silenced"
    left = np.delete(samples, [2 * RATE, 2 * RATE + 50])
    np.testing.assert_allclose(
        left, np.delete(tone(3, RATE)[0], [2 * RATE, 2 * RATE + 50]), atol=1e-6
    )


def test_a_file_of_nothing_but_no_numbers_is_silence(encode, save):
    planes = np.full((1, RATE), np.nan, np.float32)
    samples, notes = heard(save("a.wav", encode("wav", "pcm_f32le", planes, RATE)))
    assert not samples.any()
    assert notes == "22050 samples from 0:00 to 0:01, not a number, silenced"


def test_doubles_that_no_float_holds_are_silenced(tone, save):
    samples = tone(2, RATE)[0].astype(np.float64)
    samples[RATE] = 1e300
    head = struct.pack("<HHIIHH", 3, 1, RATE, 8 * RATE, 8, 64)
    data = samples.tobytes()
    chunks = b"fmt " + struct.pack("<I", len(head)) + head + b"data"
    content = b"WAVE" + chunks + struct.pack("<I", len(data)) + data
    read, notes = heard(save("a.wav", b"RIFF" + struct.pack("<I", len(content)) + content))
    samples[RATE] = 0
    np.testing.assert_allclose(read, samples, atol=1e-6)
    assert notes == "1 sample at 0:01, not a number, silenced"


def test_samples_of_the_scale_of_integers_are_sound(encode, tone, save):
    planes = tone(2, RATE) * np.float32(2**31)
    samples, notes = heard(save("a.wav", encode("wav", "pcm_f32le", planes, RATE)))
    np.testing.assert_allclose(samples, planes[0], rtol=1e-5)
    assert not notes
