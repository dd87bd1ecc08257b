"""A singing voice for a melody: vowels, consonants, glides, vibrato, which no soundfont has."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from samesong.training.symbolic import Notes

Rng = np.random.Generator
Samples = NDArray[np.float32]

#: Formants F1 to F3 of vowels in Hz: men's averages by Peterson and Barney, "Control methods used
#: in a study of the vowels", Journal of the Acoustical Society of America 24(2), 1952.
VOWELS = np.array(
    [(270, 2290, 3010), (530, 1840, 2480), (730, 1090, 2440), (570, 840, 2410), (300, 870, 2240)]
)

#: Bandwidths of the formants in Hz, and their levels in dB.
BANDWIDTHS, LEVELS = np.array([80.0, 110.0, 160.0]), np.array([0.0, -6.0, -12.0])

#: The range that is sung, as MIDI notes; a melody is moved into it by octaves.
LOWEST, HIGHEST = 45, 76

#: Samples a second of pitch, loudness and vowel.
CONTROL_RATE = 100

_FRAME = 1024  # samples of the spectra that formants shape
_GLIDE = 0.06  # seconds in which a voice reaches two thirds of the way to the next note


def sing(melody: Notes, seconds: float, sample_rate: int, rng: Rng) -> Samples:
    """Sing a melody on vowels, each note begun by a consonant.

    Parameters
    ----------
    melody : Notes
        Notes of one voice, sorted by onset; of those that overlap the later one is sung.
    seconds : float
        Length of the result.
    sample_rate : int
        In Hz.
    rng : numpy.random.Generator
        Draws the singer (size, vibrato, how far off key) and every syllable.

    Returns
    -------
    ndarray, shape (n,), float32
        Root mean square 0.1 while it sings; silent when there is nothing to sing.
    """
    n_samples = round(seconds * sample_rate)
    time = np.arange(int(seconds * CONTROL_RATE) + 1) / CONTROL_RATE
    if not len(melody):
        return np.zeros(n_samples, np.float32)
    note = np.searchsorted(melody.onset, time, "right") - 1
    held = np.maximum(note, 0)
    sounding = (note >= 0) & (time < (melody.onset + melody.duration)[held] - 0.02)
    attack, release = rng.uniform(0.02, 0.08), rng.uniform(0.05, 0.2)
    level = _follow(sounding * melody.velocity[held], attack, release)
    samples = np.arange(n_samples) / sample_rate
    pitch = np.interp(samples, time, _pitch(melody, held, time, rng))
    source = _glottis(440 * 2 ** ((pitch - 69) / 12), sample_rate, rng)
    voiced = source * np.interp(samples, time, level)
    size = rng.uniform(0.95, 1.2)  # women's formants lie some 15 % higher than men's
    vowels = size * VOWELS[rng.integers(len(VOWELS), size=len(melody))]
    formants = np.stack([_follow(track, 0.05, 0.05) for track in vowels[held].T])
    sung = _shape(voiced, formants, time, sample_rate)
    sung += _consonants(melody, n_samples, sample_rate, rng) * np.abs(sung).max()
    loud = np.sqrt(np.mean(sung**2) / max(1e-9, sounding.mean()))
    return np.asarray(0.1 * sung / max(loud, 1e-9), np.float32)


def _pitch(
    melody: Notes, held: NDArray[np.int64], time: NDArray[np.float64], rng: Rng
) -> NDArray[np.float64]:
    """Return the pitch sung at each moment, as MIDI notes."""
    octave = 12 * np.round(((LOWEST + HIGHEST) / 2 - np.median(melody.pitch)) / 12)
    off_key = rng.normal(0, rng.uniform(0.05, 0.35), len(melody))
    pitch = _follow((melody.pitch + octave + off_key)[held], _GLIDE, _GLIDE)
    since = time - melody.onset[held]
    depth = rng.uniform(0.0, 0.6) * np.clip((since - 0.2) / 0.3, 0, 1)  # vibrato sets in late
    wander = _follow(rng.normal(0, 1, len(time)), 0.3, 0.3)
    return np.asarray(pitch + depth * np.sin(2 * np.pi * rng.uniform(4.8, 6.5) * time) + wander)


def _glottis(frequency: NDArray[np.float64], sample_rate: int, rng: Rng) -> NDArray[np.float64]:
    """Return a sawtooth of a frequency (n,) in Hz with breath in it, band-limited by PolyBLEP.

    Valimaki and Huovilainen, "Antialiasing oscillators in subtractive synthesis", IEEE Signal
    Processing Magazine 24(2), 2007.
    """
    step = frequency / sample_rate
    phase = np.cumsum(step) % 1
    wave = 2 * phase - 1
    after, before = phase / step, (phase - 1) / step
    wave -= np.where(after < 1, 2 * after - after**2 - 1, 0)
    wave -= np.where(before > -1, before**2 + 2 * before + 1, 0)
    return np.asarray(wave + rng.uniform(0.02, 0.15) * rng.standard_normal(len(wave)))


def _shape(
    source: NDArray[np.float64],
    formants: NDArray[np.float64],
    time: NDArray[np.float64],
    sample_rate: int,
) -> NDArray[np.float64]:
    """Filter a source by formants (3, n_control) in Hz that move, in short-time spectra."""
    # Frames overlap by half, under a window whose squares then add up to 1.
    hop = _FRAME // 2
    window = np.sin(np.pi * (np.arange(_FRAME) + 0.5) / _FRAME).astype(np.float32)
    padded = np.pad(source.astype(np.float32), (hop, _FRAME + hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::hop]
    frames = frames[: len(frames) // 2 * 2]
    moments = np.arange(len(frames)) * hop / sample_rate
    frequency = np.fft.rfftfreq(_FRAME, 1 / sample_rate).astype(np.float32)
    gain = np.zeros((len(frames), len(frequency)), np.float32)
    for track, width, decibels in zip(formants, BANDWIDTHS, LEVELS, strict=True):
        centre = np.interp(moments, time, track).astype(np.float32)[:, None]
        gain += np.float32(10 ** (decibels / 20)) / (1 + ((frequency - centre) / width) ** 2)
    shaped = window * fft.irfft(gain * fft.rfft(window * frames, axis=1), _FRAME, axis=1)
    result = np.zeros((len(frames) + 1) * hop, np.float32)
    result[:-hop] += shaped[::2].ravel()
    result[hop:] += shaped[1::2].ravel()
    return np.asarray(result[hop : hop + len(source)])


def _consonants(melody: Notes, n_samples: int, sample_rate: int, rng: Rng) -> NDArray[np.float64]:
    """Return bursts of noise, up to 1 loud, at the onsets of most notes."""
    begun = melody.onset[rng.random(len(melody)) < 0.7]
    places = (begun * sample_rate).astype(np.int64)
    strokes = np.zeros(n_samples)
    inside = places < n_samples
    strokes[places[inside]] = rng.exponential(0.3, inside.sum())
    fall = np.exp(-np.arange(round(0.15 * sample_rate)) / (0.03 * sample_rate))
    loudness = signal.oaconvolve(strokes, fall)[:n_samples]
    sections = signal.butter(2, 2000, "high", fs=sample_rate, output="sos")
    noise = signal.sosfilt(sections, rng.standard_normal(n_samples))
    return np.asarray(rng.uniform(0.0, 0.5) * loudness * noise)


def _follow(values: NDArray[np.floating], rise: float, fall: float) -> NDArray[np.float64]:
    """Let a control signal follow its target with time constants in seconds up and down."""
    up, down = (1 - np.exp(-1 / (CONTROL_RATE * constant)) for constant in (rise, fall))
    result = np.empty(len(values))
    at = float(values[0])
    for index, value in enumerate(values.tolist()):
        at += (up if value > at else down) * (value - at)
        result[index] = at
    return result
