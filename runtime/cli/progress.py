"""Progress on standard error: a bar on a terminal, elsewhere lines if they are asked for."""

import sys
import time
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from samesong.features.progress import Progress
from samesong.runtime.cli.output import printable
from samesong.runtime.cli.verbosity import Verbosity, verbosity
from samesong.runtime.display.text import short_time

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

_RECENT = 50  # steps that the rate is computed from: files already in a catalog pass much faster
_QUIET = 10.0
"""Seconds without output after which a line is printed even if no step is finished."""


class ProgressDisplay:
    """Shows how far a command is, its speed and the time left; a context manager.

    Nothing is shown with ``--quiet``, nor where standard error is no terminal, unless with
    ``--verbose``; that also adds a line for each file to the bar of a terminal.

    Parameters
    ----------
    unit : str
        Plural noun for what is counted, such as ``tracks``.
    """

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._stage = ""
        self._recent = deque([(time.monotonic(), 0.0)], maxlen=_RECENT)
        self._printed = time.monotonic()
        self._verbose = verbosity() is Verbosity.VERBOSE
        shown = sys.stderr.isatty() and verbosity() is not Verbosity.QUIET
        self._bar = _bar() if shown else None
        if self._bar:
            self._task = self._bar.add_task("", total=None, stage="", count="", speed="")

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
        """Show that `done` of `total` steps of a stage are done.

        Parameters
        ----------
        stage : str
            Name of the stage.
        done, total : int
            Number of finished steps, and of all steps.
        note : str, optional
            Remark at the end of the line; a bar has no room for it.
        """
        speed = self._speed(stage, done, total, f"{{:.1f}} {self._unit}/s")
        self._show(stage, f"{done}/{total}", (done, total), speed, note)

    def show(self, progress: Progress, note: str = "", *, n_failed: int = 0) -> None:
        """Show how far a stage is, by its audio where it is measured by that.

        Parameters
        ----------
        progress : Progress
            The stage.
        note : str, optional
            Remark at the end of the line; a bar has no room for it.
        n_failed : int, optional
            Number of finished files that failed.
        """
        total = progress.total or 0
        if progress.seconds is None:
            self.step(progress.stage, progress.done, total, note)
        else:
            seconds = progress.seconds_done, progress.seconds
            self.audio(progress.stage, (progress.done, total), seconds, note, n_failed=n_failed)

    def line(self, text: str) -> None:
        """Print a line, above the bar where there is one.

        Parameters
        ----------
        text : str
            The line.
        """
        if self._bar:
            self._bar.console.print(printable(text), markup=False, highlight=False)
        elif self._verbose:
            click.echo(printable(text), err=True)

    def audio(
        self,
        stage: str,
        files: tuple[int, int],
        seconds: tuple[float, float],
        note: str = "",
        *,
        n_failed: int = 0,
    ) -> None:
        """Show how far a stage over audio files is, measured by the audio processed.

        Parameters
        ----------
        stage : str
            Name of the stage.
        files : tuple of int
            Number of finished files, and of all files.
        seconds : tuple of float
            Seconds of audio processed, and in all.
        note : str, optional
            Outcome of a file. Without one no line is printed, except after ten seconds of silence.
        n_failed : int, optional
            Number of finished files that failed.
        """
        speed = self._speed(stage, *seconds, "{:.0f}x real time")
        if note or self._bar or time.monotonic() - self._printed > _QUIET:
            share = f"{seconds[0] / max(seconds[1], 1e-9):.0%}, {speed}"
            count = "/".join(map(str, files)) + (f", {n_failed} failed" if n_failed else "")
            self._show(stage, count, seconds, share, note)

    def _show(
        self, stage: str, count: str, amounts: tuple[float, float], speed: str, note: str
    ) -> None:
        if self._bar:
            done, total = amounts
            self._bar.update(
                self._task, completed=done, total=total, stage=stage, count=count, speed=speed
            )
            if note and self._verbose:
                self.line(note)
            return
        if not self._verbose:
            return
        line = f"[{count}] {stage} {printable(note)}".rstrip()
        click.echo(f"{line}  ({speed})", err=True)
        self._printed = time.monotonic()

    def _speed(self, stage: str, done: float, total: float, form: str) -> str:
        if stage != self._stage:
            self._stage = stage
            self._recent.clear()
        self._recent.append((time.monotonic(), done))
        (began, before), (now, _) = self._recent[0], self._recent[-1]
        if now == began or done <= before:
            return "..."
        rate = (done - before) / (now - began)
        return f"{form.format(rate)}, {short_time((total - done) / rate)} left"


def _bar() -> "RichProgress":
    from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    fields = [TextColumn(f"{{task.fields[{name}]}}") for name in ("stage", "count", "speed")]
    columns = (fields[0], BarColumn(), *fields[1:])
    return Progress(*columns, console=Console(stderr=True), transient=True)
