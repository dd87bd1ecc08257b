"""Features that tell applause, talk and silence apart, where there is no music."""

import numpy as np
from numpy.typing import NDArray

FRAME = 0.05
"""Seconds of a frame: syllables last some four of them."""
AROUND = 1.5
"""Seconds on either side of a step over which variation is measured."""
QUIETEST = -100.0
"""Level of digital silence in dB."""

LEVEL, VARIATION, BRIGHTNESS = range(3)
"""Columns of the features."""

Array = NDArray[np.float32]


def sound_features(samples: Array, sample_rate: int, step_seconds: float) -> Array:
    """Return the features of sound, a row a step.

    The level of speech varies from syllable to syllable, that of many hands does not.

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
        (ceil(seconds / step_seconds), 3) float32: level in dB below full scale, its standard
        deviation over frames in dB, and brightness: the share of power, 0 to 1, that differences
        of neighbouring samples hold.
    """
    size = round(FRAME * sample_rate)
    n_frames = max(1, -(-len(samples) // size))
    frames = np.pad(samples, (0, n_frames * size - len(samples))).reshape(n_frames, size)
    power = np.mean(np.square(frames), axis=1)
    edges = np.mean(np.square(np.diff(frames, axis=1)), axis=1)
    levels = np.maximum(QUIETEST, 10 * np.log10(power + 1e-12))
    n_steps = int(np.ceil(len(samples) / sample_rate / step_seconds))
    centres = np.asarray((np.arange(n_steps) + 0.5) * step_seconds / FRAME, np.float64)
    near, wide = (_bounds(centres, half / FRAME, n_frames) for half in (step_seconds / 2, AROUND))
    mean, square = _means(levels, *wide), _means(np.square(levels), *wide)
    features = (
        10 * np.log10(_means(power, *near) + 1e-10),
        np.sqrt(np.maximum(0, square - np.square(mean))),
        np.clip(_means(edges, *near) / (4 * _means(power, *near) + 1e-12), 0, 1),
    )
    return np.stack(features, axis=1).astype(np.float32)


def _bounds(
    centres: NDArray[np.float64], half: float, n_frames: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first = np.clip(np.rint(centres - half), 0, n_frames - 1).astype(np.int64)
    return first, np.clip(np.rint(centres + half), first + 1, n_frames).astype(np.int64)


def _means(rows: Array, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.float64]:
    sums = np.concatenate([[0.0], np.cumsum(rows, dtype=np.float64)])
    return np.asarray((sums[last] - sums[first]) / (last - first))
