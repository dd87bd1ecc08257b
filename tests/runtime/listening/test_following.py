"""Sound is heard on while it is identified."""

from typing import Any

import numpy as np
import pytest

from samesong.features import AudioSamples
from samesong.runtime.identification.ranking import Ranking
from samesong.runtime.identification.verdict import Verdict
from samesong.runtime.listening.following import follow

RATE = 22_050


def test_follow_answers_again_and_at_the_end() -> None:
    lengths: list[int] = []

    def identify(sound: AudioSamples, top: int) -> Ranking:
        assert (sound.info.sample_rate, top) == (RATE, 1)
        lengths.append(round(sound.info.duration * RATE))
        return Ranking("", Verdict.NONE, (), 1.0, 0.1)

    pieces = [np.ones(RATE // 2, np.float32)] * 15
    answers = list(follow(pieces, RATE, identify, top=1, interval=2.0))
    assert answers[-1].heard == 7.5
    assert lengths[0] == 2 * RATE
    assert lengths[-1] == 7.5 * RATE
    gaps = np.diff([found.heard for found in answers[:-1]])
    assert (gaps >= 2).all()


def test_errors_of_identification_are_raised() -> None:
    def identify(*_: Any) -> Ranking:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        list(follow([np.ones(3 * RATE, np.float32)], RATE, identify, top=1, interval=1.0))
