"""Options that several commands share."""

from collections.abc import Callable
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
