"""Times of contenders, and their percentiles."""

import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samesong.features.errors import MissingExtraError
from samesong.runtime.bench.frontends import measure_front_ends
from samesong.runtime.bench.peer_libraries import Peer
from samesong.runtime.bench.peers import measure_peers
from samesong.runtime.bench.signals import synthesise
from samesong.runtime.bench.timing import (
    Stopwatch,
    Times,
    interleaved,
    median_ratio,
    thread_limit,
)
from samesong.runtime.inference.bundle import ModelBundle

SECONDS = st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=50)


def naive_percentile(values, percent):
    """Linear between the two sorted values that the percentile lies between."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])


@given(SECONDS)
def test_percentiles_are_those_of_their_definition_and_of_numpy(seconds):
    values = Times(seconds, seconds).values()
    for percent in (50, 95, 99):
        assert values[f"p{percent}_ms"] == pytest.approx(1e3 * naive_percentile(seconds, percent))
        assert values[f"p{percent}_ms"] == pytest.approx(1e3 * np.percentile(seconds, percent))
    assert values["cpu_ms"] == pytest.approx(1e3 * np.median(seconds))


def test_contenders_take_turns_and_the_first_round_is_not_timed():
    calls, rounds = [], []
    contenders = {name: lambda name=name: calls.append(name) for name in "abc"}
    times = interleaved(contenders, 2, rounds.append)
    assert calls == ["a", "b", "c"] * 3
    assert rounds == [1, 2, 3]
    assert {name: len(taken.wall) for name, taken in times.items()} == {"a": 2, "b": 2, "c": 2}


def test_ratios_are_taken_round_by_round():
    # A slow second round, slow for both, must not show.
    mine, other = Times(cpu=[1.0, 30.0, 1.0]), Times(cpu=[2.0, 60.0, 2.0])
    assert median_ratio(mine, other) == 0.5


def test_a_lap_of_several_repeats_counts_their_mean():
    watch = Stopwatch()
    with watch.lap("once"), watch.lap("in ten", 10):
        sum(range(10_000))
    assert 0 < watch.times["in ten"].wall[0] < watch.times["once"].wall[0] / 9


def test_threads_are_limited_inside_only():
    threadpoolctl = pytest.importorskip("threadpoolctl")

    def blas():
        return [pool["num_threads"] for pool in threadpoolctl.threadpool_info()]

    before = blas()
    with thread_limit(1):
        assert set(blas()) == {1}
    assert blas() == before


def test_torch_is_limited_inside_only():
    pytest.importorskip("threadpoolctl")
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with thread_limit(1):
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_libraries_are_loaded_before_threads_are_limited(monkeypatch, tiny):
    pytest.importorskip("threadpoolctl")
    # A stand-in, loaded as the real one is: when it is asked for.
    torch = ModuleType("torch")
    torch.threads, seen = 2, []
    torch.get_num_threads = lambda: torch.threads
    torch.set_num_threads = lambda threads: setattr(torch, "threads", threads)

    def prepare(_first, _second):
        monkeypatch.setitem(sys.modules, "torch", torch)
        return lambda: seen.append(torch.get_num_threads())

    peers = (Peer("nnAudio", "features", "", prepare),)
    monkeypatch.setattr("samesong.runtime.bench.frontends.FRONT_END_PEERS", peers)
    monkeypatch.setattr("samesong.runtime.bench.peers.PEERS", peers)
    measure_front_ends(synthesise(2), "noise", 1)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    measure_peers(ModelBundle.load(tiny), synthesise(12), synthesise(12), 1)
    assert seen == [1] * 4
    assert torch.threads == 2


def test_without_threadpoolctl_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    with pytest.raises(MissingExtraError, match=r"'\.\[bench\]'"), thread_limit(1):
        pass
