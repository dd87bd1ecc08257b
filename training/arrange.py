"""Another version of a song, made on its notes: key, tempo, structure, parts and playing change."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from samesong.training.symbolic import Notes, concatenate

Rng = np.random.Generator

#: A version keeps sounding roles inside what instruments play.
LOWEST, HIGHEST = 24.0, 104.0


def rearrange(notes: Notes, strength: float, rng: Rng) -> Notes:
    """Draw another version of a song, sorted by onset, its pitches inside [24, 104].

    Parameters
    ----------
    notes
        The score; onsets count from 0.
    strength : in [0, 1]
        0 leaves the arrangement near the score (a studio version); 1 is free with it.
    rng
        Every choice is drawn from it.
    """
    steps: list[tuple[float, Callable[[Notes, Rng], Notes]]] = [
        (0.9 * strength, drop_parts),
        (0.35 * strength, thin_to_melody_and_bass),
        (0.5 * strength, change_octaves),
        (0.6 * strength, restrike),
        (0.5, change_lengths),
        (0.3 + 0.3 * strength, add_bass),
        (0.35 * strength, double_melody),
        (0.6 * strength, restructure),
        (1.0, play_loosely),
    ]
    for probability, step in steps:
        if rng.random() < probability:
            notes = step(notes, rng)
    notes = transpose(notes, rng)
    return change_tempo(notes, rng)


def transpose(notes: Notes, rng: Rng) -> Notes:
    """Move every pitched part by up to a tritone, and the tuning by up to half a semitone."""
    shift = float(rng.integers(-6, 7)) + float(rng.normal(0, 0.15)) * (rng.random() < 0.5)
    pitch = np.where(notes.is_drum, notes.pitch, notes.pitch + np.float32(shift))
    return notes.having(pitch=fold(pitch, notes.is_drum))


def fold(pitch: NDArray[np.float32], is_drum: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Bring pitched notes back into range by octaves."""
    low = np.ceil(np.maximum(0, LOWEST - pitch) / 12)
    high = np.ceil(np.maximum(0, pitch - HIGHEST) / 12)
    return np.where(is_drum, pitch, pitch + 12 * (low - high)).astype(np.float32)


def change_tempo(notes: Notes, rng: Rng) -> Notes:
    """Play it 0.7 to 1.4 times as fast, drifting by a few per cent."""
    factor = float(np.exp(rng.uniform(np.log(0.7), np.log(1.4))))
    knots = np.arange(0.0, notes.end + 20.0, 10.0)
    drift = np.exp(rng.normal(0, rng.uniform(0, 0.04), len(knots)))
    warped = np.concatenate([[0.0], np.cumsum(10.0 * drift[:-1])]) / factor
    onset = np.interp(notes.onset, knots, warped)
    end = np.interp(notes.onset + notes.duration, knots, warped)
    return notes.having(
        onset=onset.astype(np.float32), duration=np.maximum(end - onset, 0.02).astype(np.float32)
    )


def drop_parts(notes: Notes, rng: Rng) -> Notes:
    """Leave out instruments, but never all that carry pitch."""
    parts = np.unique(notes.part)
    kept = parts[rng.random(len(parts)) > rng.uniform(0, 0.6)]
    mask = np.isin(notes.part, kept)
    if (mask & ~notes.is_drum).sum() < 0.25 * (~notes.is_drum).sum():
        return notes
    return notes.select(mask)


def top_voice(notes: Notes) -> NDArray[np.bool_]:
    """Mark the notes that no higher note starts beside, within 50 ms."""
    moment = np.round(notes.onset / 0.05).astype(np.int64)
    order = np.lexsort((-np.where(notes.is_drum, -1, notes.pitch), moment))
    mask = np.zeros(len(notes), bool)
    mask[order[np.unique(moment[order], return_index=True)[1]]] = True
    return mask & ~notes.is_drum


def thin_to_melody_and_bass(notes: Notes, rng: Rng) -> Notes:
    """Keep the top voice and some of the rest, as a solo or an acoustic version does."""
    keep_rest = rng.random(len(notes)) < rng.uniform(0, 0.5)
    kept = notes.select(top_voice(notes) | keep_rest | notes.is_bass)
    return kept if (~kept.is_drum).sum() >= 20 else notes


def double_melody(notes: Notes, rng: Rng) -> Notes:
    """Let another instrument sing along with the top voice, an octave off or a little late."""
    voice = notes.select(top_voice(notes))
    delay = np.float32(abs(rng.normal(0, 0.05)))
    octave = np.float32(rng.choice([-12, 0, 12]))
    voice = voice.having(
        part=np.full(len(voice), notes.part.max() + 1, np.int16),
        pitch=fold(voice.pitch + octave, voice.is_drum),
        onset=voice.onset + delay,
    )
    return concatenate([notes, voice])


def change_octaves(notes: Notes, rng: Rng) -> Notes:
    """Move whole instruments by an octave."""
    shifts = rng.choice([-12, 0, 0, 0, 12], notes.part.max() + 1).astype(np.float32)
    pitch = notes.pitch + np.where(notes.is_drum | notes.is_bass, 0, shifts[notes.part])
    return notes.having(pitch=fold(pitch.astype(np.float32), notes.is_drum))


def change_lengths(notes: Notes, rng: Rng) -> Notes:
    """Play each instrument more staccato or more sustained."""
    factors = np.exp(rng.uniform(np.log(0.4), np.log(2.5), notes.part.max() + 1))
    return notes.having(duration=(notes.duration * factors[notes.part]).astype(np.float32))


def restrike(notes: Notes, rng: Rng) -> Notes:
    """Turn some instruments' held notes into repeated or broken ones."""
    chosen = rng.random(notes.part.max() + 1) < 0.5
    period = float(rng.uniform(0.15, 0.6))
    repeats = np.where(
        chosen[notes.part] & ~notes.is_drum, np.ceil(notes.duration / period).clip(1, 12), 1
    ).astype(np.intp)
    again = notes.select(np.repeat(np.arange(len(notes)), repeats))
    turn = np.arange(len(again)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    times = np.repeat(repeats, repeats)
    duration = (again.duration / times).astype(np.float32)
    octave = np.where((times > 1) & (rng.random(len(again)) < 0.2), 12, 0).astype(np.float32)
    return again.having(
        onset=(again.onset + turn * duration).astype(np.float32),
        duration=duration,
        pitch=fold(again.pitch + octave, again.is_drum),
    ).sorted()


def add_bass(notes: Notes, rng: Rng) -> Notes:
    """Add a bass that follows the lowest sounding pitch class, struck at a steady pace."""
    pitched = notes.select(~notes.is_drum)
    if len(pitched) < 2:
        return notes
    period = float(rng.uniform(0.3, 1.0))
    beats = np.arange(0.0, pitched.onset[-1], period, dtype=np.float32)
    nearest = np.searchsorted(pitched.onset, beats).clip(0, len(pitched) - 1)
    # The lowest of the few notes around a beat is the best cheap guess at its root.
    around = np.stack([np.roll(pitched.pitch, step) for step in range(4)]).min(axis=0)
    pitch = (around[nearest] % 12) + 12 * float(rng.integers(2, 4))
    count = len(beats)
    bass = Notes(
        onset=beats,
        duration=np.full(count, period * rng.uniform(0.4, 1.0), np.float32),
        pitch=pitch.astype(np.float32),
        velocity=rng.uniform(0.5, 0.9, count).astype(np.float32),
        part=np.full(count, notes.part.max() + 1, np.int16),
        is_drum=np.zeros(count, bool),
        is_bass=np.ones(count, bool),
    )
    return concatenate([notes, bass])


def restructure(notes: Notes, rng: Rng) -> Notes:
    """Drop, repeat, swap or delay whole sections of 8 to 30 s."""
    cuts = [0.0]
    while cuts[-1] < notes.end:
        cuts.append(cuts[-1] + float(rng.uniform(8, 30)))
    order = list(range(len(cuts) - 1))
    position = int(rng.integers(len(order)))
    change = rng.choice(["drop", "repeat", "swap", "pause"])
    if change == "drop" and len(order) > 2:
        del order[position]
    elif change == "repeat":
        order.insert(position, order[position])
    elif change == "swap" and len(order) > 2:
        other = (position + 1) % len(order)
        order[position], order[other] = order[other], order[position]
    pause_at = position if change == "pause" else -1
    pieces: list[Notes] = []
    start = 0.0
    for place, section in enumerate(order):
        if place == pause_at:
            start += float(rng.uniform(2, 12))
        low, high = cuts[section], cuts[section + 1]
        piece = notes.select((notes.onset >= low) & (notes.onset < high))
        pieces.append(piece.having(onset=piece.onset + np.float32(start - low)))
        start += high - low
    joined = concatenate(pieces)
    return joined if (~joined.is_drum).sum() >= 20 else notes


def play_loosely(notes: Notes, rng: Rng) -> Notes:
    """Miss some notes, play a few wrong, and be early or late by tens of milliseconds."""
    count = len(notes)
    kept = rng.random(count) > rng.uniform(0, 0.15)
    wrong = (rng.random(count) < rng.uniform(0, 0.03)) & ~notes.is_drum
    pitch = notes.pitch + np.where(wrong, rng.integers(-2, 3, count), 0).astype(np.float32)
    onset = notes.onset + rng.normal(0, rng.uniform(0, 0.05), count)
    played = notes.having(
        pitch=pitch,
        onset=np.maximum(onset, 0).astype(np.float32),
        velocity=(notes.velocity * rng.uniform(0.6, 1.0, count)).astype(np.float32),
    ).select(kept)
    return played.sorted()
