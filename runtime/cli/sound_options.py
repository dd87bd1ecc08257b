"""The options ``--channel`` and ``--stream``: what of each recording is listened to."""

from collections.abc import Callable
from typing import Any

import click

from samesong.features.decoding.channels import NAMES, Channel


class ChannelName(click.ParamType[Channel]):
    """A channel by its name, or by its number from 1."""

    name = "channel"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Channel:
        """Return the channel.

        Parameters
        ----------
        value : str or int
            The argument.
        param : click.Parameter or None
            The option, for the message of an error.
        ctx : click.Context or None
            The command, for the message of an error.

        Returns
        -------
        str or int
            One of `NAMES`, or a number, 1 or above.

        Examples
        --------
        >>> ChannelName().convert("left", None, None), ChannelName().convert("2", None, None)
        ('left', 2)
        """
        text = str(value).lower()
        if text in NAMES:
            return text
        if not text.isdecimal() or int(text) < 1:
            self.fail(
                f"{value!r} is no channel: give {', '.join(NAMES)} or a number from 1", param, ctx
            )
        return int(text)


def sound_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--channel`` and ``--stream`` to a command.

    Parameters
    ----------
    command : callable
        Takes ``channel`` and ``stream``.

    Returns
    -------
    callable
        The command with the options.
    """
    for option in (
        click.option(
            "--stream",
            type=click.IntRange(min=1),
            metavar="N",
            help="Audio stream of each file, from 1.  [default: the first that is not silent]",
        ),
        click.option(
            "--channel",
            type=ChannelName(),
            metavar="left|right|mid|side|N",
            help="Channel of each file: mid is the mean, side half of left less right.  "
            "[default: the mean, and side where left and right cancel each other]",
        ),
    ):
        command = option(command)
    return command
