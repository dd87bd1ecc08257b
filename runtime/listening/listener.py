"""Live sound: the end of it is kept, and identified again and again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features import SAMPLE_RATE, AudioSamples
from samesong.features.errors import ShortAudioError, SilentAudioError
from samesong.features.resampling import Resampler
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.verdict import Verdict

RECENT_SECONDS = 120.0
"""Seconds of the end that are identified."""

INTERVAL = 3.0
"""Seconds of sound from one answer to the next, at least."""

Identify = Callable[[AudioSamples, int], Ranking]
"""`samesong.Identifier.identify` of a catalog."""


@dataclass(frozen=True)
class Answer:
    """The tracks that live sound may be, at one moment.

    Attributes
    ----------
    heard : float
        Seconds heard in all.
    analysed : float
        Seconds of the end that this answer rests on.
    matches : tuple of Match
        As in a `samesong.Ranking`; spans are in seconds since listening began.
    verdict : Verdict
        On the first match.
    seconds : float
        Time that identification took.
    waiting : str or None
        Reason why there are no matches yet, ``too-short`` or ``silent``; else None.
    """

    heard: float
    analysed: float
    matches: tuple[Match, ...] = ()
    verdict: Verdict = Verdict.NONE
    seconds: float = 0.0
    waiting: str | None = None

    @property
    def accepted(self) -> bool:
        """True if the sound is taken for the first match's work."""
        return self.verdict is Verdict.MATCH

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as ``samesong listen --jsonl`` prints it.

        Returns
        -------
        dict
            Only what JSON can hold.
        """
        content: dict[str, Any] = {"heard": round(self.heard, 2)}
        if self.waiting:
            return {**content, "code": self.waiting, "detail": _WAITING[self.waiting]}
        return {
            **content,
            "analysed": round(self.analysed, 2),
            "matches": [match.to_dict() for match in self.matches],
            "verdict": str(self.verdict),
            "accepted": self.accepted,
            "seconds": self.seconds,
        }


_WAITING = {
    "too-short": "too little was heard so far",
    "silent": "nothing but silence was heard: is the microphone on, and the right one?",
}


class Listener:
    """Keeps the last `RECENT_SECONDS` of live sound in bounded memory, some 20 MB.

    Parameters
    ----------
    rate : int
        Samples a second of the sound.
    """

    def __init__(self, rate: int) -> None:
        self._resampler = Resampler(rate, SAMPLE_RATE)
        self._window = round(RECENT_SECONDS * SAMPLE_RATE)
        # Twice the window, so that its end is moved to the front only now and then.
        self._buffer = np.zeros(2 * self._window, np.float32)
        self._filled = 0
        self._total = 0

    @property
    def heard(self) -> float:
        """Seconds heard so far."""
        return self._total / SAMPLE_RATE

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Append samples.

        Parameters
        ----------
        samples : ndarray
            (n_samples,) float32: mono, full scale at 1.
        """
        samples = self._resampler.push(samples)
        self._total += len(samples)
        samples = samples[-self._window :]
        if self._filled + len(samples) > len(self._buffer):
            kept = self._buffer[self._filled - self._window : self._filled].copy()
            self._buffer[: self._window] = kept
            self._filled = self._window
        self._buffer[self._filled : self._filled + len(samples)] = samples
        self._filled += len(samples)

    def recent(self) -> NDArray[np.float32]:
        """Return the end of the sound.

        Returns
        -------
        ndarray
            (n_samples,) float32 at 22,050 samples a second: `RECENT_SECONDS`, or less where less
            was heard.
        """
        return self._buffer[max(0, self._filled - self._window) : self._filled].copy()


def identify_recent(
    heard: float, samples: NDArray[np.float32], identify: Identify, top: int
) -> Answer:
    """Identify the end of live sound.

    Parameters
    ----------
    heard : float
        Seconds heard in all.
    samples : ndarray
        (n_samples,) float32, as `Listener.recent` returned them then.
    identify : callable
        `samesong.Identifier.identify` of a catalog.
    top : int
        Number of tracks to return, at most.

    Returns
    -------
    Answer
        Without matches while there is too little sound, or only silence.
    """
    analysed = len(samples) / SAMPLE_RATE
    if not analysed:
        return Answer(heard, analysed, waiting="too-short")
    try:
        ranking = identify(AudioSamples(samples, SAMPLE_RATE, name="live sound"), top)
    except ShortAudioError:
        return Answer(heard, analysed, waiting="too-short")
    except SilentAudioError:
        return Answer(heard, analysed, waiting="silent")
    begin = heard - analysed
    matches = tuple(
        replace(match, query_span=(match.query_span[0] + begin, match.query_span[1] + begin))
        for match in ranking.matches
    )
    return Answer(heard, analysed, matches, ranking.verdict, ranking.seconds)
