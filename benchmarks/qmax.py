"""Scores a live set with Essentia's Qmax, for comparison in ``variants.py``.

Essentia is under the AGPL; samesong never depends on it, and without it the script does nothing::

    pip install essentia
    python benchmarks/qmax.py sets/degrees

HPCP of the first 120 s at Essentia's own settings, averaged over 10 frames, then
ChromaCrossSimilarity and CoverSongSimilarity (Serrà et al., 2009) at theirs.
"""

import sys
from pathlib import Path
from time import process_time

import click
import numpy as np
from live_set import read_live_set
from numpy.typing import NDArray
from score_table import ScoreTable

from samesong.features import audio

try:
    import essentia
    import essentia.standard as es
    from essentia.pytools.spectral import hpcpgram
except ImportError:
    print("Essentia is not installed, so nothing was measured: run pip install essentia")
    sys.exit()

METHOD = "Essentia Qmax"
RATE = 44100  # Hz, which its HPCP expects
SECONDS = 120.0
AVERAGED = 10  # frames

Array = NDArray[np.float32]


def chroma(path: Path) -> Array:
    """Return the averaged HPCP of a recording.

    Parameters
    ----------
    path : Path
        Audio file.

    Returns
    -------
    numpy.ndarray, shape (n_frames, 12), float32
        Its HPCP, averaged over `AVERAGED` frames.
    """
    fine = hpcpgram(audio.load(path, sample_rate=RATE, duration=SECONDS), sampleRate=RATE)
    whole = fine[: len(fine) // AVERAGED * AVERAGED]
    return np.ascontiguousarray(whole.reshape(-1, AVERAGED, 12).mean(axis=1), np.float32)


def similarity(query: Array, reference: Array) -> float:
    """Return the negative Qmax distance of two recordings.

    Parameters
    ----------
    query, reference : numpy.ndarray, shape (n_frames, 12), float32
        Their averaged HPCP.

    Returns
    -------
    float
        The similarity; higher is more similar.
    """
    matrix = es.ChromaCrossSimilarity()(query, reference)
    _, distance = es.CoverSongSimilarity()(matrix)
    return -float(distance)


@click.command()
@click.argument("folder", metavar="SET", type=click.Path(exists=True, path_type=Path))
def main(folder: Path) -> None:
    """Score every live recording of SET against every studio track, and save the scores in it."""
    essentia.log.infoActive = essentia.log.warningActive = False
    live_set = read_live_set(folder)
    began = process_time()
    references = [chroma(track.path) for track in live_set.studio]
    seconds = sum(min(SECONDS, audio.probe(track.path).duration) for track in live_set.studio)
    track_seconds = (process_time() - began) / (seconds / 60)
    began = process_time()
    rows = []
    for query in live_set.live:
        mine = chroma(query.path)
        rows.append([similarity(mine, reference) for reference in references])
        click.echo(f"{len(rows)}/{len(live_set.live)} {query.path.name}", err=True)
    query_seconds = (process_time() - began) / len(rows)
    scores = np.nan_to_num(np.array(rows, np.float32), posinf=0.0, neginf=-1e6)
    ScoreTable(METHOD, scores, track_seconds, query_seconds, 0.0).save(folder)


if __name__ == "__main__":
    main()
