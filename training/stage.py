"""What lies between instruments and the recording: drums, room, equalisation, crowd and noise."""

import numpy as np
from numpy.typing import NDArray

from samesong.training._render_kernels import reverberate
from samesong.training.render import FRAME_PERIOD, N_BINS
from samesong.training.symbolic import Notes

Rng = np.random.Generator
Array = NDArray[np.float32]

BINS = np.arange(N_BINS, dtype=np.float32)

#: General MIDI drum notes by sound; every other drum note is a cymbal.
KICKS, SNARES, TOMS = (35, 36), (37, 38, 39, 40), (41, 43, 45, 47, 48, 50)


def perform(
    energy: Array,
    notes: Notes,
    start: float,
    strength: float,
    rng: Rng,
    *,
    unpitched_db: float = 0.0,
) -> Array:
    """Put rendered music on a stage and record it.

    Parameters
    ----------
    energy : (72, n_frames)
        From `render`; consumed.
    notes
        The version it was rendered from, for its drums.
    start
        Where the span begins, in seconds.
    strength : in [0, 1]
        0 is a studio, 1 a phone in a crowd.
    rng
        Every choice is drawn from it.
    unpitched_db
        Gain of drums and crowd: what a front end that takes them out leaves of them.

    Returns
    -------
    ndarray, shape (72, n_frames), float32
        Magnitude, as a front end has it before it is standardised.
    """
    unpitched = np.float32(10 ** (unpitched_db / 10))
    energy += 1e-4 * energy.mean() + 1e-9
    # Partials that share a bin beat against each other; a gamma law is what remains of it.
    beating = np.exp(rng.uniform(np.log(1.5), np.log(20.0)))
    energy *= rng.gamma(beating, 1 / beating, energy.shape).astype(np.float32)
    if rng.random() < 0.8:
        energy += unpitched * drums(notes, start, energy, rng)
    if rng.random() < 0.5 + 0.5 * strength:
        seconds = float(np.exp(rng.uniform(np.log(0.3), np.log(1.0 + 3.0 * strength))))
        add_room(energy, seconds, rng)
    energy *= equaliser(rng, 2.0 + 4.0 * strength)[:, None]
    energy *= band_limits(rng, strength)[:, None]
    if rng.random() < 0.2 + 0.7 * strength:
        energy += unpitched * crowd(energy, rng.uniform(-3, 30) - 6 * strength, rng)
    floor = 10 ** (-rng.uniform(15, 60) / 10) * energy.mean()
    energy += floor * rng.exponential(1, energy.shape).astype(np.float32)
    return np.sqrt(energy)


def drums(notes: Notes, start: float, music: Array, rng: Rng) -> Array:
    """Render the drum notes of a span, or a made-up beat when there are none."""
    n_frames = music.shape[1]
    struck = notes.select(notes.is_drum & (notes.onset >= start))
    times, sounds = struck.onset - start, struck.pitch
    if len(times) < 10:
        if rng.random() < 0.5:
            return np.zeros_like(music)
        beat = rng.uniform(0.3, 0.75)
        count = int(n_frames * FRAME_PERIOD / beat)
        pattern = np.array([36, 38, 36, 38]) if rng.random() < 0.7 else np.array([36, 42, 42, 42])
        times = np.concatenate([np.arange(count) * beat, np.arange(2 * count) * beat / 2])
        sounds = np.concatenate([np.resize(pattern, count), np.full(2 * count, 42)])
    frame = np.round(times / FRAME_PERIOD).astype(np.int64)
    result = np.zeros_like(music)
    for members, centre, width in (
        (KICKS, rng.uniform(5, 20), rng.uniform(3, 8)),
        (SNARES, rng.uniform(30, 60), rng.uniform(8, 25)),
        (TOMS, rng.uniform(15, 35), rng.uniform(3, 8)),
        (None, rng.uniform(60, 80), rng.uniform(10, 25)),
    ):
        known = KICKS + SNARES + TOMS
        mine = np.isin(sounds, members) if members else ~np.isin(sounds, known)
        hits = np.bincount(
            frame[mine & (frame >= 0) & (frame < n_frames)], minlength=n_frames
        ).astype(np.float32)
        spectrum = np.exp(-0.5 * ((BINS - centre) / width) ** 2).astype(np.float32)
        level = np.exp(rng.normal(0, 1.0)) * np.clip(rng.exponential(1, n_frames), 0.2, 3)
        result += spectrum[:, None] * (hits * level).astype(np.float32)
    result *= rng.exponential(1, result.shape).astype(np.float32)
    total = result.mean()
    if total == 0:
        return result
    return result * np.float32(music.mean() / total * 10 ** (rng.uniform(-18, 3) / 10))


def add_room(energy: Array, seconds: float, rng: Rng) -> None:
    """Smear along time with a reverberation of ``seconds`` (to -60 dB), longer in the bass."""
    tilt = rng.uniform(0.5, 1.0)
    times = seconds * np.linspace(1.0, tilt, N_BINS)
    keep = np.exp(-13.8 * FRAME_PERIOD / times).astype(np.float32)
    reverberate(energy, keep, np.float32(10 ** (rng.uniform(-10, 3) / 10)))


def equaliser(rng: Rng, decibels: float) -> Array:
    """Draw a smooth gain in energy over the bins, with a standard deviation in decibels."""
    phases = rng.uniform(0, 2 * np.pi, 5)
    waves = np.cos(np.outer(np.arange(1, 6), BINS / N_BINS * np.pi * 2) + phases[:, None])
    curve = decibels * (rng.normal(0, 1, 5) / np.arange(1, 6)) @ waves
    # Mixes fall towards the top by about as much as renderings of bare notes do not.
    tilt = rng.normal(-6, 2 * decibels) * (BINS / N_BINS - 0.5)
    return np.asarray(10 ** ((curve + tilt) / 10), np.float32)


def band_limits(rng: Rng, strength: float) -> Array:
    """Draw what small microphones and loudspeakers cut off at the bottom and at the top."""
    cut_low = rng.uniform(-12, 12 + 12 * strength)
    cut_high = rng.uniform(60 - 6 * strength, 90)
    decibels = -rng.uniform(0.5, 2) * np.maximum(0, cut_low - BINS)
    decibels -= rng.uniform(0.5, 2) * np.maximum(0, BINS - cut_high)
    return np.asarray(10 ** (decibels / 10), np.float32)


def crowd(music: Array, decibels: float, rng: Rng) -> Array:
    """Render applause, cheers and chatter, ``decibels`` below the music on average."""
    n_frames = music.shape[1]
    centre, width = rng.uniform(35, 80), rng.uniform(8, 30)
    spectrum = np.exp(-0.5 * ((BINS - centre) / width) ** 2) + rng.uniform(0, 0.2)
    knots = np.arange(0, n_frames + 40, rng.uniform(3, 30))
    swell = np.exp(rng.normal(0, rng.uniform(0.2, 1.2), len(knots)))
    envelope = np.interp(np.arange(n_frames), knots, swell)
    if rng.random() < 0.5:  # applause before or after the song
        length = int(rng.integers(5, 60))
        edge = slice(None, length) if rng.random() < 0.5 else slice(-length, None)
        envelope[edge] *= rng.uniform(3, 30)
    noise = np.outer(spectrum, envelope) * rng.gamma(2, 0.5, music.shape)
    noise *= np.median(music.mean(axis=0)) / np.median(noise.mean(axis=0))
    return (noise * 10 ** (-decibels / 10)).astype(np.float32)
