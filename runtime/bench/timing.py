"""Timing for benchmarks; contenders are interleaved, so that other load affects all alike."""

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
    """Times of the runs of one contender.

    Attributes
    ----------
    wall : list of float, optional
        Wall-clock seconds of each run.
    cpu : list of float, optional
        Seconds of processor time of each run, over all threads; other load disturbs it less.
    """

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, wall: float, cpu: float) -> None:
        """Add one run.

        Parameters
        ----------
        wall, cpu : float
            Wall-clock and processor time in seconds.
        """
        self.wall.append(wall)
        self.cpu.append(cpu)

    def values(self) -> dict[str, float]:
        """Return percentiles of the wall-clock time, and the median of the processor time.

        Returns
        -------
        dict of str to float
            ``p50_ms``, ``p95_ms``, ``p99_ms`` and ``cpu_ms``, in milliseconds. Percentiles are
            interpolated linearly; with few runs the highest ones approach the slowest run.
        """
        values = np.percentile(self.wall, PERCENTILES) * 1e3
        named = {f"p{p}_ms": float(value) for p, value in zip(PERCENTILES, values, strict=True)}
        return {**named, "cpu_ms": float(np.median(self.cpu)) * 1e3}


def median_ratio(mine: Times, other: Times) -> float:
    """Return the median over runs of one contender's processor time divided by another's.

    On one thread this equals the ratio of wall-clock times on an idle machine.

    Parameters
    ----------
    mine, other : Times
        Times from the same rounds.

    Returns
    -------
    float
        The ratio; below 1 where `mine` is faster.
    """
    return float(np.median(np.divide(mine.cpu, other.cpu)))


class Stopwatch(Generic[Name]):
    """Collects times by name.

    Attributes
    ----------
    times : dict of Times
        Laps by name.
    """

    def __init__(self) -> None:
        self.times: dict[Name, Times] = defaultdict(Times)

    @contextmanager
    def lap(self, name: Name, repeats: int = 1) -> Iterator[None]:
        """Time the body of a ``with`` statement.

        Parameters
        ----------
        name : hashable
            Name of the lap.
        repeats : int, optional
            Number of repetitions in the body; the lap is their mean.

        Yields
        ------
        None
            Nothing.
        """
        wall, cpu = perf_counter(), process_time()
        yield
        self.times[name].add((perf_counter() - wall) / repeats, (process_time() - cpu) / repeats)


def interleaved(
    contenders: Mapping[Name, Callable[[], object]],
    rounds: int,
    progress: Callable[[int], object] = lambda _: None,
) -> dict[Name, Times]:
    """Time contenders in interleaved rounds.

    Parameters
    ----------
    contenders : mapping of hashable to callable
        Functions to run, by name.
    rounds : int
        Timed rounds, after one to warm up.
    progress : callable, optional
        Called with the number of finished rounds, the warm-up included.

    Returns
    -------
    dict of Times
        Times by name; run i of all contenders comes from the same round.
    """
    watch: Stopwatch[Name] = Stopwatch()
    for round_number in range(rounds + 1):
        for name, run in contenders.items():
            with (watch if round_number else Stopwatch()).lap(name):
                run()
        progress(round_number + 1)
    return dict(watch.times)


@contextmanager
def thread_limit(threads: int) -> Iterator[None]:
    """Limit BLAS, OpenMP and torch, as far as already imported, to a number of threads.

    Parameters
    ----------
    threads : int
        Maximum number of threads.

    Yields
    ------
    None
        Nothing.

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
            # torch has its own thread count, which it applies to OpenMP on first use.
            if torch:
                torch.set_num_threads(threads)
            yield
        finally:
            if torch:
                torch.set_num_threads(before)
