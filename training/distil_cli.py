"""The ``samesong distil`` command."""

from pathlib import Path

import click

from samesong.runtime.cli.command import Command
from samesong.training import run_options


@click.command(cls=Command)
@run_options.corpora
@click.option(
    "--teacher",
    required=True,
    type=click.Path(path_type=Path),
    help="best.pt of the run whose scorer is imitated.",
)
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder for checkpoints and deep sequences; a run found there is continued.",
)
@click.option(
    "--config",
    required=True,
    type=click.Path(path_type=Path),
    help="TOML file of settings, such as training/recipes/compact.toml.",
)
@click.option(
    "--pairs",
    default=3000,
    show_default=True,
    type=click.IntRange(min=2),
    help="Pairs of versions to draw, once for the whole run; each takes 80 KB of memory.",
)
@run_options.device
@run_options.threads
def distil(
    *,
    corpus: tuple[Path, ...],
    teacher: Path,
    folder: Path,
    config: Path,
    pairs: int,
    device: str,
    threads: int | None,
) -> None:
    """Teach a smaller scorer to answer as that of a trained model.

    Each CORPUS is one that 'samesong train' takes. The windows of a catalog stay valid: only the
    comparison of two windows becomes cheaper. The best checkpoint is best.pt in --out; 'samesong
    export' turns it into a model.
    """
    # Not above, so that the help can be read without PyTorch.
    from samesong.training.checkpoint import Checkpoint  # noqa: PLC0415
    from samesong.training.config import read_config  # noqa: PLC0415
    from samesong.training.corpora import open_corpora  # noqa: PLC0415
    from samesong.training.distil import Distiller  # noqa: PLC0415
    from samesong.training.run_report import console, on_held_out, prepare, run  # noqa: PLC0415

    prepare(device, threads)
    settings, taught_by = read_config(config), Checkpoint.load(teacher)
    say = console().print
    training, held_out, contents = open_corpora(corpus, settings, folder, say, device=device)
    distiller = Distiller(
        settings,
        taught_by,
        training,
        held_out,
        folder,
        device=device,
        corpus=contents,
        say=say,
        pairs=pairs,
    )
    say(f"teacher: {on_held_out(distiller.measure_teacher())}")
    run(distiller)
