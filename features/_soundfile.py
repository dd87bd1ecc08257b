"""Decoding wav, flac, mp3, ogg and opus with libsndfile."""

import logging
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile
from numpy.typing import NDArray

_CHUNK = 2**14
"""Samples of each channel decoded at a time; damage loses those that were decoded along with it."""
_PREROLL = 2**13
"""Samples decoded and thrown away after a seek: an mp3 frame draws on several before it."""
_TAIL = 30.0
"""Seconds at the end that are decoded from their beginning: libsndfile (1.2.2) seeks by the count
of a Vorbis file's last page, which is wrong where the encoder cut that page short."""

_log = logging.getLogger(__name__)


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A file that soundfile does not seek in after each read, which makes mp3 decode it again."""

    def seekable(self) -> bool:
        """Return False; seeking itself still works."""
        return False


class SoundFileSource:
    """A `Source` read by libsndfile.

    Parameters
    ----------
    path : Path
        The file, for messages.
    stream : FileIO
        Its bytes, at the beginning; not closed here.

    Raises
    ------
    soundfile.SoundFileError
        If it cannot be opened.
    """

    def __init__(self, path: Path, stream: FileIO) -> None:
        self._path = path
        self._file = _Forward(stream.fileno(), closefd=False)
        self.sample_rate: int = self._file.samplerate
        self.channels: int = self._file.channels
        self.duration: float = self._file.frames / self.sample_rate
        self.format = f"{self._file.format}/{self._file.subtype}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def chunks(self, start: int) -> Iterator[NDArray[np.float32]]:
        """Yield mono samples; stops early, with a log entry, at damage.

        Parameters
        ----------
        start : int
            The first sample to yield.

        Yields
        ------
        ndarray, shape (n_samples,), float32
            Consecutive samples, full scale at 1.
        """
        if start >= self._file.frames:
            return
        tail = self._file.frames - round(_TAIL * self.sample_rate)
        position = max(min(start - _PREROLL, tail), 0)
        # Much faster than mean(), and the same but for rounding.
        mix = np.full(self.channels, 1 / self.channels, np.float32)
        try:
            self._file.seek(position)
            while len(chunk := self._file.read(_CHUNK, dtype="float32", always_2d=True)):
                kept = chunk[max(start - position, 0) :]
                yield kept[:, 0] if self.channels == 1 else kept @ mix
                position += len(chunk)
        except soundfile.SoundFileError as error:
            _log.warning("%r is damaged; only part of it is used (%s)", str(self._path), error)
