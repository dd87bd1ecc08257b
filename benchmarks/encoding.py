"""Encodes samples in lossy formats, as copies of a recording come to a catalog."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


def encode(
    samples: NDArray[np.float32], path: Path, codec: str, kilobits: int, *, rate: int
) -> Path:
    """Write a recording without tags.

    Parameters
    ----------
    samples : ndarray, shape (n,) or (2, n), float32
        Mono or stereo audio; it is clipped to -1 to 1.
    path : Path
        The file to write; its suffix tells the container.
    codec : str
        Name of FFmpeg's encoder.
    kilobits : int
        Bit rate in kilobits a second.
    rate : int
        Sample rate in hertz, one that the encoder takes.

    Returns
    -------
    Path
        The file.
    """
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        layout = "mono" if samples.ndim == 1 else "stereo"
        stream.layout, stream.bit_rate = layout, 1000 * kilobits
        block = np.atleast_2d(np.clip(samples, -1, 1))
        packed = codec == "libopus"
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block.T.reshape(1, -1) if packed else block),
            format="flt" if packed else "fltp",
            layout=layout,
        )
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
