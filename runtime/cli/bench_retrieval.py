"""``samesong bench retrieval``: recall and latency as a catalog grows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from samesong.runtime.cli.bench_output import output_options, publish
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.options import FiniteRange, keep_apart, model_options
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device


def _each(
    kind: click.IntRange | FiniteRange,
) -> Callable[[click.Context, click.Parameter, str], Any]:
    """Return a callback that parses comma-separated numbers of a kind."""

    def read(context: click.Context, option: click.Parameter, text: str) -> tuple[Any, ...]:
        return tuple(kind(part, option, context) for part in text.split(","))

    return read


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--sizes",
    default="1000,10000,100000,1000000",
    show_default=True,
    callback=_each(click.IntRange(min=1)),
    help="Catalog sizes to measure at, in windows.",
)
@click.option(
    "--seconds",
    default="30,60,120",
    show_default=True,
    callback=_each(FiniteRange(min=0, min_open=True)),
    help="Lengths of the queries.",
)
@click.option(
    "--manifest",
    metavar="LIST.csv",
    type=click.Path(path_type=Path),
    help="List of recordings, as for 'samesong evaluate'; the demo's by default.",
)
@click.option(
    "--made",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Synthetic queries of each length, besides the recorded ones.",
)
@click.option(
    "--exhaustive-up-to",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="Largest size, in windows, at which candidate search is compared with exhaustive search.",
)
@click.option("--threads", type=click.IntRange(min=1), help="Threads; one per core by default.")
@model_options
@output_options
def retrieval(
    *,
    folder: Path,
    sizes: tuple[int, ...],
    seconds: tuple[float, ...],
    manifest: Path | None,
    made: int,
    exhaustive_up_to: int,
    threads: int | None,
    model: str,
    device: Device,
    as_json: bool,
    output: Path | None,
    plot: Path | None,
) -> None:
    """Measure recall and latency as a catalog grows.

    Hides studio recordings among synthetic tracks, and searches for them with live recordings.
    FOLDER holds the growing catalog and all results so far: run the command again to resume after
    an interruption, or to add larger sizes. A million windows take about 15 GB there, and twice
    that while the catalog is being optimized.
    """
    from samesong.runtime.bench.plan import Plan  # noqa: PLC0415
    from samesong.runtime.bench.retrieval import measure_retrieval  # noqa: PLC0415

    keep_apart([manifest] if manifest else [], [output, plot])
    plan = Plan(tuple(sorted(sizes)), seconds, made, exhaustive_up_to, manifest, device, threads)
    with ProgressDisplay("steps") as progress:
        report = measure_retrieval(folder, ModelBundle.load(model), plan, progress.step)
    publish(report, as_json=as_json, output=output, plot=plot)
