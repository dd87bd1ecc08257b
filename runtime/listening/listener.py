"""Following a live recording: what was heard last is identified again and again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from samesong.features import SAMPLE_RATE
from samesong.features.errors import ShortAudioError, SilentAudioError
from samesong.runtime.identification.ranking import Match, Ranking

WINDOW = 120.0
"""Seconds of the end that are identified."""

INTERVAL = 3.0
"""The least seconds from one answer to the next."""

Identify = Callable[[Path, int], Ranking]


@dataclass(frozen=True)
class Answer:
    """What a live recording is, as far as can be told.

    Attributes
    ----------
    heard
        Seconds that were heard in all.
    analysed
        Seconds of the end that this answer rests on.
    matches
        As of a `samesong.runtime.Ranking`; spans are in seconds since listening began.
    accepted
        Whether the first match reaches the threshold.
    seconds
        What identifying took.
    waiting
        Why there are no matches yet: ``too-short`` or ``silent``; else None.
    """

    heard: float
    analysed: float
    matches: tuple[Match, ...] = ()
    accepted: bool = False
    seconds: float = 0.0
    waiting: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON knows it."""
        content: dict[str, Any] = {"heard": round(self.heard, 2)}
        if self.waiting:
            return {**content, "code": self.waiting, "detail": _WAITING[self.waiting]}
        return {
            **content,
            "analysed": round(self.analysed, 2),
            "matches": [match.to_dict() for match in self.matches],
            "accepted": self.accepted,
            "seconds": self.seconds,
        }


_WAITING = {
    "too-short": "too little was heard so far",
    "silent": "nothing but silence was heard: is the microphone on, and the right one?",
}


class Listener:
    """Keeps the end of a live recording in bounded memory (some 20 MB).

    Parameters
    ----------
    rate
        Samples a second that it is fed with.
    """

    def __init__(self, rate: int) -> None:
        self._stream = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="float32")
        self._resample = rate != SAMPLE_RATE
        self._window = round(WINDOW * SAMPLE_RATE)
        # Twice the window, so that its end is moved to the front only now and then.
        self._buffer = np.zeros(2 * self._window, np.float32)
        self._filled = 0
        self._total = 0

    @property
    def heard(self) -> float:
        """Seconds heard so far."""
        return self._total / SAMPLE_RATE

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Take more samples (n,), full scale at 1."""
        if self._resample:
            samples = self._stream.resample_chunk(samples)
        self._total += len(samples)
        samples = samples[-self._window :]
        if self._filled + len(samples) > len(self._buffer):
            kept = self._buffer[self._filled - self._window : self._filled].copy()
            self._buffer[: self._window] = kept
            self._filled = self._window
        self._buffer[self._filled : self._filled + len(samples)] = samples
        self._filled += len(samples)

    def recent(self) -> NDArray[np.float32]:
        """Return the last samples (n,) at 22,050 a second, at most `WINDOW` of them."""
        return self._buffer[max(0, self._filled - self._window) : self._filled].copy()


def answer(heard: float, samples: NDArray[np.float32], identify: Identify, top: int) -> Answer:
    """Identify the end of a live recording.

    Parameters
    ----------
    heard
        Seconds heard in all.
    samples
        What `Listener.recent` returned then.
    identify
        `Identifier.identify` of the catalog.
    top
        Tracks to return.
    """
    analysed = len(samples) / SAMPLE_RATE
    if not analysed:
        return Answer(heard, analysed, waiting="too-short")
    with TemporaryDirectory(prefix="samesong-listen-") as folder:
        path = Path(folder) / "recent.wav"
        soundfile.write(path, samples, SAMPLE_RATE, subtype="FLOAT")
        try:
            ranking = identify(path, top)
        except ShortAudioError:
            return Answer(heard, analysed, waiting="too-short")
        except SilentAudioError:
            return Answer(heard, analysed, waiting="silent")
    begin = heard - analysed
    matches = tuple(
        replace(match, query_span=(match.query_span[0] + begin, match.query_span[1] + begin))
        for match in ranking.matches
    )
    return Answer(heard, analysed, matches, ranking.accepted, ranking.seconds)
