"""The choice between reading files in this process and in workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from samesong.features.decoding.channels import Channel
from samesong.runtime.files.reader import FileReader
from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers


class Sound(TypedDict):
    """How files are read: the arguments of `file_reader`."""

    isolate: bool
    channel: Channel | None
    stream: int | None


@contextmanager
def file_reader(
    *, isolate: bool, channel: Channel | None = None, stream: int | None = None
) -> Iterator[FileReader]:
    """Return what reads files.

    Parameters
    ----------
    isolate : bool
        Whether workers do it.
    channel, stream : str or int, optional
        As for `FileReader`.

    Yields
    ------
    FileReader
        Until all files have been read.
    """
    if not isolate:
        yield FileReader(channel=channel, stream_number=stream)
        return
    with Workers() as workers:
        yield IsolatedReader(workers, channel=channel, stream_number=stream)
