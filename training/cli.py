"""The ``samesong train`` command."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from samesong.features.errors import DeviceError
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.verbosity import Verbosity, verbosity

if TYPE_CHECKING:
    from samesong.training.trainer import StepReport


@click.command(cls=Command)
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for checkpoints and TensorBoard logs; a run found there is continued.",
)
@click.option("--config", type=click.Path(path_type=Path), help="TOML file of settings.")
@click.option(
    "--start-from",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Checkpoint whose weights a new run starts from. Given several times: their mean.",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where to train; cuda fails if unavailable.",
)
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
    """Train a model on notes, on recordings, or on both.

    Each CORPUS is a folder of MIDI files, a folder of recordings, a folder of lessons for the front
    end notes, or a CSV file that lists recordings in the columns path, work_id and kind (studio,
    live or cover). In a folder every recording counts as a work of its own. Works with a single
    recording get live versions from a simulator. The best checkpoint is best.pt in --out; 'samesong
    export' turns it into a model.
    """
    # Not above, so that the help can be read without PyTorch.
    import torch  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from samesong.training.checkpoint import Checkpoint  # noqa: PLC0415
    from samesong.training.config import TrainingConfig, read_config  # noqa: PLC0415
    from samesong.training.corpora import open_corpora  # noqa: PLC0415
    from samesong.training.trainer import Trainer  # noqa: PLC0415

    if device == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "--device cuda: PyTorch finds no CUDA device; check the driver and that PyTorch was "
            "built for CUDA, or use --device cpu."
        )
    if threads:
        torch.set_num_threads(threads)
    settings = read_config(config) if config else TrainingConfig()
    # Paths are printed: brackets in them are not markup, and long ones must not be wrapped.
    console = Console(
        stderr=True,
        markup=False,
        highlight=False,
        soft_wrap=True,
        quiet=verbosity() is Verbosity.QUIET,
    )
    training, held_out, contents = open_corpora(
        corpus, settings, folder, console.print, device=device
    )
    trainer = Trainer(
        settings,
        training,
        held_out,
        folder,
        device=device,
        corpus=contents,
        start_from=[Checkpoint.load(path) for path in start_from],
    )
    with Progress(
        TextColumn("step"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[loss]}"),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=settings.steps, loss="")

        def report(done: "StepReport") -> None:
            loss = f"loss {done.losses['total']:.3f}"
            bar.update(task, completed=done.step, loss=loss)
            if done.measured:
                figures = ", ".join(f"{k} {v:.3f}" for k, v in done.measured.items())
                console.print(f"step {done.step}: {loss}; held-out works: {figures}")

        best = trainer.run(report)
    click.echo(f"best checkpoint: {best}")
