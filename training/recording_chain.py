"""The recording chain after the instruments: drums, room, equalisation, crowd and noise.

Pitches are in semitones above C1, times in seconds, so that it works on the bins and frames of any
front end.
"""

import numpy as np
from numpy.typing import NDArray

from samesong.features.renderable import RenderableFrontEnd
from samesong.training._render_kernels import reverberate
from samesong.training.render import Grid
from samesong.training.symbolic import Notes

Rng = np.random.Generator
Array = NDArray[np.float32]

#: General MIDI drum notes by sound; every other drum note is a cymbal.
KICKS, SNARES, TOMS = (35, 36), (37, 38, 39, 40), (41, 43, 45, 47, 48, 50)

#: Semitones of the range that equalisers and band limits are drawn for: six octaves from C1.
RANGE = 72


def record(
    energy: Array,
    notes: Notes,
    front_end: RenderableFrontEnd,
    start: float,
    *,
    strength: float,
    rng: Rng,
) -> Array:
    """Record rendered music in a room, with a band's drums and an audience.

    Parameters
    ----------
    energy : ndarray, shape (n_bins, n_frames), float32
        As `samesong.training.render.render_energy` returns it; overwritten.
    notes : Notes
        The version it was rendered from, for its drums.
    front_end : RenderableFrontEnd
        The front end it was rendered for.
    start : float
        Start of the span in seconds.
    strength : float
        From 0, a studio, to 1, a phone in a crowd.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Magnitude, as `RenderableFrontEnd.finish` takes it.
    """
    grid = Grid.of(front_end.spec)
    unpitched = np.float32(10 ** (front_end.unpitched_db / 10))
    energy += 1e-4 * energy.mean() + 1e-9
    # Partials that share a bin beat against each other; a gamma law is what remains of it.
    beating = np.exp(rng.uniform(np.log(1.5), np.log(20.0)))
    energy *= rng.gamma(beating, 1 / beating, energy.shape).astype(np.float32)
    if rng.random() < 0.8:
        energy += unpitched * drums(notes, start, energy, grid, rng)
    if rng.random() < 0.5 + 0.5 * strength:
        seconds = float(np.exp(rng.uniform(np.log(0.3), np.log(1.0 + 3.0 * strength))))
        add_room(energy, seconds, grid.period, rng)
    energy *= equaliser(grid.bins, 2.0 + 4.0 * strength, rng)[:, None]
    energy *= band_limits(grid.bins, strength, rng)[:, None]
    if rng.random() < 0.2 + 0.7 * strength:
        energy += unpitched * crowd(energy, rng.uniform(-3, 30) - 6 * strength, grid, rng)
    floor = 10 ** (-rng.uniform(15, 60) / 10) * energy.mean()
    energy += floor * rng.exponential(1, energy.shape).astype(np.float32)
    return np.sqrt(energy)


def drums(notes: Notes, start: float, music: Array, grid: Grid, rng: Rng) -> Array:
    """Render the drum notes of a span, or a made-up beat when there are none.

    Parameters
    ----------
    notes : Notes
        The version.
    start : float
        Start of the span in seconds.
    music : ndarray, shape (n_bins, n_frames), float32
        Energy of the other instruments, for the level.
    grid : Grid
        Bins and frames of the front end.
    rng : numpy.random.Generator
        Draws the sounds and their levels.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Energy of the drums; 0 throughout for half of the songs without any.
    """
    n_frames = music.shape[1]
    struck = notes.select(notes.is_drum & (notes.onset >= start))
    times, sounds = struck.onset - start, struck.pitch
    if len(times) < 10:
        if rng.random() < 0.5:
            return np.zeros_like(music)
        beat = rng.uniform(0.3, 0.75)
        count = int(n_frames * grid.period / beat)
        pattern = np.array([36, 38, 36, 38]) if rng.random() < 0.7 else np.array([36, 42, 42, 42])
        times = np.concatenate([np.arange(count) * beat, np.arange(2 * count) * beat / 2])
        sounds = np.concatenate([np.resize(pattern, count), np.full(2 * count, 42)])
    frame = np.round(times / grid.period).astype(np.int64)
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
        spectrum = np.exp(-0.5 * ((grid.bins - centre) / width) ** 2).astype(np.float32)
        level = np.exp(rng.normal(0, 1.0)) * np.clip(rng.exponential(1, n_frames), 0.2, 3)
        result += spectrum[:, None] * (hits * level).astype(np.float32)
    result *= rng.exponential(1, result.shape).astype(np.float32)
    total = result.mean()
    if total == 0:
        return result
    return result * np.float32(music.mean() / total * 10 ** (rng.uniform(-18, 3) / 10))


def add_room(energy: Array, seconds: float, period: float, rng: Rng) -> None:
    """Add reverberation in place, longer in the bass than in the treble.

    Parameters
    ----------
    energy : ndarray, shape (n_bins, n_frames), float32
        Overwritten.
    seconds : float
        Time in which the lowest bin falls by 60 dB.
    period : float
        Seconds from frame to frame.
    rng : numpy.random.Generator
        Draws the time of the highest bin, half as long or more, and the level.
    """
    tilt = rng.uniform(0.5, 1.0)
    times = seconds * np.linspace(1.0, tilt, len(energy))
    keep = np.exp(-13.8 * period / times).astype(np.float32)
    reverberate(energy, keep, np.float32(10 ** (rng.uniform(-10, 3) / 10)))


def equaliser(bins: Array, decibels: float, rng: Rng) -> Array:
    """Draw a smooth gain, with a downward tilt as finished mixes have.

    Parameters
    ----------
    bins : ndarray, shape (n_bins,), float32
        Semitones above C1.
    decibels : float
        Standard deviation of the slowest of the five waves that make up the curve.
    rng : numpy.random.Generator
        Draws the curve.

    Returns
    -------
    ndarray, shape (n_bins,), float32
        Gain in energy, above 0.
    """
    phases = rng.uniform(0, 2 * np.pi, 5)
    waves = np.cos(np.outer(np.arange(1, 6), bins / RANGE * np.pi * 2) + phases[:, None])
    curve = decibels * (rng.normal(0, 1, 5) / np.arange(1, 6)) @ waves
    # Mixes fall towards the top by about as much as renderings of bare notes do not.
    tilt = rng.normal(-6, 2 * decibels) * (bins / RANGE - 0.5)
    return np.asarray(10 ** ((curve + tilt) / 10), np.float32)


def band_limits(bins: Array, strength: float, rng: Rng) -> Array:
    """Draw what small microphones and loudspeakers cut off at the bottom and at the top.

    Parameters
    ----------
    bins : ndarray, shape (n_bins,), float32
        Semitones above C1.
    strength : float
        From 0, a studio, to 1, a phone.
    rng : numpy.random.Generator
        Draws the limits and how steep they are.

    Returns
    -------
    ndarray, shape (n_bins,), float32
        Gain in energy, above 0 and at most 1.
    """
    cut_low = rng.uniform(-12, 12 + 12 * strength)
    cut_high = rng.uniform(60 - 6 * strength, 90)
    decibels = -rng.uniform(0.5, 2) * np.maximum(0, cut_low - bins)
    decibels -= rng.uniform(0.5, 2) * np.maximum(0, bins - cut_high)
    return np.asarray(10 ** (decibels / 10), np.float32)


def crowd(music: Array, decibels: float, grid: Grid, rng: Rng) -> Array:
    """Render applause, cheers and chatter.

    Parameters
    ----------
    music : ndarray, shape (n_bins, n_frames), float32
        Energy of the band, for the level.
    decibels : float
        Median level of the music over that of the crowd.
    grid : Grid
        Bins and frames of the front end.
    rng : numpy.random.Generator
        Draws the spectrum and its course.

    Returns
    -------
    ndarray, shape (n_bins, n_frames), float32
        Energy of the crowd.
    """
    n_frames = music.shape[1]
    centre, width = rng.uniform(35, 80), rng.uniform(8, 30)
    spectrum = np.exp(-0.5 * ((grid.bins - centre) / width) ** 2) + rng.uniform(0, 0.2)
    times = np.arange(n_frames) * grid.period
    knots = np.arange(0, n_frames * grid.period + 12, rng.uniform(0.9, 9))
    swell = np.exp(rng.normal(0, rng.uniform(0.2, 1.2), len(knots)))
    envelope = np.interp(times, knots, swell)
    if rng.random() < 0.5:  # applause before or after the song
        length = max(1, round(rng.uniform(1.5, 18) / grid.period))
        edge = slice(None, length) if rng.random() < 0.5 else slice(-length, None)
        envelope[edge] *= rng.uniform(3, 30)
    noise = np.outer(spectrum, envelope) * rng.gamma(2, 0.5, music.shape)
    noise *= np.median(music.mean(axis=0)) / np.median(noise.mean(axis=0))
    return (noise * 10 ** (-decibels / 10)).astype(np.float32)
