"""The content of an audio file: all its bytes, its audio without tags, its size and its time."""

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from io import UnsupportedOperation
from pathlib import Path

from samesong.features.audio_file import AudioFile
from samesong.features.errors import DecodeError
from samesong.runtime.files.audio_spans import Span, audio_spans

_BLOCK = 2**20
"""Bytes read at a time."""


@dataclass(frozen=True)
class FileStamp:
    """The size and time of a file, which change when it is written to.

    Attributes
    ----------
    size : int
        In bytes.
    modified : int
        Time of its last change in nanoseconds since 1970.
    """

    size: int
    modified: int


@dataclass(frozen=True)
class FileContent:
    """The content of an audio file.

    Attributes
    ----------
    content_hash : str
        SHA-256 of its bytes, in hexadecimal.
    audio_hash : str, optional
        SHA-256 of its encoded audio, which writing tags does not change; None where `audio_spans`
        cannot tell the two apart.
    size, modified : int
        As in `FileStamp`, from before it was read.
    """

    content_hash: str
    audio_hash: str | None
    size: int
    modified: int

    @property
    def stamp(self) -> FileStamp:
        """Its size and time."""
        return FileStamp(self.size, self.modified)

    def is_same_audio(self, content_hash: str, audio_hash: str | None) -> bool:
        """Return whether other content is the same recording, bit by bit.

        Parameters
        ----------
        content_hash, audio_hash : str
            Of the other content; `audio_hash` may be None.

        Returns
        -------
        bool
            True if all bytes or all of the audio are the same.
        """
        if self.content_hash == content_hash:
            return True
        return self.audio_hash is not None and self.audio_hash == audio_hash


def read_stamp(path: Path) -> FileStamp | None:
    """Return the size and time of a file, without reading it.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FileStamp or None
        None if there is no file that can be looked at.
    """
    try:
        status = path.stat()
    except OSError:
        return None
    return FileStamp(status.st_size, status.st_mtime_ns)


def read_content(file: AudioFile) -> FileContent:
    """Read all of a file once, in small pieces.

    Parameters
    ----------
    file : AudioFile
        The file; it stays open.

    Returns
    -------
    FileContent
        Its content.

    Raises
    ------
    DecodeError
        If it cannot be read.
    """
    everything, audio = hashlib.sha256(), hashlib.sha256()
    try:
        status = _status(file)
        spans = audio_spans(file.stream, status.st_size)
        ahead, position = deque(spans or ()), 0
        file.stream.seek(0)
        while block := file.stream.read(_BLOCK):
            everything.update(block)
            for part in _inside(memoryview(block), position, ahead):
                audio.update(part)
            position += len(block)
    except OSError as error:
        raise DecodeError(f"{file.path}: cannot be read ({error.strerror})") from error
    return FileContent(
        content_hash=everything.hexdigest(),
        audio_hash=None if spans is None else audio.hexdigest(),
        size=status.st_size,
        modified=status.st_mtime_ns,
    )


def _status(file: AudioFile) -> os.stat_result:
    try:
        return os.fstat(file.stream.fileno())
    except UnsupportedOperation:  # it is in an object store
        return file.path.stat()


def _inside(block: memoryview, position: int, ahead: deque[Span]) -> Iterator[memoryview]:
    """Yield the parts of a block that lie in spans; those that end in it are taken off."""
    while ahead and ahead[0][0] < position + len(block):
        first, end = ahead[0]
        yield block[max(first - position, 0) : end - position]
        if end > position + len(block):
            return
        ahead.popleft()
