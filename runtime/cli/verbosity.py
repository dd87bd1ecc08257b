"""The options ``--quiet`` and ``--verbose``, which every command takes."""

import logging
from collections.abc import Callable
from enum import IntEnum

import click

_KEY = "samesong.verbosity"


class Verbosity(IntEnum):
    """How much a command prints."""

    QUIET = -1
    NORMAL = 0
    VERBOSE = 1


def verbosity() -> Verbosity:
    """Return how much the command that is running shall print.

    Returns
    -------
    Verbosity
        `Verbosity.NORMAL` outside commands.
    """
    context = click.get_current_context(silent=True)
    return Verbosity.NORMAL if context is None else context.meta.get(_KEY, Verbosity.NORMAL)


def verbosity_options() -> list[click.Parameter]:
    """Return both options; commands do not get them as arguments.

    Returns
    -------
    list of click.Parameter
        To be added to the parameters of a command.
    """
    return [
        click.Option(
            ["-q", "--quiet"],
            is_flag=True,
            expose_value=False,
            callback=_be(Verbosity.QUIET),
            help="Print results and errors only.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            expose_value=False,
            callback=_be(Verbosity.VERBOSE),
            help="Print details, and progress where it is not shown as a bar.",
        ),
    ]


def _be(wanted: Verbosity) -> Callable[[click.Context, click.Parameter, bool], None]:
    """Return a callback that notes what is wanted for the command and what it calls."""

    def note(context: click.Context, _option: click.Parameter, given: bool) -> None:
        if not given:
            return
        if context.meta.setdefault(_KEY, wanted) is not wanted:
            raise click.UsageError("--quiet and --verbose exclude each other: give one of them")
        if wanted is Verbosity.QUIET:
            logging.getLogger("samesong").setLevel(logging.ERROR)

    return note
