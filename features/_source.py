"""Opening a file as a source of samples, by whichever decoder can read it."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from samesong.features._soundfile import SoundFileSource
from samesong.features.errors import DecodeError, MissingExtraError, install_hint

FORMATS = "wav, flac, mp3, ogg, opus, m4a, mp4, mov and webm"

_MATROSKA = b"\x1a\x45\xdf\xa3"
_MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"}


class Source(Protocol):
    """An open recording at its own sample rate."""

    @property
    def sample_rate(self) -> int:
        """Samples a second."""

    @property
    def channels(self) -> int:
        """Channels before they are mixed to one."""

    @property
    def duration(self) -> float:
        """Length in seconds, as the header gives it; a truncated file holds less."""

    @property
    def format(self) -> str:
        """Container and codec, such as ``FLAC/PCM_16``."""

    def chunks(self, start: int) -> Iterator[NDArray[np.float32]]:
        """Yield mono samples as far as they can be decoded.

        Parameters
        ----------
        start : int
            The first sample to yield.

        Yields
        ------
        ndarray, shape (n_samples,), float32
            Consecutive samples, full scale at 1.
        """


def open_file(path: Path) -> FileIO:
    """Open a file for reading, unbuffered.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FileIO
        Its bytes.

    Raises
    ------
    DecodeError
        If it is missing, is no file, or must not be read.
    """
    if not path.exists():
        raise DecodeError(f"{_name(path)} does not exist; check the path")
    if not path.is_file():  # reading a pipe or a device would never end
        raise DecodeError(f"{_name(path)} is not a file; give the path of one recording")
    try:
        return FileIO(os.fspath(path))
    except OSError as error:
        raise DecodeError(
            f"{_name(path)} cannot be read ({error.strerror}); check its permissions"
        ) from error


def open_source(path: Path, stream: FileIO) -> AbstractContextManager[Source]:
    """Open the decoder of a file.

    Parameters
    ----------
    path : Path
        The file, for messages.
    stream : FileIO
        Its bytes, which the source reads and does not close.

    Returns
    -------
    context manager of Source
        Its samples.

    Raises
    ------
    DecodeError
        If the file is unreadable, empty or not audio.
    MissingExtraError
        If PyAV is needed to read it and not installed.
    """
    try:
        stream.seek(0)
        header = stream.read(12)
        stream.seek(0)
    except OSError as error:
        raise DecodeError(
            f"{_name(path)} cannot be read ({error.strerror}); check the disk it is on"
        ) from error
    if not header:
        raise DecodeError(f"{_name(path)} is empty (0 bytes); copy it again from where it came")
    if header.startswith(_MATROSKA) or header[4:8] in _MP4_BOXES:
        return _open_media(path, stream)
    try:
        return SoundFileSource(path, stream)
    except soundfile.SoundFileError as error:
        raise DecodeError(
            f"{_name(path)} is not audio that can be decoded, or is damaged; "
            f"formats that can be read are {FORMATS}"
        ) from error


def _open_media(path: Path, stream: FileIO) -> AbstractContextManager[Source]:
    try:
        # PyAV is an extra, and only these files need it.
        from samesong.features._pyav import PyAVSource  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f"{_name(path)} needs PyAV to be decoded: {install_hint('media')}"
        ) from error
    return PyAVSource(path, stream)


def _name(path: Path) -> str:
    # repr() keeps a name with a line break, or one that is no valid text, on one readable line.
    return repr(os.fspath(path))
