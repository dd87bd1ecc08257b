"""What musicians change when they play live: key, tempo, its drift, and the order of parts."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from samesong.features.errors import MissingExtraError, install_hint

try:
    from python_stretch import Signalsmith
except ImportError as error:
    raise MissingExtraError(
        f"simulating live recordings needs python-stretch: {install_hint('training')}"
    ) from error

Samples = NDArray[np.float32]

_DRIFT_STEP = 5.0  # seconds played at one tempo
_JOIN = 0.05  # seconds of crossfade between pieces


def retime(
    samples: Samples,
    sample_rate: int,
    *,
    tempo: float,
    drift: float,
    semitones: float,
    rng: np.random.Generator,
) -> Samples:
    """Play a recording at another tempo and in another key.

    Parameters
    ----------
    samples : (n,) float32
        Mono audio.
    sample_rate : int
        In Hz.
    tempo : float
        Factor; above 1 is faster. The result lasts ``n / tempo`` when `drift` is 0.
    drift : float
        Largest departure from `tempo` as a fraction; the tempo wanders slowly within it.
    semitones : float
        Transposition, upwards when positive; fractions detune.
    rng : numpy.random.Generator
        Source of the wandering and of the stretcher's own randomness.

    Returns
    -------
    (m,) float32
    """
    if drift == 0:
        return _stretch(samples, sample_rate, tempo, semitones, rng)
    cuts = _cuts(len(samples), _DRIFT_STEP * sample_rate)
    tempos = tempo * (1 + drift * _wander(cuts[:-1] / sample_rate, rng))
    pieces = []
    for (start, end), local in zip(pairwise(cuts), tempos, strict=True):
        overlap = round(_JOIN * sample_rate * local)
        piece = samples[start : end + overlap]
        pieces.append(_stretch(piece, sample_rate, float(local), semitones, rng))
    return _join(pieces, round(_JOIN * sample_rate))


def rearrange(
    samples: Samples,
    sample_rate: int,
    *,
    missing_start: float,
    edits: int,
    section_seconds: float,
    rng: np.random.Generator,
) -> Samples:
    """Leave out, repeat or swap sections, as a band does on stage.

    Parameters
    ----------
    samples : (n,) float32
        Mono audio.
    sample_rate : int
        In Hz.
    missing_start : float
        Seconds left out before anything else, as when the recorder was switched on late.
    edits : int
        How many times a random section is dropped, repeated or swapped with the next one.
    section_seconds : float
        Approximate length of a section.
    rng : numpy.random.Generator
        Chooses the edits.

    Returns
    -------
    (m,) float32
        Never shorter than one section, unless `samples` was.
    """
    kept = samples[min(int(missing_start * sample_rate), len(samples) - 1) :]
    cuts = _cuts(len(kept), section_seconds * sample_rate)
    if edits == 0 or len(cuts) == 2:
        return kept
    fade = round(_JOIN * sample_rate)
    sections = [kept[start : end + fade] for start, end in pairwise(cuts)]
    for _ in range(edits):
        at = int(rng.integers(len(sections) - 1)) if len(sections) > 1 else 0
        edit = rng.choice(["drop", "repeat", "swap"])
        if edit == "repeat" or len(sections) <= 2:
            sections.insert(at, sections[at])
        elif edit == "drop":
            del sections[at]
        else:
            sections[at : at + 2] = sections[at : at + 2][::-1]
    return _join(sections, fade)


def _cuts(n_samples: int, length: float) -> NDArray[np.int64]:
    """Bounds, both ends included, that cut n_samples into equal pieces of about `length`."""
    return np.linspace(0, n_samples, max(1, round(n_samples / length)) + 1).astype(np.int64)


def _stretch(
    samples: Samples, sample_rate: int, tempo: float, semitones: float, rng: np.random.Generator
) -> Samples:
    """Time-stretch and transpose by Signalsmith Stretch, a spectral stretcher."""
    if tempo == 1 and semitones == 0:
        return samples
    stretcher = Signalsmith.Stretch(int(rng.integers(2**31)))
    stretcher.preset(1, sample_rate)
    stretcher.setTimeFactor(tempo)
    stretcher.setTransposeSemitones(semitones)
    return np.asarray(stretcher.process(samples[np.newaxis]), dtype=np.float32).ravel()


def _wander(seconds: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Smooth random curve within -1 to 1 at the given times: two slow waves."""
    waves = [
        np.sin(2 * np.pi * (seconds / period + rng.random())) for period in rng.uniform(25, 90, 2)
    ]
    return np.asarray(sum(waves) / 2)


def _join(pieces: list[Samples], overlap: int) -> Samples:
    """Concatenate, fading each piece into the next over at most `overlap` samples."""
    joined = pieces[0]
    for piece in pieces[1:]:
        # Phases differ on the two sides, so powers add: fade by equal power.
        n = min(overlap, len(joined), len(piece))
        rise = np.sqrt(np.linspace(0, 1, n, dtype=np.float32))
        cross = joined[len(joined) - n :] * rise[::-1] + piece[:n] * rise
        joined = np.concatenate([joined[: len(joined) - n], cross, piece[n:]])
    return joined
