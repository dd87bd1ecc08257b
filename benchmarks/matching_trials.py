"""Make recordings to choose between matching networks by, of music that none of them is trained on.

Works in notes that every run holds out are played twice, in two arrangements, the second one live.
Recordings, from folders that no network was trained on, get a simulated live version in another key
and tempo. ``samesong evaluate`` reads OUT/list.csv, and so do other benchmarks; started again, the
command goes on where it was.
"""

import csv
from pathlib import Path

import click
import numpy as np
import soundfile
from pitch_trials import SECONDS, versions_of_recording, versions_of_work

from samesong.features.errors import SamesongError
from samesong.training.audio_rendering import RATE, SoundSources
from samesong.training.config import TrainingConfig
from samesong.training.corpus import SymbolicWork, is_held_out, read_works
from samesong.training.pitch.pack import name_of_recording, name_of_work
from samesong.training.recordings import entries_below

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
File = click.Path(exists=True, dir_okay=False, path_type=Path)
KINDS = ("studio", "live")


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--notes", type=Folder, required=True, help="The training corpus in notes.")
@click.option("--recordings", multiple=True, type=Folder, help="Music that is not trained on.")
@click.option("--soundfont", "soundfonts", multiple=True, required=True, type=File)
@click.option("--noise", type=Folder, required=True, help="Folder with room/, crowd/ and mic/.")
@click.option("--count", default=48, show_default=True, help="Works of each kind at most.")
@click.option("--seconds", default=SECONDS, show_default=True, help="Of each recording at most.")
@click.option("--seed", default=6, show_default=True)
def main(
    *,
    out: Path,
    notes: Path,
    recordings: tuple[Path, ...],
    soundfonts: tuple[Path, ...],
    noise: Path,
    count: int,
    seconds: float,
    seed: int,
) -> None:
    """Make trials of held-out music into OUT."""
    out.mkdir(parents=True, exist_ok=True)
    sounds = SoundSources(soundfonts, noise / "room", noise / "crowd", noise / "mic")
    share = TrainingConfig().held_out
    played: dict[str, SymbolicWork] = {
        name_of_work(work): work for work in read_works(notes) if is_held_out(work.work_id, share)
    }
    heard: dict[str, Path] = {
        name_of_recording(folder, entry.work_id): entry.path
        for folder in recordings
        for entry in entries_below(folder)
    }
    # The kinds take turns, so that the beginning of a list is one of both.
    sources: list[tuple[str, SymbolicWork | Path]] = [
        source
        for pair in zip(sorted(played.items())[:count], sorted(heard.items())[:count], strict=False)
        for source in pair
    ]
    with (out / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "work_id", "kind"))
        for number, (name, source) in enumerate(sources):
            paths = [out / f"{name}_{kind}.flac" for kind in KINDS]
            if not all(path.exists() for path in paths):
                rng = np.random.default_rng([seed, int(name[-8:], 16)])
                try:
                    if isinstance(source, Path):
                        versions = versions_of_recording(source, sounds, rng, seconds)
                    else:
                        versions = versions_of_work(source, sounds, rng, seconds)
                except SamesongError as error:
                    click.echo(f"skipped: {name}: {error}", err=True)
                    continue
                for path, samples in zip(paths, versions, strict=True):
                    cut = np.clip(samples[: round(seconds * RATE)], -1, 1)
                    unfinished = path.with_suffix(".unfinished")
                    soundfile.write(unfinished, cut, RATE, format="FLAC")
                    unfinished.replace(path)
            for path, kind in zip(paths, KINDS, strict=True):
                writer.writerow((path.name, name, kind))
            click.echo(f"{number + 1} of {len(sources)}", err=True)


if __name__ == "__main__":
    main()
