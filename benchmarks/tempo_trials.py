"""Play the live recordings of a list at other tempos, to measure what tempo costs.

Studio recordings stay as they are. Reads what ``benchmarks/matching_trials.py`` makes, and makes a
list of the same form; started again, the command goes on where it was.
"""

import csv
from pathlib import Path

import click
import numpy as np
import soundfile

from samesong.features import audio
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.training.audio_rendering import RATE
from samesong.training.live import simulate_live
from samesong.training.live_settings import LiveSettings

SECONDS = 120.0

File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("recordings", type=File)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--tempo", type=(float, float), default=(0.6, 1.6), show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(recordings: Path, out: Path, tempo: tuple[float, float], seed: int) -> None:
    """Play the live RECORDINGS that a CSV lists at other tempos, into OUT."""
    out.mkdir(parents=True, exist_ok=True)
    low, high = np.log(tempo)
    with (out / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "work_id", "kind"))
        for entry in read_listed_recordings(recordings):
            path = entry.path.resolve()
            if entry.kind == "live":
                path = out.resolve() / path.with_suffix(".flac").name
            if not path.exists():
                rng = np.random.default_rng([seed, *path.name.encode()])
                settings = LiveSettings(tempo=float(np.exp(rng.uniform(low, high))))
                samples = audio.load(entry.path, sample_rate=RATE, duration=SECONDS)
                played = simulate_live(samples, RATE, settings, rng)[: round(SECONDS * RATE)]
                unfinished = path.with_suffix(".unfinished")
                soundfile.write(unfinished, np.clip(played, -1, 1), RATE, format="FLAC")
                unfinished.replace(path)
            writer.writerow((path, entry.work_id, entry.kind))


if __name__ == "__main__":
    main()
