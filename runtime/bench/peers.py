"""Comparison of samesong with other libraries on features, fingerprints and pairs."""

from collections.abc import Callable

from samesong.features import SAMPLE_RATE
from samesong.runtime.bench.peer_libraries import PEERS, Run, available
from samesong.runtime.bench.report import Report, Row
from samesong.runtime.bench.signals import Samples
from samesong.runtime.bench.timing import Times, interleaved, median_ratio, thread_limit
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.encoder import Branch
from samesong.runtime.matching.scorer import BATCH, Scorer

_PAIR = ("pair", "samesong CSMs and scorer")
_FEATURES = ("features", "samesong front end")
_SEQUENCES = ("features", "samesong front end and branch")


def measure_peers(
    bundle: ModelBundle,
    first: Samples,
    second: Samples,
    rounds: int,
    progress: Callable[[int], object] = lambda _: None,
) -> Report:
    """Time samesong and those peers that are installed, each on one thread of the CPU.

    Parameters
    ----------
    bundle : ModelBundle
        Model of samesong.
    first, second : numpy.ndarray, shape (n_samples,), float32
        Two recordings of equal length at 22,050 Hz, at most a window long.
    rounds : int
        Timed rounds, after one to warm up.
    progress : callable, optional
        Called with the number of finished rounds.

    Returns
    -------
    Report
        A row per task and library; ``of_samesong`` is the median over rounds of its processor
        time divided by that of samesong's front end or, for a pair, of its CSMs and scorer.

    Raises
    ------
    MissingExtraError
        If threadpoolctl is not installed.
    """
    ours = _samesong(bundle, first, second)
    peers, skipped = available(PEERS, first, second)
    theirs = {(peer.task, peer.name): run for peer, run in peers.items()}
    with thread_limit(1):
        times = interleaved({**ours, **theirs}, rounds, progress)
    # Searches score pairs in batches; the time of a pair is its share of a batch.
    batches = times[_PAIR]
    times[_PAIR] = Times([t / BATCH for t in batches.wall], [t / BATCH for t in batches.cpu])
    rows = []
    for (task, library), taken in sorted(times.items(), key=lambda item: item[0][0]):
        base = times[_PAIR if task == "pair" else _FEATURES]
        values = {**taken.values(), "of_samesong": median_ratio(taken, base)}
        rows.append(Row({"task": task, "library": library}, values))
    settings = {
        "model": bundle.manifest.name,
        "front_end": bundle.spec.name,
        "seconds": round(len(first) / SAMPLE_RATE, 3),
        "rounds": rounds,
        "threads": 1,
        "pairs_a_batch": BATCH,
    }
    return Report("peers", settings, tuple(rows), skipped)


def _samesong(bundle: ModelBundle, first: Samples, second: Samples) -> dict[tuple[str, str], Run]:
    front_ends = [one for one in (bundle.front_end, bundle.chroma_front_end) if one]
    branch = Branch(bundle, threads=1)
    analyser, scorer = Analyser(bundle, threads=1), Scorer(bundle, threads=1)
    query, reference = (analyser.samples(samples, SAMPLE_RATE)[0] for samples in (first, second))
    return {
        _FEATURES: lambda: [one.transform(first, SAMPLE_RATE) for one in front_ends],
        _SEQUENCES: lambda: branch([front_ends[0].transform(first, SAMPLE_RATE)]),
        _PAIR: lambda: scorer(query, [reference] * BATCH),
    }
