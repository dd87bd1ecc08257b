"""Talk, applause and tuning: what is heard in the gaps between songs."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.setlist.interlude import Interlude, InterludeKind
from samesong.runtime.setlist.sound import LEVEL, VARIATION, VOICING
from samesong.runtime.setlist.timeline import Timeline
from samesong.runtime.setlist.viterbi import best_states, runs

SHORTEST = 2.0
"""Seconds that an interlude lasts, at least."""
ENTRY_COST = 8.0
"""Cost of coming into another kind of sound, in log-odds summed over steps."""
BELOW_SONGS = 30.0
"""Level in dB below that of the songs around, under which nothing is heard."""
VARIED, VOICED = 2.0, 0.46
"""Variation and voicing half way between talk and audiences, in two simulated concerts and 13
recordings of audiences; they depend on no model."""
MOST_VARIED = 4.0
"""Variation in dB that talk reaches: more does not speak for it."""
LEAST_LEVEL = -70.0
"""Level in dB below which nothing is heard, whatever is around."""

_KINDS = (InterludeKind.TUNING, InterludeKind.APPLAUSE, InterludeKind.TALK)
_NOTHING = len(_KINDS)
_LIMIT = 4.0  # of log-odds, as of those of music

Array = NDArray[np.float32]


def interludes(spans: Sequence[tuple[float, float]], timeline: Timeline) -> list[Interlude]:
    """Find what is heard between songs, before the first and after the last of them.

    Parameters
    ----------
    spans : sequence of tuple of float
        Start and end of each song in seconds of the timeline, in order.
    timeline : Timeline
        The recording.

    Returns
    -------
    list of Interlude
        In order; silence is left out.
    """
    step = timeline.step_seconds[0]
    edges = [timeline.start, *(edge for span in spans for edge in span), timeline.end]
    inside = [timeline.sound[_rows(timeline, *span), LEVEL] for span in spans]
    songs = float(np.median(np.concatenate(inside))) if inside else 0.0
    floor = max(LEAST_LEVEL, songs - BELOW_SONGS) if inside else LEAST_LEVEL
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        rows = _rows(timeline, start, end)
        if end - start < SHORTEST or rows.start >= rows.stop:
            continue
        gains = kind_gains(timeline.music[rows], timeline.sound[rows], floor)
        for kind, first, last in _heard(gains, step):
            found.append(
                Interlude(
                    start=round(start + first * step, 2),
                    end=round(min(end, start + last * step), 2),
                    kind=_KINDS[kind],
                )
            )
    return found


def kind_gains(music: Array, sound: Array, floor: float) -> NDArray[np.float64]:
    """Return the gain of each step from being tuning, applause, talk, or nothing.

    Parameters
    ----------
    music : ndarray
        (n_steps,) float32: log-odds of music.
    sound : ndarray
        (n_steps, 3) float32: as of `samesong.runtime.setlist.sound.sound_features`.
    floor : float
        Level in dB below which nothing is heard.

    Returns
    -------
    ndarray
        (n_steps, 4) float64.
    """
    silent = np.clip((floor - sound[:, LEVEL]) / 2, -_LIMIT, _LIMIT)
    spoken = speech_log_odds(sound)
    other = np.maximum(music, 0) + np.maximum(silent, 0)
    gains = (music - np.maximum(silent, 0), -spoken / 2 - other, spoken / 2 - other, silent)
    return np.stack(gains, axis=1).astype(np.float64)


def speech_log_odds(sound: Array) -> Array:
    """Return the log-odds of one voice against those of an audience.

    Claps are varied and not periodic, cheers the reverse; a large room evens out what one voice
    says, and leaves its pitch.

    Parameters
    ----------
    sound : ndarray
        (n_steps, 3) float32: as of `samesong.runtime.setlist.sound.sound_features`.

    Returns
    -------
    ndarray
        (n_steps,) float32, within -`_LIMIT` to `_LIMIT`.
    """
    varied = 1.6 * (np.minimum(sound[:, VARIATION], MOST_VARIED) - VARIED)
    voiced = 20.0 * (sound[:, VOICING] - VOICED)
    return np.asarray(np.clip(varied + voiced, -_LIMIT, _LIMIT), np.float32)


def _heard(gains: NDArray[np.float64], step: float) -> Iterator[tuple[int, int, int]]:
    states = best_states(gains, np.full(gains.shape[1], ENTRY_COST))
    for state, first, last in runs(states):
        if state != _NOTHING and (last - first) * step >= SHORTEST:
            yield state, first, last


def _rows(timeline: Timeline, start: float, end: float) -> slice:
    step = timeline.step_seconds[0]
    first, last = (round((edge - timeline.start) / step) for edge in (start, end))
    return slice(max(0, first), min(last, len(timeline.music)))
