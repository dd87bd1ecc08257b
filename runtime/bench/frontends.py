"""Comparison of the front ends with other constant-Q transforms on the same audio."""

from collections.abc import Callable

from samesong.features import SAMPLE_RATE, front_end_names, get_front_end
from samesong.runtime.bench.peer_libraries import FRONT_END_PEERS, LIBROSA, Run, available
from samesong.runtime.bench.report import Report, Row
from samesong.runtime.bench.signals import Samples
from samesong.runtime.bench.timing import interleaved, median_ratio, thread_limit


def measure_front_ends(
    samples: Samples,
    source: str,
    rounds: int,
    progress: Callable[[int], object] = lambda _: None,
) -> Report:
    """Time all installed front ends and peers.

    Parameters
    ----------
    samples : numpy.ndarray, shape (n_samples,), float32
        Audio at 22,050 Hz.
    source : str
        Name of the audio, for the report.
    rounds : int
        Timed rounds, after one to warm up.
    progress : callable, optional
        Called with the number of finished rounds.

    Returns
    -------
    Report
        A row per front end and peer; ``of_librosa`` is the median over rounds of its processor
        time divided by that of librosa in the same round.

    Raises
    ------
    MissingExtraError
        If threadpoolctl is not installed.
    """
    peers, skipped = available(FRONT_END_PEERS, samples, samples)
    runs: dict[str, Run] = {name: _transform(name, samples) for name in front_end_names()}
    runs.update((peer.name, run) for peer, run in peers.items())
    with thread_limit(1):
        times = interleaved(runs, rounds, progress)
    librosa = times.get(LIBROSA.name)
    rows = []
    for name, taken in times.items():
        values = taken.values()
        if librosa is not None:
            values["of_librosa"] = median_ratio(taken, librosa)
        rows.append(Row({"front end": name}, values))
    seconds_of_audio = round(len(samples) / SAMPLE_RATE, 3)
    settings = {"audio": source, "seconds": seconds_of_audio, "rounds": rounds, "threads": 1}
    return Report("frontends", settings, tuple(rows), skipped)


def _transform(name: str, samples: Samples) -> Run:
    front_end = get_front_end(name)
    return lambda: front_end.transform(samples, SAMPLE_RATE)
