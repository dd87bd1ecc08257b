"""Compares what decoding takes: samesong, PyAV alone, and libsndfile with soxr, in pairs.

All bring a recording to one channel at 22,050 Hz, in turn, and their processor time is measured::

    OPENBLAS_NUM_THREADS=1 python benchmarks/decoding.py song.mp3 song.flac --rounds 9
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

import av
import click
import numpy as np
import soundfile
import soxr
from markdown import table
from numpy.typing import NDArray

from samesong.features import load
from samesong.features.resampling import SAMPLE_RATE

Array = NDArray[np.float32]

_CHUNK = 2**16


def with_libsndfile(path: Path) -> Array:
    """Decode with libsndfile, and resample with soxr.

    Parameters
    ----------
    path : Path
        A file that libsndfile reads.

    Returns
    -------
    ndarray, shape (n_samples,), float32
        Mono at 22,050 Hz.
    """
    done = []
    with soundfile.SoundFile(path) as file:
        stream = soxr.ResampleStream(file.samplerate, SAMPLE_RATE, 1, dtype="float32")
        mix = np.full(file.channels, 1 / file.channels, np.float32)
        while len(chunk := file.read(_CHUNK, dtype="float32", always_2d=True)):
            mono = chunk[:, 0] if file.channels == 1 else chunk @ mix
            done.append(stream.resample_chunk(np.ascontiguousarray(mono)))
        done.append(stream.resample_chunk(np.empty(0, np.float32), last=True))
    return np.concatenate(done)


def with_pyav(path: Path) -> Array:
    """Decode and resample with PyAV, frame by frame.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    ndarray, shape (n_samples,), float32
        Mono at 22,050 Hz.
    """
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
        frames = [
            one for frame in container.decode(audio=0) for one in resampler.resample(frame)
        ] + resampler.resample(None)
        return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def undone(path: Path) -> Array:
    """Decode with PyAV, and drop the frames: no way that decodes so can take less.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    ndarray, shape (0,), float32
        Nothing.
    """
    with av.open(str(path)) as container:
        for _ in container.decode(audio=0):
            pass
    return np.empty(0, np.float32)


WAYS: dict[str, Callable[[Path], Array]] = {
    "libsndfile and soxr": with_libsndfile,
    "samesong": load,
    "PyAV alone": with_pyav,
    "PyAV, decoding only": undone,
}


@click.command()
@click.argument("audio", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(min=1))
def main(audio: tuple[Path, ...], rounds: int) -> None:
    """Print processor times of decoding each of AUDIO, and their ratios to libsndfile's."""
    for path in audio:
        seconds: dict[str, list[float]] = {name: [] for name in WAYS}
        for number in range(rounds + 1):
            for name, way in WAYS.items():
                began = process_time()
                way(path)
                if number:  # the first of each is warming up
                    seconds[name].append(process_time() - began)
        first = seconds["libsndfile and soxr"]
        rows = [
            [name, f"{median(taken):.3f}", f"{median(np.divide(taken, first)):.2f}"]
            for name, taken in seconds.items()
        ]
        click.echo(f"{path.name}\n{table(['', 'processor time, s', 'ratio'], rows)}\n")


if __name__ == "__main__":
    main()
