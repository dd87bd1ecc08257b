"""Files that a fuzzer found a fault with, each with what has to come of it."""

from pathlib import Path

import pytest
from trust_examination import examine

from samesong.features import AudioFile
from samesong.features.errors import DecodeError
from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers

FINDINGS = Path(__file__).parent / "findings"
RATE = 22_050

# Seconds that are decoded, or the reason why none are. What was wrong is told beside it.
EXPECTED: dict[str, float | str] = {
    # Eight planes: a ninth pointer was followed to nowhere.
    "eight_planes.aac": 0.01,
    # A header of 24 s: where its middle would be, there is nothing to seek, nor at the beginning.
    "nowhere_to_seek.flac": 0.104,
    # The right channel before the left: the map of channels was freed twice.
    "odd_order_of_channels.caf": 0.0091,
    # A header that tells of fewer samples than those of the encoder before them.
    "shorter_than_its_padding.mp3": "nothing can be decoded",
    # A block of damage that claims two hours: silence took its place.
    "two_hours_of_damage.wv": 20.0,
    # A stream that came up on the way was looked for among those of the beginning.
    "stream_that_comes_up.ts": 0.325,
    # Packets before the beginning: it lasted less than nothing.
    "times_before_the_origin.mkv": "nothing can be decoded",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_finding(name: str) -> None:
    with AudioFile(FINDINGS / name) as file:
        expected = EXPECTED[name]
        if isinstance(expected, str):
            with pytest.raises(DecodeError, match=expected):
                list(file.samples(RATE))
            assert file.info.duration >= 0
        else:
            length = sum(map(len, file.samples(RATE)))
            assert length / RATE == pytest.approx(expected, abs=0.005)


def test_workers_have_no_fault_with_any() -> None:
    with Workers() as workers:
        for path in sorted(FINDINGS.iterdir()):
            assert (path.name, examine(IsolatedReader(workers), path).faults) == (path.name, [])


def test_every_finding_is_expected() -> None:
    assert {path.name for path in FINDINGS.iterdir()} == set(EXPECTED)
