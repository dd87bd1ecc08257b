"""Time the front ends beside librosa.cqt: same audio, one thread, turn and turn about.

    python benchmarks/frontends.py [AUDIO] [--seconds 120] [--rounds 9] [--json FILE]

Without AUDIO the signal is synthesised. Needs the extra `dev`.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from samesong.features import SAMPLE_RATE, front_end_names, get_front_end, load

PEER = "librosa.cqt"


def synthesise(seconds: float) -> NDArray[np.float32]:
    """Return chords of decaying partials over hiss."""
    rng = np.random.default_rng(0)
    t = np.arange(round(0.5 * SAMPLE_RATE)) / SAMPLE_RATE
    chords = []
    for _ in range(round(seconds / 0.5)):
        pitches = 65.4 * 2 ** (rng.choice(36, 4, replace=False) / 12)
        waves = [np.sin(2 * np.pi * f * n * t) / n for f in pitches for n in range(1, 7)]
        chords.append(0.05 * np.exp(-2 * t) * np.sum(waves, axis=0))
    samples = np.concatenate(chords)
    return (samples + 0.002 * rng.standard_normal(len(samples))).astype(np.float32)


def contenders(samples: NDArray[np.float32]) -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    made: dict[str, Callable[[], object]] = {
        PEER: lambda: np.abs(librosa.cqt(samples, sr=SAMPLE_RATE, hop_length=512, n_bins=72))
    }
    for name in front_end_names():
        front_end = get_front_end(name)
        made[name] = lambda front_end=front_end: front_end.transform(samples, SAMPLE_RATE)
    return made


def measure(samples: NDArray[np.float32], rounds: int) -> dict[str, dict[str, float]]:
    """Time each contender `rounds` times, one after another within each round."""
    timed = contenders(samples)
    first: dict[str, float] = {}
    times: dict[str, list[float]] = {name: [] for name in timed}
    with threadpool_limits(1):
        for turn in range(rounds + 1):
            for name, run in timed.items():
                begin = time.perf_counter()
                run()
                elapsed = time.perf_counter() - begin
                if turn == 0:
                    first[name] = elapsed
                else:
                    times[name].append(elapsed)
    return {
        name: {
            "first": first[name],
            "median": statistics.median(runs),
            "fastest": min(runs),
            "against_librosa": statistics.median(
                mine / peer for mine, peer in zip(runs, times[PEER], strict=True)
            ),
        }
        for name, runs in times.items()
    }


def main() -> None:
    """Measure, print a table and write JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("audio", nargs="?", type=Path, help="default: a synthesised signal")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    if options.audio:
        samples = load(options.audio, duration=options.seconds)
    else:
        samples = synthesise(options.seconds)
    results = measure(samples, options.rounds)
    print(f"{len(samples) / SAMPLE_RATE:.0f} s of audio, one thread, {options.rounds} rounds")
    print(f"{'':12} {'first':>8} {'median':>8} {'fastest':>8} {'of librosa':>10}")
    for name, row in results.items():
        print(
            f"{name:12} {1e3 * row['first']:5.0f} ms {1e3 * row['median']:5.0f} ms "
            f"{1e3 * row['fastest']:5.0f} ms {row['against_librosa']:10.2f}"
        )
    if options.json:
        report = {"seconds": len(samples) / SAMPLE_RATE, "threads": 1, "results": results}
        options.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
