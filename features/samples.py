"""Checks of samples: finite numbers in one row, long and loud enough for a front end."""

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import (
    InvalidSamplesError,
    MismatchError,
    ShortAudioError,
    SilentAudioError,
)
from samesong.features.spec import FeatureSpec

MIN_SECONDS = 0.6
"""Shortest recording that a front end takes: two frames."""
SILENCE = 1e-4
"""Peak below which a recording counts as silent: -80 dB of full scale, three steps of 16 bits."""
LOUDEST = 1e6
"""Peak, in units of full scale, above which samples are not audio; keeps all sums finite."""


def check_samples(samples: NDArray[np.float32], sample_rate: int, spec: FeatureSpec) -> None:
    """Refuse samples that a front end cannot use.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,), float32
        Mono audio, full scale at 1.
    sample_rate : int
        Samples a second.
    spec : FeatureSpec
        The front end's, whose sample rate they must have.

    Raises
    ------
    InvalidSamplesError
        If the samples are not one row of floating-point numbers, hold NaN or infinity, or are
        beyond a million times full scale.
    MismatchError
        If `sample_rate` is not the front end's.
    ShortAudioError
        If there are less than 0.6 s of samples.
    SilentAudioError
        If the peak is below -80 dB of full scale.
    """
    check_mono(samples)
    if sample_rate != spec.sample_rate:
        raise MismatchError(
            f"samples at {sample_rate} Hz do not fit front end {spec.name!r}, which takes "
            f"{spec.sample_rate} Hz; load the audio with sample_rate={spec.sample_rate}"
        )
    if len(samples) < MIN_SECONDS * sample_rate:
        raise ShortAudioError(
            f"the recording lasts {len(samples) / sample_rate:.3f} s; "
            f"at least {MIN_SECONDS} s are needed"
        )
    level = finite_peak(samples)
    if level > LOUDEST:
        raise InvalidSamplesError(
            f"the samples' peak of {level:.1e} is far beyond full scale; scale them to a peak of 1"
        )
    if level < SILENCE:
        raise SilentAudioError(
            f"the recording is silent: its peak of {level:.1e} is below {SILENCE:.0e} "
            "of full scale; choose another part of it or raise its level"
        )


def check_mono(samples: NDArray[np.float32]) -> None:
    """Refuse samples that are not one row of floating-point numbers.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,), float32
        Mono audio.

    Raises
    ------
    InvalidSamplesError
        If they have another shape or type.
    """
    if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
        raise InvalidSamplesError(
            f"samples of shape {samples.shape} and type {samples.dtype} cannot be used; "
            "give one row (mono) of float32 with full scale at 1"
        )


def finite_peak(samples: NDArray[np.float32], name: str = "the recording") -> float:
    """Return the largest magnitude of samples, which must be finite.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,), float32
        Mono audio; may be empty.
    name : str, optional
        What the message of an error calls the recording.

    Returns
    -------
    float
        The peak, 0 or above; 0 without samples.

    Raises
    ------
    InvalidSamplesError
        If they hold NaN or infinity.
    """
    # The extremes carry NaN and infinity, and unlike isfinite() need no memory.
    low, high = float(samples.min(initial=0)), float(samples.max(initial=0))
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InvalidSamplesError(
            f"{name} holds samples that are NaN or infinite; record or export it again"
        )
    return max(-low, high)
