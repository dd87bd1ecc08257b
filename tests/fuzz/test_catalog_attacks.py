"""Killed writers and full disks cost no track: a share of what is done by hand in thousands."""

from trust_full import measure_full
from trust_kill import measure_kill


def test_killed_writers_lose_nothing() -> None:
    result = measure_kill(2, seed=1)
    assert result.faults == []
    assert result.lost == 0
    assert sum(result.kills.values()) == 2
    assert (
        result.ended <= 2
    )  # else signs of life are not seen, and processes are not killed at work
    assert result.tracks >= 40


def test_full_disks_cost_nothing() -> None:
    result = measure_full(2, seed=1)
    assert result.faults == []
    assert result.lost == 0
    assert sum(result.full.values()) == 2
