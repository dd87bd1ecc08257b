"""Make recordings to choose between students by: held-out works, played twice or simulated live.

Works in notes get a studio and a live recording in two arrangements; real recordings get a
simulated live version in another key and tempo. All of them come from sources that students are not
trained on. OUT/list.csv is what ``benchmarks/pitch_chroma.py`` reads.
"""

import csv
from pathlib import Path

import click
import numpy as np
import soundfile
from numpy.typing import NDArray

from samesong.features import audio
from samesong.training.audio_rendering import RATE, SoundSources, render_audio
from samesong.training.corpus import SymbolicWork, is_held_out, read_works
from samesong.training.live import random_settings, simulate_live
from samesong.training.pitch.pack import name_of_recording, name_of_work
from samesong.training.recordings import entries_below

SECONDS = 120.0
SPARE = 40.0  # a live version may begin later and be faster
ENDING = 10.0  # rendered and cut off

Rng = np.random.Generator
Folder = click.Path(exists=True, file_okay=False, path_type=Path)
File = click.Path(exists=True, dir_okay=False, path_type=Path)


def versions_of_work(
    work: SymbolicWork, sounds: SoundSources, rng: Rng, seconds: float = SECONDS
) -> list[NDArray[np.float32]]:
    """Render a studio and a live recording of a work in notes, in two arrangements.

    Parameters
    ----------
    work : SymbolicWork
        The work.
    sounds : SoundSources
        Soundfonts, rooms, crowds and microphones.
    rng : numpy.random.Generator
        Draws everything.
    seconds : float, optional
        How much of it is wanted.

    Returns
    -------
    list of ndarray, each shape (n,), float32
        Mono audio at `RATE`: the studio version and the live one.
    """
    notes = [work.versions[int(rng.integers(len(work.versions)))] for _ in range(2)]
    return [
        render_audio(one, sounds, live=live, rng=rng, seconds=seconds + ENDING)
        for live, one in zip((False, True), notes, strict=True)
    ]


def versions_of_recording(
    path: Path, sounds: SoundSources, rng: Rng, seconds: float = SECONDS
) -> list[NDArray[np.float32]]:
    """Return a recording and a simulated live version of it.

    Parameters
    ----------
    path : Path
        The recording.
    sounds : SoundSources
        Rooms, crowds and microphones.
    rng : numpy.random.Generator
        Draws everything.
    seconds : float, optional
        How much of it is wanted; `SPARE` seconds more are used.

    Returns
    -------
    list of ndarray, each shape (n,), float32
        Mono audio at `RATE`: the recording and the live version, which differ in length.
    """
    samples = audio.load(path, sample_rate=RATE, duration=seconds + SPARE)
    settings = random_settings(
        rng,
        tempo=(0.8, 1.25),
        transpose=5,
        crowd_db=(-3.0, 12.0),
        rooms=sounds.rooms,
        crowds=sounds.crowds,
        microphones=sounds.microphones,
    )
    return [samples, simulate_live(samples, RATE, settings, rng)]


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--recordings", multiple=True, type=Folder)
@click.option("--notes", type=Folder)
@click.option("--soundfont", "soundfonts", multiple=True, type=File)
@click.option("--noise", type=Folder, required=True, help="Folder with room/, crowd/ and mic/.")
@click.option("--held-out", default=0.1, show_default=True)
@click.option("--count", default=30, show_default=True, help="Works of each kind at most.")
@click.option("--seed", default=5, show_default=True)
def main(
    *,
    out: Path,
    recordings: tuple[Path, ...],
    notes: Path | None,
    soundfonts: tuple[Path, ...],
    noise: Path,
    held_out: float,
    count: int,
    seed: int,
) -> None:
    """Make held-out trials into OUT."""
    out.mkdir(parents=True, exist_ok=True)
    sounds = SoundSources(soundfonts, noise / "room", noise / "crowd", noise / "mic")
    sources: list[tuple[str, Path | SymbolicWork]] = []
    heard = [
        (name_of_recording(folder, entry.work_id), entry.path)
        for folder in recordings
        for entry in entries_below(folder)
    ]
    played = [(name_of_work(work), work) for work in read_works(notes)] if notes else []
    for kind in (heard, played):
        sources += sorted(
            ((name, source) for name, source in kind if is_held_out(name, held_out)),
            key=lambda pair: pair[0],
        )[:count]
    with (out / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "work_id", "kind"))
        for number, (name, source) in enumerate(sources):
            rng = np.random.default_rng([seed, number])
            if isinstance(source, Path):
                versions = versions_of_recording(source, sounds, rng)
            else:
                versions = versions_of_work(source, sounds, rng)
            for kind_, samples in zip(("studio", "live"), versions, strict=True):
                path = f"{name}_{kind_}.flac"
                cut = np.clip(samples[: round(SECONDS * RATE)], -1, 1)
                soundfile.write(out / path, cut, RATE)
                writer.writerow((path, name, kind_))


if __name__ == "__main__":
    main()
