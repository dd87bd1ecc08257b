"""Tags as FFmpeg reads them, of every container that it knows."""

import os
from typing import BinaryIO

from samesong.features.decoding.container import open_container
from samesong.features.decoding.parts import find_parts


def read_metadata(name: str, stream: BinaryIO) -> dict[str, str]:
    """Read the tags of a file, those of its sound and those of all of it.

    Parameters
    ----------
    name : str
        The file's, for messages.
    stream : BinaryIO
        Its bytes, which stay open; their position changes.

    Returns
    -------
    dict of str to str
        Texts by FFmpeg's names in lower case, such as ``title``; what is no UTF-8 is replaced.

    Raises
    ------
    DecodeError
        If it is not audio.
    """
    size = stream.seek(0, os.SEEK_END)
    part = find_parts(stream, size)[0]
    with open_container(name, part.open(stream)) as container:
        found = [sound.metadata for sound in container.streams.audio[:1]]
        return {
            key.lower(): text for tags in (*found, container.metadata) for key, text in tags.items()
        }
