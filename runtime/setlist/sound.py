"""Features that tell applause, talk and silence apart, where there is no music."""

import numpy as np
from numpy.typing import NDArray

FRAME = 0.05
"""Seconds of a frame: syllables last some four of them."""
SYLLABLES = 9
"""Frames over which level is smoothed: what varies faster are syllables, or claps."""
AROUND = 1.5
"""Seconds on either side of a step over which features other than level are averaged."""
PITCHES = (80.0, 400.0)
"""Fundamental frequencies of voices in Hz."""
PITCH_RATE = 5500.0
"""Samples a second, roughly, of what is searched for a pitch: more take more time alone."""

LEVEL, VARIATION, VOICING = range(3)
"""Columns of the features."""

_LEAST_POWER = 1e-8  # below it frames are alike, however much silent ones differ in dB
_MANY = 1200  # frames whose spectra are held at a time

Array = NDArray[np.float32]


def sound_features(samples: Array, sample_rate: int, step_seconds: float) -> Array:
    """Return the features of sound, a row a step.

    The level of speech varies from syllable to syllable, that of many hands does not; one voice is
    periodic, many voices and hands are not.

    Parameters
    ----------
    samples : ndarray
        (n_samples,) float32: mono audio.
    sample_rate : int
        Samples a second.
    step_seconds : float
        Seconds a step.

    Returns
    -------
    ndarray
        (ceil(seconds / step_seconds), 3) float32: level in dB relative to full scale; standard
        deviation in dB of the level of frames around its moving average; and voicing, the highest
        autocorrelation of a frame at the periods of `PITCHES`, 0 to 1.
    """
    size = round(FRAME * sample_rate)
    n_frames = max(1, -(-len(samples) // size))
    frames = np.pad(samples, (0, n_frames * size - len(samples))).reshape(n_frames, size)
    power = np.asarray(np.mean(np.square(frames), axis=1, dtype=np.float64), np.float64)
    levels = np.asarray(10 * np.log10(power + _LEAST_POWER), np.float64)
    smooth = _running_mean(np.pad(levels, SYLLABLES // 2, mode="edge"), SYLLABLES)
    voiced = np.concatenate(
        [voicing(frames[first : first + _MANY], sample_rate) for first in range(0, n_frames, _MANY)]
    )
    n_steps = int(np.ceil(len(samples) / sample_rate / step_seconds))
    centres = np.asarray((np.arange(n_steps) + 0.5) * step_seconds / FRAME, np.float64)
    near, wide = (_bounds(centres, half / FRAME, n_frames) for half in (step_seconds / 2, AROUND))
    features = (
        10 * np.log10(_means(power, *near) + 1e-10),
        np.sqrt(_means(np.asarray(np.square(levels - smooth), np.float64), *wide)),
        _means(voiced, *wide),
    )
    return np.stack(features, axis=1).astype(np.float32)


def voicing(frames: Array, sample_rate: int) -> NDArray[np.float64]:
    """Return how periodic each frame is, as a voice would be.

    Parameters
    ----------
    frames : ndarray
        (n_frames, n_samples) float32.
    sample_rate : int
        Samples a second.

    Returns
    -------
    ndarray
        (n_frames,) float64: 0 to 1; 0 for silence.
    """
    sparse = max(1, round(sample_rate / PITCH_RATE))
    size = frames.shape[1] // sparse
    rate = sample_rate / sparse
    slow = frames[:, : size * sparse].reshape(len(frames), size, sparse).mean(axis=2)
    centred = slow - slow.mean(axis=1, keepdims=True)
    spectra = np.fft.rfft(centred, 1 << (2 * size - 1).bit_length(), axis=1)
    shared = np.fft.irfft(np.square(np.abs(spectra)), axis=1)
    first, last = (round(rate / pitch) for pitch in PITCHES[::-1])
    overlap = (size - np.arange(first, last)) / size
    highest = (shared[:, first:last] / overlap).max(axis=1)
    return np.asarray(np.clip(highest / (shared[:, 0] + 1e-9), 0, 1), np.float64)


def _bounds(
    centres: NDArray[np.float64], half: float, n_frames: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first = np.clip(np.rint(centres - half), 0, n_frames - 1).astype(np.int64)
    return first, np.clip(np.rint(centres + half), first + 1, n_frames).astype(np.int64)


def _means(
    rows: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    sums = np.concatenate([[0.0], np.cumsum(rows)])
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _running_mean(rows: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    return np.convolve(rows, np.ones(width) / width, "valid")
