"""The processes of a Ray cluster that this one started: which work, their CPU time, their ends."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

_OF_FILES = (b"ray::read", b"ray::analyse")
_TASKS = (*_OF_FILES, b"ray::hear")
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


@dataclass(frozen=True)
class Moment:
    """What was seen at a moment.

    Attributes
    ----------
    time : float
        Seconds since 1970.
    cpu_command, cpu_workers : float
        CPU seconds of commands and workers so far, those that have ended included.
    at_work : int
        Workers that are at a file.
    practised : int
        Workers that have been seen to end a task, so that they have loaded all it needs.
    """

    time: float
    cpu_command: float
    cpu_workers: float
    at_work: int
    practised: int


class Watch:
    """What commands and workers did, moment by moment."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self._of_commands: dict[int, float] = {}
        self._of_workers: dict[int, float] = {}
        self._tasks: dict[int, bytes] = {}
        self._practised: set[int] = set()

    def look(self) -> None:
        """See what runs now."""
        for pid in _commands():
            with suppress(OSError):
                self._of_commands[pid] = _cpu_seconds(pid)
        at_work = 0
        for pid, title in _workers():
            with suppress(OSError):
                self._of_workers[pid] = _cpu_seconds(pid)
            before = self._tasks.get(pid, title)
            if before != title and before.startswith(_TASKS):
                self._practised.add(pid)
            self._tasks[pid] = title
            at_work += title.startswith(_OF_FILES)
        command, workers = (sum(one.values()) for one in (self._of_commands, self._of_workers))
        self.moments.append(Moment(time.time(), command, workers, at_work, len(self._practised)))

    def steady(self, workers: int) -> list[Moment]:
        """Return the moments from the one when all workers have ended a task on.

        Parameters
        ----------
        workers : int
            Their number.

        Returns
        -------
        list of Moment
            To the last one at which all of them are at a file; empty if there is none.
        """
        last = max((n for n, one in enumerate(self.moments) if one.at_work >= workers), default=-1)
        return [one for one in self.moments[: last + 1] if one.practised >= workers]


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch commands and workers.

    Yields
    ------
    Watch
        Lacks what a process did in its last quarter of a second.
    """
    watch = Watch()
    watch.look()
    with _meanwhile(lambda: _LOOK_SECONDS, watch.look):
        yield watch


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


def _commands() -> Iterator[int]:
    for pid in _children({os.getpid()}):
        with suppress(OSError):
            if b"index" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                yield pid


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
