"""The processes of a Ray cluster that this one started: which work, their CPU time, their ends."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

_TASKS = (b"ray::read", b"ray::analyse", b"ray::hear")
_AGENTS = (b"ray::DashboardAgent", b"ray::RuntimeEnvAgent")
_LOOK_SECONDS = 0.25


def workers_at_work() -> list[int]:
    """Return the workers that are at a task of ``samesong index``.

    Returns
    -------
    list of int
        Their process ids.
    """
    return [pid for pid, title in _workers() if title.startswith(_TASKS)]


@contextmanager
def cpu_of_workers() -> Iterator[Callable[[], float]]:
    """Measure the CPU time of all workers, those that end included.

    Yields
    ------
    callable
        Returns the seconds so far, less what the last quarter of a second of a worker took.
    """
    seconds: dict[int, float] = {}

    def look() -> None:
        for pid, _ in _workers():
            with suppress(OSError):
                seconds[pid] = _cpu_seconds(pid)

    with _meanwhile(lambda: _LOOK_SECONDS, look):
        yield lambda: sum(seconds.values())


@contextmanager
def random_moments(most: float, seed: int, act: Callable[[random.Random], bool]) -> Iterator[None]:
    """Do something at random moments.

    Parameters
    ----------
    most : float
        Seconds between two moments, at most.
    seed : int
        Of the moments.
    act : callable
        Does it; returns whether it is to be done again.

    Yields
    ------
    None
        For what happens meanwhile.
    """
    draw = random.Random(seed)
    going = [True]

    def once() -> None:
        going[0] = going[0] and act(draw)

    with _meanwhile(lambda: draw.uniform(0, most), once):
        yield


def kill(pid: int) -> None:
    """Kill a process, unless it has ended.

    Parameters
    ----------
    pid : int
        The process.
    """
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@contextmanager
def _meanwhile(pause: Callable[[], float], act: Callable[[], None]) -> Iterator[None]:
    ended = Event()

    def run() -> None:
        while not ended.wait(pause()):
            act()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _workers() -> Iterator[tuple[int, bytes]]:
    for pid in _children(set(_children({os.getpid()}))):
        with suppress(OSError):  # it ended meanwhile
            title = Path(f"/proc/{pid}/cmdline").read_bytes()
            if title.startswith(b"ray::") and not title.startswith(_AGENTS):
                yield pid, title


def _children(parents: set[int]) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            if int(path.read_text().rpartition(")")[2].split()[1]) in parents:
                yield int(path.parent.name)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
