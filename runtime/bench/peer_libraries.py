"""Other libraries for the tasks of samesong, where they are installed.

samesong never depends on them. Each is imported by name on use: some are heavy, and Essentia is
under the AGPL.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.features import SAMPLE_RATE
from samesong.features.errors import install_hint

Samples = NDArray[np.float32]
Run = Callable[[], object]

N_BINS = 72
HOP = 512
FRAME_HOP = 6615
"""Samples in 0.3 s, the frame period of samesong's features."""

_AVERAGED = 10  # HPCP frames averaged into one, as usual for version matching with Essentia


@dataclass(frozen=True)
class Peer:
    """Another library at one task.

    Attributes
    ----------
    name : str
        Name of the library and its method.
    task : str
        ``features`` or ``fingerprint`` (of one recording), or ``pair`` (similarity of two
        recordings from their features).
    remedy : str
        How to install it.
    prepare : callable
        Takes two recordings, arrays of shape (n_samples,) at 22,050 Hz, and returns the function
        to time; raises ImportError if the library is not installed.
    """

    name: str
    task: str
    remedy: str
    prepare: Callable[[Samples, Samples], Run]


def available(
    peers: Iterable[Peer], first: Samples, second: Samples
) -> tuple[dict[Peer, Run], dict[str, str]]:
    """Prepare those peers that are installed.

    Parameters
    ----------
    peers : iterable of Peer
        Candidates.
    first, second : numpy.ndarray, shape (n_samples,), float32
        Two recordings at 22,050 Hz.

    Returns
    -------
    runs : dict of Peer to callable
        Functions to time.
    skipped : dict of str to str
        Reason for each other peer, by name.
    """
    runs: dict[Peer, Run] = {}
    skipped: dict[str, str] = {}
    for peer in peers:
        try:
            runs[peer] = peer.prepare(first, second)
        except ImportError as error:
            skipped[peer.name] = f"not installed ({error}): {peer.remedy}"
    return runs, skipped


def _librosa(first: Samples, _: Samples) -> Run:
    # The attribute access triggers librosa's lazy import.
    cqt = import_module("librosa").cqt
    return lambda: np.abs(cqt(first, sr=SAMPLE_RATE, hop_length=HOP, n_bins=N_BINS))


def _nnaudio(hop: int) -> Callable[[Samples, Samples], Run]:
    def prepare(first: Samples, _: Samples) -> Run:
        torch, features = import_module("torch"), import_module("nnAudio.features")
        layer = features.CQT1992v2(
            sr=SAMPLE_RATE, hop_length=hop, n_bins=N_BINS, output_format="Magnitude", verbose=False
        )
        batch = torch.from_numpy(first[None])

        def run() -> object:
            with torch.no_grad():
                return layer(batch)

        return run

    return prepare


def _essentia_hpcp(first: Samples, _: Samples) -> Run:
    spectral = import_module("essentia.pytools.spectral")
    return lambda: spectral.hpcpgram(first, sampleRate=SAMPLE_RATE)


def _essentia_pair(first: Samples, second: Samples) -> Run:
    spectral, standard = (
        import_module(f"essentia.{name}") for name in ("pytools.spectral", "standard")
    )
    cross = standard.ChromaCrossSimilarity(oti=True)
    qmax = standard.CoverSongSimilarity(alignmentType="serra09", distanceType="symmetric")
    query, reference = (
        _averaged(spectral.hpcpgram(samples, sampleRate=SAMPLE_RATE)) for samples in (first, second)
    )
    return lambda: qmax(cross(query, reference))


def _averaged(hpcp: Any) -> NDArray[np.float32]:
    groups = len(hpcp) // _AVERAGED
    frames = np.asarray(hpcp[: groups * _AVERAGED], np.float32)
    return np.asarray(frames.reshape(groups, _AVERAGED, -1).mean(axis=1))


def _chromaprint(first: Samples, _: Samples) -> Run:
    printer = import_module("chromaprint").Fingerprinter()
    pcm = np.rint(np.clip(first, -1, 1) * 32_767).astype("<i2").tobytes()

    def run() -> object:
        printer.start(SAMPLE_RATE, 1)
        printer.feed(pcm)
        return printer.finish()

    return run


_NNAUDIO = install_hint("training")
_ESSENTIA = "run pip install essentia (AGPL), best in an environment of its own"

LIBROSA = Peer("librosa cqt, hop 512", "features", "run pip install librosa", _librosa)
FRONT_END_PEERS = (
    LIBROSA,
    Peer("nnAudio CQT1992v2, hop 512", "features", _NNAUDIO, _nnaudio(HOP)),
    Peer("nnAudio CQT1992v2, hop 6615", "features", _NNAUDIO, _nnaudio(FRAME_HOP)),
)
PEERS = (
    *FRONT_END_PEERS,
    Peer("Essentia HPCP", "features", _ESSENTIA, _essentia_hpcp),
    Peer("Essentia cross similarity and Qmax", "pair", _ESSENTIA, _essentia_pair),
    Peer(
        "Chromaprint",
        "fingerprint",
        "run pip install pyacoustid, and install your system's libchromaprint1",
        _chromaprint,
    ),
)
