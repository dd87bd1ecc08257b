"""The loop that turns notes into a constant-Q energy spectrogram."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, fastmath=True)
def add_notes(  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0917 - one loop, compiled
    energy,
    onset,
    offset,
    decay,
    release,
    fundamental,
    amplitude,
    spread,
    profile,
    profiles,
    harmonics,
    formants,
    period,
    aperture,
):
    """Add each note's partials to ``energy`` (n_bins, n_frames), in place.

    A partial at a distance of x bins from a bin adds the squared response of a Hann window whose
    main lobe is two bins wide to each side, widened by ``spread`` (bins) for vibrato and choirs.
    In time it adds the mean energy of its envelope, exp(-2 * decay * t) while held and a fall of
    60 dB within ``release`` seconds after, over ``aperture`` seconds around each frame.
    """
    n_bins, n_frames = energy.shape
    spectrum = np.zeros(n_bins, np.float32)
    for note in range(len(onset)):
        lowest, highest = n_bins, -1
        spectrum[:] = 0.0
        reach = 2.0 + 2.0 * spread[note]
        for h in range(len(harmonics)):
            place = fundamental[note] + harmonics[h]
            if place > n_bins + reach:
                break
            level = amplitude[note] * profiles[profile[note], h]
            nearest = min(max(int(place + 0.5), 0), n_bins - 1)
            level = level * level * formants[profile[note], nearest]
            first = max(0, math.ceil(place - reach))
            last = min(n_bins - 1, math.floor(place + reach))
            for row in range(first, last + 1):
                x = abs(row - place) * 2.0 / reach
                if x < 1e-3:
                    response = 1.0
                elif abs(x - 1.0) < 1e-3:
                    response = 0.5
                else:
                    response = math.sin(math.pi * x) / (math.pi * x * (1.0 - x * x))
                spectrum[row] += level * response * response * 2.0 / reach
            lowest, highest = min(lowest, first), max(highest, last)
        if highest < lowest:
            continue
        fall = 6.9 / release[note]
        ending = offset[note] + release[note]
        start_frame = max(0, int((onset[note] - aperture / 2) / period))
        end_frame = min(n_frames - 1, int((ending + aperture / 2) / period) + 1)
        held_for = offset[note] - onset[note]
        for frame in range(start_frame, end_frame + 1):
            low = max(frame * period - aperture / 2, onset[note]) - onset[note]
            high = min(frame * period + aperture / 2, ending) - onset[note]
            if high <= low:
                continue
            weight = 0.0
            held = min(high, held_for)
            if held > low:
                rate = 2.0 * decay[note]
                weight += (math.exp(-rate * low) - math.exp(-rate * held)) / rate
            if high > held_for:
                late = max(low, held_for) - held_for
                rate = 2.0 * fall
                weight += (
                    math.exp(-2.0 * decay[note] * held_for)
                    * (math.exp(-rate * late) - math.exp(-rate * (high - held_for)))
                    / rate
                )
            weight /= aperture
            for row in range(lowest, highest + 1):
                energy[row, frame] += spectrum[row] * weight


@njit(cache=True, fastmath=True)
def reverberate(energy, keep, gain):  # type: ignore[no-untyped-def]
    """Add an exponentially decaying tail to each row of ``energy``, in place."""
    n_bins, n_frames = energy.shape
    for row in range(n_bins):
        tail = 0.0
        for frame in range(n_frames):
            dry = energy[row, frame]
            energy[row, frame] = dry + gain * tail
            tail = keep[row] * (tail + dry)


@njit(cache=True)
def draw_notes(roll, row, begin, end, level, fade, held, release):  # type: ignore[no-untyped-def]  # noqa: PLR0917 - one loop, compiled
    """Draw notes into ``roll`` (n_rows, n_frames), in place; where two meet the stronger one stays.

    A note sounds from ``begin`` to ``end``, in frames that are counted from the left edge of the
    first one; a frame that it fills in part has that part of its ``level``. That falls to ``held``
    of itself within ``fade`` frames, and after the end by 1 / e every ``release`` frames (0: at
    once).
    """
    n_rows, n_frames = roll.shape
    for note in range(len(row)):
        if row[note] < 0 or row[note] >= n_rows:
            continue
        ringing = 4.0 * release[note]
        first = max(0, math.floor(begin[note]))
        last = min(n_frames, math.ceil(end[note] + ringing))
        for frame in range(first, last):
            age = max(0.0, frame - begin[note])
            shape = 1.0 - (1.0 - held) * min(1.0, age / fade)
            filled = min(frame + 1.0, end[note]) - max(float(frame), begin[note])
            filled = max(filled, 0.0)
            if ringing > 0.0 and frame + 1.0 > end[note]:
                late = max(0.0, frame - end[note])
                filled += (1.0 - filled) * math.exp(-late / release[note])
            value = level[note] * shape * filled
            roll[row[note], frame] = max(roll[row[note], frame], value)


HARMONICS: NDArray[np.float32] = (12.0 * np.log2(np.arange(1, 17))).astype(np.float32)
"""Distance of the first 16 partials from the fundamental, in semitones."""
