"""Other libraries at the tasks that samesong does, when they are installed.

They are measured against and never depended on. Each is imported by its name, on use: some are
heavy, and Essentia's licence (AGPL) is not that of samesong.
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

_AVERAGED = 10  # frames of HPCP that become one, as is usual for Essentia's version matching


@dataclass(frozen=True)
class Peer:
    """Another library at one task.

    Attributes
    ----------
    name
        Of the library and its method.
    task
        ``features`` (of one recording), ``fingerprint`` (of one recording) or ``pair`` (the
        similarity of two recordings whose features are there).
    remedy
        How to install it.
    prepare
        From two recordings of samples (n,) at 22,050 Hz to what is timed; raises ImportError
        when the library is not there.
    """

    name: str
    task: str
    remedy: str
    prepare: Callable[[Samples, Samples], Run]


def available(
    peers: Iterable[Peer], first: Samples, second: Samples
) -> tuple[dict[Peer, Run], dict[str, str]]:
    """Prepare those peers that are installed.

    Returns
    -------
    runs
        What is timed, by peer.
    skipped
        Why others are not, by name.
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
    # Asking for it imports what it needs, which librosa puts off until then.
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
