"""``samesong bench``: measure speed and recall on this machine, and compare reports."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from samesong.runtime.cli.bench_compare import compare
from samesong.runtime.cli.bench_output import output_options, publish
from samesong.runtime.cli.bench_retrieval import retrieval
from samesong.runtime.cli.command import Group
from samesong.runtime.cli.model_name import ModelName
from samesong.runtime.cli.options import FiniteRange, keep_apart
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.display.text import counted
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle, bundled_models
from samesong.runtime.inference.onnx_session import Device

_ROUNDS = click.IntRange(min=1)
_EXCERPT = "Length of the excerpts; shorter recordings are repeated."


@click.group(cls=Group)
def bench() -> None:
    """Measure speed and recall on this machine, and compare reports."""


@bench.command()
@click.argument("audio", type=click.Path(readable=False), metavar="[AUDIO...]", nargs=-1)
@click.option(
    "--catalog", help="Catalog to search; by default one built from the demo's recordings."
)
@click.option(
    "--model",
    "models",
    type=ModelName(),
    multiple=True,
    help="Model to measure, repeatable; all bundled ones by default.",
)
@click.option(
    "--device",
    "devices",
    multiple=True,
    type=click.Choice(["cpu", "cuda"]),
    default=["cpu"],
    show_default=True,
    help="Device to measure, repeatable.",
)
@click.option(
    "--threads",
    multiple=True,
    type=click.IntRange(min=1),
    help="Number of threads, repeatable; by default 1, and one per core.",
)
@click.option(
    "--rounds", type=_ROUNDS, default=10, show_default=True, help="Timed rounds over all AUDIO."
)
@output_options
def latency(
    *,
    audio: Sequence[str],
    catalog: str | None,
    models: Sequence[str],
    devices: Sequence[Device],
    threads: Sequence[int],
    rounds: int,
    as_json: bool,
    output: Path | None,
    plot: Path | None,
) -> None:
    """Time each stage of identifying AUDIO, files or folders; the demo's recordings by default."""
    from samesong.runtime.bench.latency import measure_latency  # noqa: PLC0415  (lancedb and more)
    from samesong.runtime.bench.signals import audio_files, demo_files  # noqa: PLC0415

    queries = audio_files(audio, demo_files("live"))
    keep_apart(queries, [output, plot])
    with ProgressDisplay("rounds") as progress:
        report = measure_latency(
            queries,
            models or ([DEFAULT_MODEL] if catalog else bundled_models()),
            devices,
            threads or sorted({1, len(os.sched_getaffinity(0))}),
            rounds,
            catalog=catalog,
            tracks=[*demo_files("studio"), *demo_files("other")],
            progress=lambda done, total: progress.step("latency", done, total),
        )
    publish(report, as_json=as_json, output=output, plot=plot)


@bench.command()
@click.argument("audio", type=click.Path(readable=False), required=False)
@click.option("--seconds", type=FiniteRange(1), default=120.0, show_default=True, help=_EXCERPT)
@click.option("--rounds", type=_ROUNDS, default=9, show_default=True, help="Timed rounds.")
@output_options
def frontends(
    *,
    audio: str | None,
    seconds: float,
    rounds: int,
    as_json: bool,
    output: Path | None,
    plot: Path | None,
) -> None:
    """Compare the front ends with librosa and nnAudio on AUDIO; a synthetic signal by default.

    Uses one thread and interleaves the libraries; those that are not installed are skipped.
    """
    from samesong.runtime.bench.frontends import measure_front_ends  # noqa: PLC0415
    from samesong.runtime.bench.signals import excerpt, synthesise  # noqa: PLC0415

    keep_apart([audio] if audio else [], [output, plot])
    samples = excerpt(audio, seconds) if audio else synthesise(seconds)
    source = Path(audio).name if audio else "synthesised"
    with ProgressDisplay("rounds") as progress:
        report = measure_front_ends(
            samples,
            source,
            rounds,
            lambda done: progress.step("front ends", done, rounds + 1),
        )
    publish(report, as_json=as_json, output=output, plot=plot)


@bench.command()
@click.argument("audio", type=click.Path(readable=False), metavar="[AUDIO AUDIO]", nargs=-1)
@click.option(
    "--model",
    type=ModelName(),
    default=DEFAULT_MODEL,
    show_default=True,
    help="Name or folder of a model.",
)
@click.option("--seconds", type=FiniteRange(12), default=120.0, show_default=True, help=_EXCERPT)
@click.option("--rounds", type=_ROUNDS, default=9, show_default=True, help="Timed rounds.")
@output_options
def peers(
    *,
    audio: Sequence[str],
    model: str,
    seconds: float,
    rounds: int,
    as_json: bool,
    output: Path | None,
    plot: Path | None,
) -> None:
    """Compare samesong with librosa, nnAudio, Essentia and Chromaprint on two recordings.

    Uses one thread and interleaves the libraries; those that are not installed are skipped. Two of
    the demo's recordings are used by default.
    """
    from samesong.runtime.bench.peers import measure_peers  # noqa: PLC0415
    from samesong.runtime.bench.signals import demo_files, excerpt  # noqa: PLC0415

    if len(audio) not in (0, 2):
        given = counted(len(audio), "recording")
        raise click.UsageError(f"{given} given: give two, or none for the demo's")
    keep_apart(audio, [output, plot])
    files = audio or (demo_files("live")[0], demo_files("studio")[0])
    first, second = (excerpt(path, seconds) for path in files)
    bundle = ModelBundle.load(model)
    with ProgressDisplay("rounds") as progress:
        report = measure_peers(
            bundle, first, second, rounds, lambda done: progress.step("peers", done, rounds + 1)
        )
    publish(report, as_json=as_json, output=output, plot=plot)


bench.add_command(retrieval)
bench.add_command(compare)
