"""Clocks for benchmarks: contenders take turns, so that a busy machine is busy for all of them."""

import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Generic, TypeVar

import numpy as np

from samesong.features.errors import MissingExtraError, install_hint

PERCENTILES = (50, 95, 99)

Name = TypeVar("Name", bound=Hashable)


@dataclass
class Times:
    """The times of one thing that was run again and again.

    Attributes
    ----------
    wall
        Seconds by the clock of each run.
    cpu
        Seconds of processor time, of all threads, of each run: what other work on the machine
        disturbs less.
    """

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, wall: float, cpu: float) -> None:
        """Add one run."""
        self.wall.append(wall)
        self.cpu.append(cpu)

    def values(self) -> dict[str, float]:
        """Return ``p50_ms``, ``p95_ms`` and ``p99_ms`` by the clock, and the median ``cpu_ms``.

        Between two times percentiles are interpolated linearly, as `numpy.percentile` does; of
        few times, the highest percentiles are little but the slowest one.
        """
        values = np.percentile(self.wall, PERCENTILES) * 1e3
        named = {f"p{p}_ms": float(value) for p, value in zip(PERCENTILES, values, strict=True)}
        return {**named, "cpu_ms": float(np.median(self.cpu)) * 1e3}


def median_ratio(mine: Times, other: Times) -> float:
    """Return the median over runs of one contender's processor time divided by another's.

    On one thread that is the ratio by the clock, less what other work on the machine takes.
    """
    return float(np.median(np.divide(mine.cpu, other.cpu)))


class Stopwatch(Generic[Name]):
    """Collects times by name.

    Attributes
    ----------
    times
        The laps, by name.
    """

    def __init__(self) -> None:
        self.times: dict[Name, Times] = defaultdict(Times)

    @contextmanager
    def lap(self, name: Name, repeats: int = 1) -> Iterator[None]:
        """Time what happens inside; with `repeats`, count a lap as the mean of so many."""
        wall, cpu = perf_counter(), process_time()
        yield
        self.times[name].add((perf_counter() - wall) / repeats, (process_time() - cpu) / repeats)


def interleaved(
    contenders: Mapping[Name, Callable[[], object]],
    rounds: int,
    progress: Callable[[int], object] = lambda _: None,
) -> dict[Name, Times]:
    """Time contenders turn and turn about.

    Parameters
    ----------
    contenders
        What to run, by name.
    rounds
        Timed runs of each, after one that warms up and is not timed.
    progress
        Called with the number of finished rounds, that first one included.

    Returns
    -------
    dict of Times
        By name; run i of all contenders comes from the same round.
    """
    watch: Stopwatch[Name] = Stopwatch()
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            with (watch if turn else Stopwatch()).lap(name):
                run()
        progress(turn + 1)
    return dict(watch.times)


@contextmanager
def thread_limit(threads: int) -> Iterator[None]:
    """Keep BLAS, OpenMP and torch to a number of threads, as far as they are imported by then.

    Raises
    ------
    MissingExtraError
        If threadpoolctl is not installed.
    """
    try:
        from threadpoolctl import threadpool_limits  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f"benchmarks need threadpoolctl: {install_hint('bench')}"
        ) from error
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else 0
    with threadpool_limits(threads):
        try:
            # torch counts its threads by itself, and sets OpenMP's to that at its first work.
            if torch:
                torch.set_num_threads(threads)
            yield
        finally:
            if torch:
                torch.set_num_threads(before)
