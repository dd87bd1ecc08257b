"""The ``samesong render`` command."""

from pathlib import Path

import click
from rich.console import Console

from samesong.training.corpus import read_works
from samesong.training.performances import LIST, Stage, record_works

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("notes", type=Folder)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--soundfont",
    "soundfonts",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="SF2 or SF3 file; give several for variety.",
)
@click.option("--works", default=400, show_default=True, type=click.IntRange(min=1))
@click.option("--rooms", type=Folder, help="Impulse responses of rooms; else simulated.")
@click.option("--crowd", type=Folder, help="Recordings of crowds; else synthesised.")
@click.option("--mic", type=Folder, help="Impulse responses of microphones; else band limits.")
@click.option("--seed", default=1, show_default=True, help="Of everything that is drawn.")
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1), help="Processes.")
def render(
    *,
    notes: Path,
    out: Path,
    soundfonts: tuple[Path, ...],
    works: int,
    rooms: Path | None,
    crowd: Path | None,
    mic: Path | None,
    seed: int,
    jobs: int,
) -> None:
    """Record works in NOTES (a folder of MIDI files) into OUT, for training.

    Each work gets a studio recording and a live one, played by other instruments in another key,
    tempo and arrangement; in most of them the tune is sung. OUT/list.csv is what 'samesong train'
    reads. Broken off, the command goes on where it was. FluidSynth must be installed.
    """
    console = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    stage = Stage(soundfonts, rooms, crowd, mic)
    corpus = read_works(notes, console.print)
    failures = record_works(corpus, out, stage, count=works, seed=seed, jobs=jobs)
    for failure in failures:
        console.print(f"skipped: {failure}")
    click.echo(f"recorded: {out / LIST}")
