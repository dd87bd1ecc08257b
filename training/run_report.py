"""What the commands that train share: the device, and a run with its progress on the terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
import torch
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from samesong.features.errors import DeviceError
from samesong.runtime.cli.verbosity import Verbosity, verbosity

if TYPE_CHECKING:
    from samesong.training.trainer import StepReport, Trainer


def prepare(device: str, threads: int | None) -> None:
    """Check that the device is there, and set the number of threads.

    Parameters
    ----------
    device : {'cpu', 'cuda'}
        Where to train.
    threads : int or None
        CPU threads; None for all cores.

    Raises
    ------
    DeviceError
        If PyTorch finds no CUDA device, but one is asked for.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "--device cuda: PyTorch finds no CUDA device; check the driver and that PyTorch was "
            "built for CUDA, or use --device cpu."
        )
    if threads:
        torch.set_num_threads(threads)


def console() -> Console:
    """Return the console that progress goes to: standard error, as it is."""
    # Paths are printed: brackets in them are not markup, and long ones must not be wrapped.
    return Console(
        stderr=True,
        markup=False,
        highlight=False,
        soft_wrap=True,
        quiet=verbosity() is Verbosity.QUIET,
    )


def on_held_out(measured: Mapping[str, float]) -> str:
    """Write what was measured on held-out works as a part of a line.

    Parameters
    ----------
    measured : mapping of str to float
        Figures by name.

    Returns
    -------
    str
        With three decimals.
    """
    return "held-out works: " + ", ".join(f"{k} {v:.3f}" for k, v in measured.items())


def run(trainer: "Trainer") -> None:
    """Train to the end, with a bar and a line for each validation.

    Parameters
    ----------
    trainer : Trainer
        The run.
    """
    printed = console()
    with Progress(
        TextColumn("step"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[loss]}"),
        console=printed,
        disable=not printed.is_terminal,
    ) as bar:
        task = bar.add_task("", total=trainer.config.steps, loss="")

        def report(done: "StepReport") -> None:
            loss = f"loss {done.losses['total']:.3f}"
            bar.update(task, completed=done.step, loss=loss)
            if done.measured:
                printed.print(f"step {done.step}: {loss}; {on_held_out(done.measured)}")

        best = trainer.run(report)
    click.echo(f"best checkpoint: {best}")
