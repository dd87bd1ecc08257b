"""Progress on standard error: a bar on a terminal, a line a step when piped."""

import sys
import time
from collections import deque
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as RichProgress

from samesong.runtime.cli.output import clock, printable

_RECENT = 50  # steps that the rate is taken from: what is there already passes much faster


class Progress:
    """Shows how far a command is, how fast it goes and how long it will take; a context manager.

    Parameters
    ----------
    unit
        What is counted, in the plural: ``tracks``.
    """

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._stage = ""
        self._recent = deque([time.monotonic()], maxlen=_RECENT)
        self._bar: RichProgress | None = None
        if sys.stderr.isatty():
            columns = (
                TextColumn("{task.fields[stage]}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[speed]}"),
            )
            self._bar = RichProgress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=None, stage="", speed="")

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()

    def step(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Show that `done` of `total` steps of a stage are done; a bar has no room for the note."""
        if stage != self._stage:
            self._stage = stage
            self._recent.clear()
        self._recent.append(time.monotonic())
        if self._bar is None:
            line = f"[{done}/{total}] {stage} {printable(note)}".rstrip()
            click.echo(f"{line}  ({self._speed(done, total)})", err=True)
            return
        speed = self._speed(done, total)
        self._bar.update(self._task, completed=done, total=total, stage=stage, speed=speed)

    def _speed(self, done: int, total: int) -> str:
        elapsed = self._recent[-1] - self._recent[0]
        if not elapsed:
            return f"{self._unit} ..."
        rate = (len(self._recent) - 1) / elapsed
        return f"{rate:.1f} {self._unit}/s, {clock((total - done) / rate)} left"
