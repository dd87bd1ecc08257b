"""What a transcribing front end would name in a version, drawn from its notes without any sound.

Some notes are missed, some are made up; partials are taken for notes, an octave up above all; what
is named is smeared over time and more or less sure. The numbers below make the shares of all this
about those of the front end `notes` on rendered works, as they are and degraded.
"""

import numpy as np
from numpy.typing import NDArray

from samesong.features.renderable import TranscribingFrontEnd
from samesong.training._render_kernels import draw_notes
from samesong.training.render import Grid
from samesong.training.symbolic import Notes, concatenate

Rng = np.random.Generator
Array = NDArray[np.float32]

POINTS = 3
"""Points in time within a frame; a transcribing network is faster than its frames."""

SUREST = 0.85
"""Activation that is hardly ever exceeded."""

MISTAKEN = {
    12: (0.3, 0.8),
    24: (0.1, 1.0),
    19: (0.07, 1.0),
    -12: (0.12, 1.0),
    -24: (0.05, 1.0),
    7: (0.03, 1.0),
    -5: (0.02, 1.0),
    1: (0.015, 0.8),
    -1: (0.015, 0.8),
}
"""Semitones off at which a note is heard as well: share of its own activation, and its spread."""


def transcribe(
    notes: Notes,
    front_end: TranscribingFrontEnd,
    start: float,
    n_frames: int,
    *,
    strength: float,
    rng: Rng,
) -> Array:
    """Draw what a front end would name in a span of a version.

    Parameters
    ----------
    notes : Notes
        The version.
    front_end : TranscribingFrontEnd
        The front end to imitate.
    start : float
        Start of the span in seconds.
    n_frames : int
        Length of the span in frames.
    strength : float
        From 0, a studio recording, to 1, one by a phone in a crowd.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Activations in [0, 1], for `TranscribingFrontEnd.finish_notes`.
    """
    spec = front_end.spec
    grid = Grid.of(spec)
    end = start + n_frames * spec.frame_period
    # Ten seconds back, so that what still sounds at the start of the span is there.
    inside = (notes.onset < end) & (notes.onset > start - 10.0) & ~notes.is_drum
    sounding = notes.select(inside)
    heard = sounding.having(velocity=_sureness(sounding, notes, strength, rng))
    heard = concatenate([heard, *_mistakes(heard, rng), _made_up(start, end, strength, rng)])
    roll = np.zeros((spec.n_bins, POINTS * n_frames), np.float32)
    # Frames and points are centred: the first point is one before the centre of frame 0.
    first = start - (POINTS // 2 + 0.5) * spec.frame_period / POINTS
    place = (heard.onset - first) * POINTS / spec.frame_period
    length = heard.duration * POINTS / spec.frame_period
    reverberation = rng.uniform(0.3, 1.5) + strength * rng.exponential(1.5)
    draw_notes(
        roll,
        np.round((heard.pitch - 24 - grid.bins[0]) * spec.bins_per_octave / 12).astype(np.int64),
        place.astype(np.float32),
        (place + np.maximum(length, 0.5)).astype(np.float32),
        heard.velocity,
        20.0,
        rng.uniform(0.3, 0.9),
        np.full(len(heard), reverberation, np.float32),
    )
    frames = _blurred(roll).reshape(spec.n_bins, n_frames, POINTS).mean(axis=2)
    sure = np.clip(frames * _drift(n_frames, rng), 0, 1)
    doubt = rng.gamma(8.0, 1 / 8.0, sure.shape).astype(np.float32)
    unheard = front_end.unheard * np.exp(rng.normal(-0.1, 0.12, sure.shape)).astype(np.float32)
    return np.asarray(unheard + (SUREST - unheard) * np.clip(sure * doubt, 0, 1), np.float32)


def _sureness(sounding: Notes, notes: Notes, strength: float, rng: Rng) -> Array:
    """Draw how sure the network is of each note, in [0, 1]."""
    parts = rng.normal(0, 0.7, int(notes.part.max()) + 1)
    height = (sounding.pitch - 60) / 36
    ripples = sum(
        rng.normal(0, 0.4 + 0.4 * strength) * np.cos(np.pi * n * height + rng.uniform(0, 2 * np.pi))
        for n in (1, 2)
    )
    count = len(sounding)
    logit = (
        0.3
        - 1.2 * strength
        - 0.5 * height
        + ripples
        + 1.5 * (sounding.velocity - 0.6)
        + parts[sounding.part]
        + rng.normal(0, 0.8, count)
        - 3.0 * (rng.random(count) < 0.08 + 0.12 * strength)  # missed
    )
    # Small microphones and loudspeakers lose the lowest notes.
    lowest = 24 + rng.uniform(-12, 4 + 12 * strength)
    logit -= 0.5 * np.maximum(0, lowest - sounding.pitch)
    return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


def _mistakes(heard: Notes, rng: Rng) -> list[Notes]:
    """Return what is heard beside the notes, partials above all; more so in some parts."""
    if not len(heard):
        return []
    parts = int(heard.part.max()) + 1
    mistakes = []
    for semitones, (share, spread) in MISTAKEN.items():
        timbre = share * np.exp(rng.normal(0, spread, parts))
        each = timbre[heard.part] * np.exp(rng.normal(0, 0.6, len(heard)))
        mistakes.append(
            heard.having(
                pitch=heard.pitch + np.float32(semitones),
                velocity=np.minimum(heard.velocity * each, 0.9).astype(np.float32),
            )
        )
    return mistakes


def _made_up(start: float, end: float, strength: float, rng: Rng) -> Notes:
    """Draw notes that nobody plays: what is heard into drums and crowds."""
    rate = rng.exponential(0.5 + 2.0 * strength)
    count = int(rng.poisson(rate * (end - start)))
    centre, width = rng.uniform(36, 72), rng.uniform(6, 24)
    nobody = np.zeros(count, bool)
    return Notes(
        onset=rng.uniform(start, end, count).astype(np.float32),
        duration=rng.exponential(0.25, count).astype(np.float32),
        pitch=np.round(rng.normal(centre, width, count)).astype(np.float32),
        velocity=rng.beta(1.0, 6.0, count).astype(np.float32),
        part=nobody.astype(np.int16),
        is_drum=nobody,
        is_bass=nobody,
    )


def _blurred(roll: Array) -> Array:
    """Average each point with its neighbours, as the filters of a constant-Q transform do."""
    padded = np.pad(roll, ((0, 0), (1, 1)), mode="edge")
    return np.asarray(0.25 * padded[:, :-2] + 0.5 * roll + 0.25 * padded[:, 2:], np.float32)


def _drift(n_frames: int, rng: Rng) -> Array:
    """Draw a gain that wanders from knot to knot, some 6 s apart."""
    knots = np.exp(rng.normal(0, 0.25, 2 + n_frames // 20))
    places = np.linspace(0, len(knots) - 1, n_frames)
    return np.interp(places, np.arange(len(knots)), knots).astype(np.float32)
