"""The course of a version in time: its tempo and the order of its sections."""

import numpy as np

from samesong.training.symbolic import Notes, concatenate

Rng = np.random.Generator


def change_tempo(notes: Notes, rng: Rng) -> Notes:
    """Play a score 0.7 to 1.4 times as fast, drifting by a few per cent.

    Parameters
    ----------
    notes : Notes
        The score.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    arranged : Notes
        Onsets keep their order.
    """
    factor = float(np.exp(rng.uniform(np.log(0.7), np.log(1.4))))
    knots = np.arange(0.0, notes.end + 20.0, 10.0)
    drift = np.exp(rng.normal(0, rng.uniform(0, 0.04), len(knots)))
    warped = np.concatenate([[0.0], np.cumsum(10.0 * drift[:-1])]) / factor
    onset = np.interp(notes.onset, knots, warped)
    end = np.interp(notes.onset + notes.duration, knots, warped)
    return notes.having(
        onset=onset.astype(np.float32), duration=np.maximum(end - onset, 0.02).astype(np.float32)
    )


def restructure(notes: Notes, rng: Rng) -> Notes:
    """Drop, repeat, swap or delay whole sections of 8 to 30 s.

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
