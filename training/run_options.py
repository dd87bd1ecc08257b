"""Options that the commands which train share; the help can be read without PyTorch."""

from pathlib import Path

import click

corpora = click.argument(
    "corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
device = click.option(
    "--device",
    type=click.Choice(["cpu", "cuda"]),
    default="cpu",
    show_default=True,
    help="Where to train; cuda fails if unavailable.",
)
threads = click.option(
    "--threads", type=click.IntRange(min=1), help="CPU threads (default: all cores)."
)
