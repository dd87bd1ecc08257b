"""The end of live sound is kept within bounds, and identified."""

from typing import Any

import numpy as np
import pytest

from samesong.features.errors import ShortAudioError, SilentAudioError
from samesong.runtime.catalog.interface import TrackInfo
from samesong.runtime.identification.ranking import Match, Ranking
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.listening.listener import RECENT_SECONDS, Listener, identify_recent

RATE = 22_050


@pytest.mark.parametrize("sizes", [[RATE // 7], [100 * RATE, RATE // 3], [400 * RATE]])
def test_the_end_is_kept(sizes: list[int]) -> None:
    sound = np.arange(400 * RATE, dtype=np.float32)
    listener = Listener(RATE)
    at = 0
    while at < len(sound):
        size = sizes[at % len(sizes)]
        listener.hear(sound[at : at + size])
        at += size
    assert listener.heard == 400
    np.testing.assert_array_equal(listener.recent(), sound[-round(RECENT_SECONDS * RATE) :])


def test_a_short_one_is_kept_whole() -> None:
    listener = Listener(RATE)
    assert listener.recent().shape == (0,)
    listener.hear(np.ones(5, np.float32))
    np.testing.assert_array_equal(listener.recent(), np.ones(5))


def test_other_rates() -> None:
    listener = Listener(48_000)
    time = np.arange(48_000 * 3) / 48_000
    for piece in np.split(np.sin(2 * np.pi * 440 * time).astype(np.float32), 30):
        listener.hear(piece)
    assert listener.heard == pytest.approx(3, abs=0.1)
    middle = listener.recent()[RATE : 2 * RATE]
    assert np.abs(np.fft.rfft(middle)).argmax() == 440


def ranking(sound: Any, top: int) -> Ranking:
    del sound, top
    track = TrackInfo("id", "Title", None, None, None, "a.flac", 200.0)
    match = Match(1, "id", track, 0.9, (), 0, (2.0, 8.0), (1.0, 7.0), 1.0)
    return Ranking("recent.wav", Verdict.MATCH, (match,), 0.1, 0.1)


def test_spans_count_from_the_beginning() -> None:
    found = identify_recent(300.0, np.zeros(100 * RATE, np.float32), ranking, 5)
    assert (found.heard, found.analysed) == (300, 100)
    assert found.matches[0].query_span == (202, 208)
    assert found.matches[0].reference_span == (1, 7)


@pytest.mark.parametrize(
    ("error", "code"), [(ShortAudioError, "too-short"), (SilentAudioError, "silent")]
)
def test_nothing_to_go_by(error: type[Exception], code: str) -> None:
    def identify(*_: Any) -> Ranking:
        raise error("no use")

    found = identify_recent(1.0, np.zeros(RATE, np.float32), identify, 5)
    assert (found.waiting, found.to_dict()["code"], found.matches) == (code, code, ())
