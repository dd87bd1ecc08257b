"""Options that several commands share."""

import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from samesong.features.decoding.formats import SUFFIXES
from samesong.runtime.cli.model_name import ModelName
from samesong.runtime.inference.bundle import DEFAULT_MODEL

Command = TypeVar("Command", bound=Callable[..., Any])

STANDARD_OUTPUT = Path("-")
"""The output file that stands for standard output, in commands that offer it."""


class OutputFile(click.Path):
    """An output file, which is no recording; its folder must exist before any work is done."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path.

        Parameters
        ----------
        value : str or os.PathLike
            The argument.
        param : click.Parameter or None
            The option, for the message of an error.
        ctx : click.Context or None
            The command, for the message of an error.

        Returns
        -------
        Path
            The file.
        """
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.suffix.lower() in SUFFIXES:  # what an option without its file is followed by
            self.fail(
                f"{path} has the name of a recording, which nothing is written over: name another "
                "file",
                param,
                ctx,
            )
        if not path.parent.is_dir():
            self.fail(f"folder {path.parent} does not exist: create it first", param, ctx)
        return path


def keep_apart(inputs: Iterable[str | Path], outputs: Iterable[Path | None]) -> None:
    """Refuse an output file that is also an input, or another output.

    Parameters
    ----------
    inputs : iterable of str or Path
        Files that the command reads.
    outputs : iterable of Path or None
        Files that the command writes; None entries are skipped.

    Raises
    ------
    click.UsageError
        If two of them are the same file.
    """
    taken = [Path(path) for path in inputs]
    n_inputs = len(taken)
    for output in outputs:
        if output is None:
            continue
        for number, path in enumerate(taken):
            if _same_file(path, output):
                use = "an input" if number < n_inputs else "another output"
                raise click.UsageError(f"{output} is also {use}: name another file")
        taken.append(output)


def _same_file(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.is_file() and one.samefile(
            other
        )  # a device such as /dev/null may be written twice
    return one.resolve() == other.resolve()


class FiniteRange(click.FloatRange):
    """A finite number in a range; click takes NaN to be in every range."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number.

        Parameters
        ----------
        value : str or float
            The argument.
        param : click.Parameter or None
            The option, for the message of an error.
        ctx : click.Context or None
            The command, for the message of an error.

        Returns
        -------
        float
            The number, finite and in range.
        """
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{number} is not a finite number", param, ctx)
        return number


def model_options(command: Command) -> Command:
    """Add ``--model`` and ``--device``, which every command that reads a model takes.

    Parameters
    ----------
    command : callable
        The command.

    Returns
    -------
    callable
        The command with both options.
    """
    model = click.option(
        "--model",
        type=ModelName(),
        metavar="MODEL",
        envvar="SAMESONG_MODEL",
        show_envvar=True,
        default=DEFAULT_MODEL,
        show_default=True,
        help="Name of a bundled model (see 'samesong models'), or the folder of another one.",
    )
    device = click.option(
        "--device",
        type=click.Choice(["cpu", "cuda"]),
        default="cpu",
        show_default=True,
        help="Device to run the model on; fails if unavailable.",
    )
    return model(device(command))


def json_option(command: Command) -> Command:
    """Add ``--json``.

    Parameters
    ----------
    command : callable
        The command.

    Returns
    -------
    callable
        The command with the option.
    """
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    return option(command)


def plot_option(summary: str) -> Callable[[Command], Command]:
    """Return a decorator that adds ``--plot``, which is checked before any work is done.

    Parameters
    ----------
    summary : str
        The sentence of the help, without a full stop.

    Returns
    -------
    callable
        The decorator.
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
        if path.suffix.lower() not in ("", ".png"):
            raise click.BadParameter(
                f"{path.name!r} is not the name of a PNG file, and no other pictures are drawn: "
                f"name it {path.with_suffix('.png').name!r}"
            )
        from samesong.runtime.display.canvas import require_matplotlib  # noqa: PLC0415  (slow to import)

        require_matplotlib()
    return path
