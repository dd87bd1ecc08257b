"""The parts of a version: instruments left out, thinned, doubled and added."""

import numpy as np
from numpy.typing import NDArray

from samesong.training.pitch_range import fold
from samesong.training.symbolic import Notes, concatenate

Rng = np.random.Generator


def top_voice(notes: Notes) -> NDArray[np.bool_]:
    """Mark the notes that no higher note starts beside, within 50 ms.

    Parameters
    ----------
    notes : Notes
        The score.

    Returns
    -------
    ndarray, shape (n_notes,), bool
        True for the notes of the top voice; never for drums.
    """
    moment = np.round(notes.onset / 0.05).astype(np.int64)
    order = np.lexsort((-np.where(notes.is_drum, -1, notes.pitch), moment))
    mask = np.zeros(len(notes), bool)
    mask[order[np.unique(moment[order], return_index=True)[1]]] = True
    return mask & ~notes.is_drum


def lead(notes: Notes) -> int:
    """Find the part that most likely carries the tune: single notes, all along, and rather high.

    In 94 % of 182 songs of POP909 it is the part named melody, and in 66 % of 56 Billboard MIDIs
    the one named for the voice; the highest part is that in 43 and 27 %.

    Parameters
    ----------
    notes : Notes
        The version.

    Returns
    -------
    int
        Index of a part that is neither drums nor a bass; 0 if there is none.
    """
    pitched = notes.select(~notes.is_drum & ~notes.is_bass)
    if not len(pitched):
        return 0
    size = int(pitched.part.max()) + 1
    count = np.maximum(1, np.bincount(pitched.part, minlength=size))
    single = _moments(pitched, 0.05, size) / count
    along = _moments(pitched, 1.0, size) / max(1.0, notes.end)
    height = np.bincount(pitched.part, pitched.pitch, minlength=size) / count
    with np.errstate(divide="ignore"):  # parts that are not there
        return int(np.argmax(12 * np.log(single) + np.log(along) + height / 18))


def tune(notes: Notes) -> NDArray[np.bool_]:
    """Mark the notes of the tune: the top voice of the part that leads.

    Parameters
    ----------
    notes : Notes
        The version.

    Returns
    -------
    ndarray, shape (n_notes,), bool
        True for the notes of the tune; never for drums.
    """
    leading = np.flatnonzero(notes.part == lead(notes))
    mask = np.zeros(len(notes), bool)
    mask[leading[top_voice(notes.select(leading))]] = True
    return mask


def _moments(notes: Notes, seconds: float, size: int) -> NDArray[np.int64]:
    """Count the moments of a length at which each of `size` parts starts any note."""
    moment = np.round(notes.onset / seconds).astype(np.int64)
    started = np.unique(np.stack([notes.part.astype(np.int64), moment]), axis=1)[0]
    return np.bincount(started, minlength=size)


def drop_parts(notes: Notes, rng: Rng) -> Notes:
    """Leave out instruments, but never all that carry pitch.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        The score itself where less than a quarter of the pitched notes would be left.
    """
    parts = np.unique(notes.part)
    kept = parts[rng.random(len(parts)) > rng.uniform(0, 0.6)]
    mask = np.isin(notes.part, kept)
    if (mask & ~notes.is_drum).sum() < 0.25 * (~notes.is_drum).sum():
        return notes
    return notes.select(mask)


def thin_to_melody_and_bass(notes: Notes, rng: Rng) -> Notes:
    """Keep the top voice and some of the rest, as a solo or an acoustic version does.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        The score itself where fewer than 20 pitched notes would be left.
    """
    keep_rest = rng.random(len(notes)) < rng.uniform(0, 0.5)
    kept = notes.select(top_voice(notes) | keep_rest | notes.is_bass)
    return kept if (~kept.is_drum).sum() >= 20 else notes


def double_melody(notes: Notes, rng: Rng) -> Notes:
    """Let another instrument sing along with the top voice, an octave off or a little late.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        The score with one more part.
    """
    voice = notes.select(top_voice(notes))
    delay = np.float32(abs(rng.normal(0, 0.05)))
    octave = np.float32(rng.choice([-12, 0, 12]))
    voice = voice.having(
        part=np.full(len(voice), notes.part.max() + 1, np.int16),
        pitch=fold(voice.pitch + octave, voice.is_drum),
        onset=voice.onset + delay,
    )
    return concatenate([notes, voice])


def add_bass(notes: Notes, rng: Rng) -> Notes:
    """Add a bass that follows the lowest sounding pitch class, struck at a steady pace.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        The score with one more part.
    """
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
