"""The ``samesong render`` command."""

from pathlib import Path

import click

from samesong.runtime.cli.command import Command
from samesong.runtime.cli.verbosity import Verbosity, verbosity

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(cls=Command)
@click.argument("notes", type=Folder)
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--soundfont",
    "soundfonts",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="SF2 or SF3 file. Give several for more variety.",
)
@click.option(
    "--works",
    default=400,
    show_default=True,
    type=click.IntRange(min=1),
    help="Maximum number of works to render.",
)
@click.option("--rooms", type=Folder, help="Folder of room impulse responses (default: simulate).")
@click.option("--crowd", type=Folder, help="Folder of crowd recordings (default: synthesise).")
@click.option("--mic", type=Folder, help="Folder of microphone impulse responses.")
@click.option(
    "--sung",
    default=0.6,
    show_default=True,
    type=click.FloatRange(min=0, max=1),
    help="Share of the recordings in which the tune is sung.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed renders the same audio.")
@click.option(
    "--jobs",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of parallel processes.",
)
def render(
    *,
    notes: Path,
    out: Path,
    soundfonts: tuple[Path, ...],
    works: int,
    rooms: Path | None,
    crowd: Path | None,
    mic: Path | None,
    sung: float,
    seed: int,
    jobs: int,
) -> None:
    """Render training recordings from the MIDI files in the folder NOTES.

    Each work gets a studio and a live recording in OUT, with different instruments, key, tempo and
    arrangement; in most of them the tune is sung, as --sung says. 'samesong train' reads
    OUT/list.csv. An interrupted run continues where it stopped. Requires FluidSynth.
    """
    # Not above, so that the help can be read without the extra.
    from rich.console import Console  # noqa: PLC0415

    from samesong.training.audio_rendering import SoundSources  # noqa: PLC0415
    from samesong.training.corpus import read_works  # noqa: PLC0415
    from samesong.training.rendered_works import LIST, render_works  # noqa: PLC0415

    console = Console(
        stderr=True,
        markup=False,
        highlight=False,
        soft_wrap=True,
        quiet=verbosity() is Verbosity.QUIET,
    )
    sources = SoundSources(soundfonts, rooms, crowd, mic, sung)
    corpus = read_works(notes, console.print)
    failures = render_works(corpus, out, sources, count=works, seed=seed, jobs=jobs)
    for failure in failures:
        console.print(f"skipped: {failure}")
    click.echo(f"rendered: {out / LIST}")
