"""Options that several commands share."""

import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from samesong.runtime.inference.bundle import DEFAULT_MODEL

Command = TypeVar("Command", bound=Callable[..., Any])


class OutputFile(click.Path):
    """A file to write when all is done: that its folder is there is checked before."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent}: make it first", param, ctx)
        return path


def keep_apart(inputs: Iterable[str | Path], outputs: Iterable[Path | None]) -> None:
    """Make sure that no output of a command is written over an input, or over another output.

    Raises
    ------
    click.UsageError
        If one is.
    """
    taken = [Path(path) for path in inputs]
    n_inputs = len(taken)
    for output in outputs:
        if output is None:
            continue
        for number, path in enumerate(taken):
            if _same_file(path, output):
                use = "read" if number < n_inputs else "written"
                raise click.UsageError(f"{output} is to be {use} already: name another file")
        taken.append(output)


def _same_file(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.is_file() and one.samefile(other)  # devices can be written again and again
    return one.resolve() == other.resolve()


class FiniteRange(click.FloatRange):
    """A number in a range, and not NaN, which click finds in every range, or infinity."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{number} is not a finite number", param, ctx)
        return number


def model_options(command: Command) -> Command:
    """Add ``--model`` and ``--device``, as every command that reads a model has them."""
    model = click.option(
        "--model",
        default=DEFAULT_MODEL,
        show_default=True,
        help="Name of a bundled model ('samesong models'), or folder of any model.",
    )
    device = click.option(
        "--device",
        type=click.Choice(["cpu", "cuda"]),
        default="cpu",
        show_default=True,
        help="What the model runs on; one that is not there is an error.",
    )
    return model(device(command))


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
    return option(command)


def plot_option(summary: str) -> Callable[[Command], Command]:
    """Return the decorator that adds ``--plot``, which is checked before any work is done.

    Parameters
    ----------
    summary
        What is drawn, for the help.
    """
    return click.option(
        "--plot",
        type=OutputFile(),
        callback=_drawable,
        metavar="OUT.png",
        help=f"{summary} (needs the extra 'plot').",
    )


def _drawable(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    if path is not None:
        from samesong.runtime.plots.canvas import require_matplotlib  # noqa: PLC0415  (it is slow)

        require_matplotlib()
    return path
