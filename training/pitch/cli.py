"""Trains a student: ``python -m samesong.training.pitch.cli LESSONS --out RUN``."""

from pathlib import Path
from typing import Any

import click
import torch
from rich.console import Console

from samesong.training.pitch.config import PitchConfig
from samesong.training.pitch.trainer import PitchTrainer


@click.command()
@click.argument("lessons", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path))
@click.option(
    "--begin-as",
    "teacher",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="nmp.onnx of basic-pitch 0.4.0, for a new student to begin with what it knows.",
)
@click.option("--threads", default=2, show_default=True, type=click.IntRange(min=1))
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="See PitchConfig.")
def main(
    *,
    lessons: Path,
    folder: Path,
    teacher: Path | None,
    threads: int,
    settings: tuple[str, ...],
) -> None:
    """Train a student on LESSONS; a run found in the folder goes on."""
    console = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    given: dict[str, Any] = dict(setting.split("=", 1) for setting in settings)
    torch.set_num_threads(threads)
    trainer = PitchTrainer(PitchConfig.model_validate(given), lessons, folder, teacher)
    click.echo(f"last checkpoint: {trainer.run(console.print)}")


if __name__ == "__main__":
    main()
