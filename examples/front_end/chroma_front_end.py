"""A front end of one's own: a bin for each of 12 pitch classes, and a frame every 0.6 s.

Installed (`pip install examples/front_end`), it is a front end like those that come with samesong.
"""

import sys
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from samesong.features import get_front_end, load, standardise

PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


class ChromaFrontEnd:
    """The octaves of `pooled` added up, in every second frame, standardised again."""

    name = "chroma"
    spec = replace(get_front_end("pooled").spec, name="chroma", n_bins=12, frame_period=0.6)

    def transform(self, samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
        """Transform one recording."""
        spectrogram = get_front_end("pooled").transform(samples, sample_rate)[:, ::2]
        octaves = (spectrogram - spectrogram.min()).reshape(6, 12, -1)
        return standardise(octaves.sum(axis=0))


def main(recording: str) -> None:
    """Print how loud each pitch class of a recording is, as a bar."""
    front_end = ChromaFrontEnd()
    rate = front_end.spec.sample_rate
    chroma = front_end.transform(load(recording, sample_rate=rate), rate)
    for name, level in zip(PITCH_CLASSES, chroma.mean(axis=1), strict=True):
        print(f"{name:2} {'#' * round(20 * float(level + 1))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
