"""The ``samesong train`` command."""

from pathlib import Path

import click

from samesong.runtime.cli.command import Command
from samesong.training import run_options


@click.command(cls=Command)
@run_options.corpora
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
@run_options.device
@run_options.threads
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
    from samesong.training.checkpoint import Checkpoint  # noqa: PLC0415
    from samesong.training.config import TrainingConfig, read_config  # noqa: PLC0415
    from samesong.training.corpora import open_corpora  # noqa: PLC0415
    from samesong.training.run_report import console, prepare, run  # noqa: PLC0415
    from samesong.training.trainer import Trainer  # noqa: PLC0415

    prepare(device, threads)
    settings = read_config(config) if config else TrainingConfig()
    training, held_out, contents = open_corpora(
        corpus, settings, folder, console().print, device=device
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
    run(trainer)
