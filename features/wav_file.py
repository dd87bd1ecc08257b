"""Writing samples to a WAV file, exactly as they are."""

import os
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FLOAT = 3


def write_wav(
    path: str | os.PathLike[str], samples: NDArray[np.float32], sample_rate: int = 22_050
) -> None:
    """Write mono samples to a WAV file of 32-bit floats.

    Parameters
    ----------
    path : str or path
        The file, which is created or replaced.
    samples : ndarray, shape (n_samples,), floating-point
        Mono audio, full scale at 1; less than 4 GB of it.
    sample_rate : int, optional
        Samples a second.

    Raises
    ------
    OSError
        If it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from samesong.features import load
    >>> with TemporaryDirectory() as folder:
    ...     write_wav(f"{folder}/tone.wav", np.sin(np.arange(22_050) / 10))
    ...     len(load(f"{folder}/tone.wav"))
    22050
    """
    data = np.asarray(samples, "<f4").tobytes()
    form = struct.pack("<HHIIHH", _FLOAT, 1, sample_rate, 4 * sample_rate, 4, 32)
    chunks = _chunk(b"fmt ", form) + _chunk(b"fact", struct.pack("<I", len(samples)))
    chunks += _chunk(b"data", data)
    Path(path).write_bytes(_chunk(b"RIFF", b"WAVE" + chunks))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content
