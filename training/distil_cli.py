"""The ``samesong distil`` command."""

from pathlib import Path

import click

from samesong.runtime.cli.command import Command


@click.command(cls=Command)
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
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
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where to train; cuda fails if unavailable.",
)
@click.option("--threads", type=click.IntRange(min=1), help="CPU threads (default: all cores).")
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
    from samesong.training.run_report import console, prepare, run  # noqa: PLC0415

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
    figures = ", ".join(f"{k} {v:.3f}" for k, v in distiller.measure_teacher().items())
    say(f"teacher: held-out works: {figures}")
    run(distiller)
