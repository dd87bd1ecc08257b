"""Music detection: notes are held at one frequency, voices and noise are not.

The feature is that of K. Seyerlehner, T. Pohle, M. Schedl and G. Widmer, "Automatic music detection
in television productions", DAFx 2007: bars of constant frequency in a spectrogram. In each block of
some seconds, a bin's activation is the share of frames in which it stands out from the bins around
it; the feature is the height of the strongest few peaks of that activation over the bins.
"""

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.inference.fitted import SetlistParameters

FRAME = 2048
"""Samples of a spectrum."""
HOP = 735
"""Samples from one spectrum to the next: 9 to a frame of 0.3 s at 22.05 kHz."""
N_BINS = 400
"""Bins used, up to 4.3 kHz: higher ones do not reach a phone in the crowd."""
AROUND = 10
"""Bins on either side that a bin is compared with."""
STANDS_OUT = 1.1
"""Natural logarithm of the factor by which an active bin is above the mean around it."""
BLOCK = 2.4
"""Seconds of a block."""
N_PEAKS = 6
"""Peaks counted."""

LIMIT = 4.0
"""Log-odds are kept within this: music does pause, and some voices do sing."""

Array = NDArray[np.float32]


def music_log_odds(
    samples: Array, sample_rate: int, step_seconds: float, parameters: SetlistParameters
) -> Array:
    """Return the log-odds of music, a value a step.

    Parameters
    ----------
    samples : ndarray
        (n_samples,) float32: mono audio.
    sample_rate : int
        Samples a second.
    step_seconds : float
        Seconds a step.
    parameters : SetlistParameters
        Centre and slope of the model.

    Returns
    -------
    ndarray
        (ceil(seconds / step_seconds),) float32, within -`LIMIT` to `LIMIT`; above 0 where music is
        more probable than not.
    """
    above = steadiness(samples, sample_rate, step_seconds) - parameters.music_centre
    return np.asarray(np.clip(parameters.music_slope * above, -LIMIT, LIMIT))


def steadiness(samples: Array, sample_rate: int, step_seconds: float) -> Array:
    """Return the steadiness of the strongest frequencies, a value a step.

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
        (ceil(seconds / step_seconds),) float32, 0 to `N_PEAKS`.
    """
    n_steps = int(np.ceil(len(samples) / sample_rate / step_seconds))
    active = activity(samples)
    sums = np.cumsum(np.pad(active, ((1, 0), (0, 0))), axis=0, dtype=np.float32)
    per_second = sample_rate / HOP
    centres = (np.arange(n_steps) + 0.5) * step_seconds * per_second
    half = BLOCK * per_second / 2
    first = np.clip(np.rint(centres - half), 0, len(active) - 1).astype(np.int64)
    last = np.clip(np.rint(centres + half), first + 1, len(active)).astype(np.int64)
    activation = (sums[last] - sums[first]) / (last - first)[:, None].astype(np.float32)
    return np.asarray(np.sort(_peaks(activation), axis=1)[:, -N_PEAKS:].sum(axis=1))


def activity(samples: Array) -> NDArray[np.bool_]:
    """Return the bins that stand out from those around them.

    Parameters
    ----------
    samples : ndarray
        (n_samples,) float32: mono audio.

    Returns
    -------
    ndarray
        (n_frames, `N_BINS`) bool.
    """
    padded = np.pad(samples, (FRAME // 2, FRAME))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[: len(samples) : HOP]
    shape = np.hanning(FRAME).astype(np.float32)
    active = np.empty((len(frames), N_BINS), bool)
    for start in range(0, len(frames), 256):  # spectra of all frames at once would be large
        part = slice(start, start + 256)
        power = np.abs(np.fft.rfft(frames[part] * shape)[:, : N_BINS + AROUND])
        level = np.log(power + 1e-9)
        sums = np.cumsum(np.pad(level, ((0, 0), (AROUND + 1, AROUND)), mode="edge"), axis=1)
        width = 2 * AROUND + 1
        around = (sums[:, width:] - sums[:, :-width])[:, :N_BINS] / width
        active[part] = level[:, :N_BINS] > around + STANDS_OUT
    return active


def _peaks(activation: Array) -> Array:
    """Return the height of each local maximum above the higher of the minima beside it; else 0."""
    rising = np.diff(activation, axis=1, prepend=0) > 0
    falling = np.diff(activation, axis=1, append=0) <= 0
    left = _run_minimum(activation)
    right = _run_minimum(activation[:, ::-1])[:, ::-1]
    heights = activation - np.maximum(left, right)
    return np.where(rising & falling, np.maximum(heights, 0), 0)


def _run_minimum(activation: Array, reach: int = 3) -> Array:
    """Return the least of the `reach` values before each."""
    padded = np.pad(activation, ((0, 0), (reach, 0)))
    shifted = [padded[:, i : i + activation.shape[1]] for i in range(reach)]
    return np.asarray(np.minimum.reduce(shifted))
