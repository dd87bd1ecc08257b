"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from samesong.runtime.bundle import DEFAULT_MODEL

Command = TypeVar("Command", bound=Callable[..., Any])


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
        type=click.Path(dir_okay=False, path_type=Path),
        callback=_drawable,
        metavar="OUT.png",
        help=f"{summary} (needs the extra 'plot').",
    )


def _drawable(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    from samesong.runtime.plots.canvas import require_matplotlib  # noqa: PLC0415  (it is slow)

    if path is not None:
        if not path.parent.is_dir():
            raise click.BadParameter(f"there is no folder {path.parent}", context, option)
        require_matplotlib()
    return path
