"""What a venue and a phone do to the sound of a band: room, crowd, microphone, overload, codec."""

import io

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy import signal

from samesong.features import resample

#: Sample rates in Hz that MP3 knows.
MP3_RATES = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)

Samples = NDArray[np.float32]


def simulated_room(sample_rate: int, seconds: float, rng: np.random.Generator) -> Samples:
    """Make an impulse response: direct sound, a few early echoes, then decaying noise.

    Parameters
    ----------
    sample_rate : int
        In Hz.
    seconds : float
        Reverberation time RT60 of the low band; the high band decays twice as fast.
    rng : numpy.random.Generator
        Draws the echoes and the noise.

    Returns
    -------
    (n,) float32

    Notes
    -----
    Exponentially decaying noise as the late field: Moorer, "About this reverberation business",
    Computer Music Journal 3(2), 1979.
    """
    n = int(seconds * sample_rate) + 1
    time = np.arange(n) / sample_rate
    low, high = (
        signal.sosfilt(signal.butter(2, 2000, kind, fs=sample_rate, output="sos"), noise)
        for kind, noise in zip(("low", "high"), rng.standard_normal((2, n)), strict=True)
    )
    decay = 10 ** (-3 * time / seconds)
    late = low * decay + 0.5 * high * decay**2
    late *= np.minimum(1, time / 0.02)  # the late field needs about 20 ms to build up
    response = late / np.sqrt(np.sum(late**2))
    echoes = rng.integers(int(0.005 * sample_rate), int(0.06 * sample_rate), 8)
    np.add.at(response, echoes[echoes < n], rng.uniform(-0.3, 0.3, 8)[echoes < n])
    response[0] += rng.uniform(0.5, 1.2)
    return np.asarray(response, dtype=np.float32)


def convolve(samples: Samples, response: Samples) -> Samples:
    """Hear `samples` (n,) through an impulse response, at the same level and without delay.

    The tail after the last sample is cut off, so the length stays n.
    """
    onset = int(np.argmax(np.abs(response)))
    heard = signal.oaconvolve(samples, response)[onset : onset + len(samples)]
    return np.asarray(heard * (_rms(samples) / max(_rms(heard), 1e-12)), dtype=np.float32)


def simulated_crowd(n_samples: int, sample_rate: int, rng: np.random.Generator) -> Samples:
    """Synthesise a crowd: applause that swells at the start and end, chatter and a few cheers.

    Applause is filtered random impulses, each clap a burst around 1 to 2 kHz with a decay of
    about 10 ms; a cheer is a gliding voice (fundamental 250 to 600 Hz) with vowel-like resonance.
    """
    time = np.arange(n_samples) / sample_rate
    swell = 0.15 + np.exp(-time / 4) + np.exp(-(time[-1] - time) / 4)
    claps = rng.standard_normal(n_samples) * (rng.random(n_samples) < 60 * swell / sample_rate)
    burst = np.arange(int(0.05 * sample_rate)) / sample_rate
    clap = rng.standard_normal(len(burst)) * np.exp(-burst / 0.01)
    applause = _band(signal.oaconvolve(claps, clap)[:n_samples], sample_rate, 700, 3000)
    syllables = _band(rng.standard_normal(n_samples), sample_rate, None, 4)
    chatter = _band(rng.standard_normal(n_samples), sample_rate, 250, 2000) * np.abs(syllables)
    cheers = np.zeros(n_samples)
    for start in rng.uniform(0, time[-1], max(1, int(time[-1] / 8))):
        here = (time >= start) & (time < start + 1.5)
        local = time[here] - start
        pitch = rng.uniform(250, 600) * (1 + 0.3 * np.sin(np.pi * local / 1.5))
        phase = 2 * np.pi * np.cumsum(pitch) / sample_rate
        voice = sum(np.sin(k * phase) / k for k in range(1, 6))
        cheers[here] += voice * np.sin(np.pi * local / 1.5) ** 2
    layers = [(applause, 1.0), (chatter, 0.5), (cheers, 0.3)]
    crowd = sum(gain * layer / max(_rms(layer), 1e-12) for layer, gain in layers)
    return np.asarray(crowd, dtype=np.float32)


def add_noise(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """Add noise (m,), repeated to the length of `samples` (n,), `snr_db` below their power."""
    looped = np.resize(noise, len(samples))
    gain = _rms(samples) / max(_rms(looped), 1e-12) * 10 ** (-snr_db / 20)
    return np.asarray(samples + gain * looped, dtype=np.float32)


def band_limit(samples: Samples, sample_rate: int, low_hz: float, high_hz: float) -> Samples:
    """Keep what lies between two frequencies in Hz, 24 dB an octave; one out of reach is open."""
    low = low_hz if low_hz > 0 else None
    high = high_hz if high_hz < 0.49 * sample_rate else None
    return np.asarray(_band(samples, sample_rate, low, high), dtype=np.float32)


def overload(samples: Samples, drive_db: float) -> Samples:
    """Clip softly (tanh), with the loudest sample `drive_db` above the knee, at the same level."""
    knee = np.max(np.abs(samples)) * 10 ** (-drive_db / 20)
    clipped = np.tanh(samples / max(knee, 1e-12))
    return np.asarray(clipped * (_rms(samples) / max(_rms(clipped), 1e-12)), dtype=np.float32)


def drift_level(
    samples: Samples, sample_rate: int, range_db: float, rng: np.random.Generator
) -> Samples:
    """Let the level wander slowly within +-`range_db`, as automatic gain or a moving phone does."""
    seconds = np.arange(len(samples)) / sample_rate
    wave = np.sin(2 * np.pi * (seconds / rng.uniform(10, 40) + rng.random()))
    return np.asarray(samples * 10 ** (range_db * wave / 20), dtype=np.float32)


def mp3(samples: Samples, sample_rate: int, loss: float) -> Samples:
    """Encode to MP3 and decode again.

    Parameters
    ----------
    samples : ndarray, shape (n,), float32
        Mono audio within -1 to 1.
    sample_rate : int
        In Hz. MP3 knows nine rates; others are encoded at the next higher one.
    loss : float
        From 0, the best quality, to 1, the lowest bit rate.

    Returns
    -------
    ndarray, shape (n,), float32
        The decoded audio.
    """
    rate = next((rate for rate in MP3_RATES if rate >= sample_rate), MP3_RATES[-1])
    file = io.BytesIO()
    soundfile.write(
        file,
        resample(samples, sample_rate, rate),
        rate,
        format="MP3",
        compression_level=loss,
        bitrate_mode="CONSTANT",
    )
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    heard = resample(decoded, rate, sample_rate)
    return np.asarray(np.pad(heard, (0, max(0, len(samples) - len(heard))))[: len(samples)])


def _band(
    samples: NDArray[np.floating], sample_rate: int, low: float | None, high: float | None
) -> NDArray[np.float64]:
    """Butterworth band, low or high pass of order 4; a bound of None is open."""
    filtered = np.asarray(samples, dtype=np.float64)
    for kind, edge in (("high", low), ("low", high)):
        if edge is not None:
            sections = signal.butter(4, edge, kind, fs=sample_rate, output="sos")
            filtered = signal.sosfilt(sections, filtered)
    return filtered


def _rms(samples: NDArray[np.floating]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
