"""The option ``--isolate`` of commands that read recordings."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from samesong.features.decoding.channels import Channel
from samesong.runtime.files.reader import FileReader
from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers

isolate_option = click.option(
    "--isolate",
    is_flag=True,
    help="Read files in processes of their own, with limits of memory and time, as for files from "
    "strangers.",
)


@contextmanager
def file_reader(
    *, isolate: bool, channel: Channel | None = None, stream: int | None = None
) -> Iterator[FileReader]:
    """Return what reads the files of a command.

    Parameters
    ----------
    isolate : bool
        Whether the option was given.
    channel, stream : str or int, optional
        As of `sound_options`.

    Yields
    ------
    FileReader
        Until the command has read all of them.
    """
    if not isolate:
        yield FileReader(channel=channel, stream_number=stream)
        return
    with Workers() as workers:
        yield IsolatedReader(workers, channel=channel, stream_number=stream)
