"""The ``samesong train`` command."""

from pathlib import Path

import click
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from samesong.features.errors import DeviceError
from samesong.training.checkpoint import Checkpoint
from samesong.training.config import TrainingConfig, read_config
from samesong.training.corpora import open_corpora
from samesong.training.trainer import Progress, Trainer


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Where checkpoints and TensorBoard logs go; a run found there goes on.",
)
@click.option("--config", type=click.Path(path_type=Path), help="TOML file of settings.")
@click.option(
    "--start-from",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Checkpoint whose network a new run begins with, of any front end; the mean of several.",
)
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--threads", type=click.IntRange(min=1), help="CPU threads (default: all cores).")
def train(
    *,
    corpus: tuple[Path, ...],
    folder: Path,
    config: Path | None,
    start_from: tuple[Path, ...],
    device: str,
    threads: int | None,
) -> None:
    """Train a model on each CORPUS: a folder of MIDI files or of recordings, or a list of these.

    A list is a CSV with the columns path, work_id and kind (studio, live or cover). In a folder
    each recording is a work. What was recorded once gets versions from the live simulator;
    features are kept beside the run.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "cuda was asked for, but this PyTorch sees no CUDA device: check the driver and that "
            "PyTorch was built for CUDA, or use --device cpu."
        )
    if threads:
        torch.set_num_threads(threads)
    settings = read_config(config) if config else TrainingConfig()
    # What is printed holds paths: neither brackets in them nor their length may change them.
    console = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)
    training, held_out, contents = open_corpora(corpus, settings, folder, console.print)
    trainer = Trainer(
        settings,
        training,
        held_out,
        folder,
        device=device,
        corpus=contents,
        start_from=[Checkpoint.load(path) for path in start_from],
    )
    with Bar(
        TextColumn("step"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[loss]}"),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=settings.steps, loss="")

        def report(progress: Progress) -> None:
            loss = f"loss {progress.losses['total']:.3f}"
            bar.update(task, completed=progress.step, loss=loss)
            if progress.measured:
                figures = ", ".join(f"{k} {v:.3f}" for k, v in progress.measured.items())
                console.print(f"step {progress.step}: {loss}; held-out works: {figures}")

        best = trainer.run(report)
    click.echo(f"best checkpoint: {best}")
