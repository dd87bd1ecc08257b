"""``samesong bench``: measure samesong on this machine, and compare results."""

import os
from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from samesong.runtime.bench.compare import TOLERANCE, Comparison, compare_reports
from samesong.runtime.bench.report import Report, figure, table
from samesong.runtime.bundle import DEFAULT_MODEL, ModelBundle, bundled_models
from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED
from samesong.runtime.cli.output import complain, print_table, say
from samesong.runtime.cli.progress import Progress
from samesong.runtime.session import Device

Command = TypeVar("Command", bound=Callable[..., Any])

_ROUNDS = click.IntRange(min=1)


def _output_options(command: Command) -> Command:
    """Add where the results go."""
    options = (
        click.option(
            "--json", "json_path", metavar="OUT.json", help="Write the results to a file."
        ),
        click.option("--plot", metavar="OUT.png", help="Draw them into a PNG file."),
    )
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


@click.group()
def bench() -> None:
    """Measure samesong on this machine, and compare results."""


@bench.command()
@click.argument("audio", metavar="[AUDIO...]", nargs=-1)
@click.option("--catalog", help="Catalog to search; one is made of the demo's music by default.")
@click.option(
    "--model", "models", multiple=True, help="Model to measure (repeat for more); all by default."
)
@click.option(
    "--device",
    "devices",
    multiple=True,
    type=click.Choice(["cpu", "cuda"]),
    default=["cpu"],
    show_default=True,
    help="Device to measure (repeat for more).",
)
@click.option(
    "--threads",
    multiple=True,
    type=click.IntRange(min=1),
    help="Number of threads (repeat for more); 1 and one a core by default.",
)
@click.option("--rounds", type=_ROUNDS, default=10, show_default=True, help="Over all AUDIO.")
@_output_options
def latency(
    *,
    audio: Sequence[str],
    catalog: str | None,
    models: Sequence[str],
    devices: Sequence[Device],
    threads: Sequence[int],
    rounds: int,
    json_path: str | None,
    plot: str | None,
) -> None:
    """Time each stage of identifying AUDIO (files and folders; the demo's by default)."""
    from samesong.runtime.bench.latency import measure_latency  # noqa: PLC0415  (lancedb and more)
    from samesong.runtime.bench.signals import audio_files, demo_files  # noqa: PLC0415

    with Progress("rounds") as progress:
        report = measure_latency(
            audio_files(audio, demo_files("live")),
            models or ([DEFAULT_MODEL] if catalog else bundled_models()),
            devices,
            threads or sorted({1, len(os.sched_getaffinity(0))}),
            rounds,
            catalog=catalog,
            tracks=[*demo_files("studio"), *demo_files("other")],
            progress=lambda done, total: progress.step("latency", done, total),
        )
    _publish(report, json_path, plot)


@bench.command()
@click.argument("audio", required=False)
@click.option("--seconds", type=click.FloatRange(1), default=120.0, show_default=True)
@click.option("--rounds", type=_ROUNDS, default=9, show_default=True)
@_output_options
def frontends(
    audio: str | None, seconds: float, rounds: int, json_path: str | None, plot: str | None
) -> None:
    """Time the front ends beside librosa and nnAudio on AUDIO (a synthesised signal by default).

    One thread, turn and turn about; other libraries are passed over when not installed.
    """
    from samesong.runtime.bench.frontends import measure_front_ends  # noqa: PLC0415
    from samesong.runtime.bench.signals import excerpt, synthesise  # noqa: PLC0415

    samples = excerpt(audio, seconds) if audio else synthesise(seconds)
    source = Path(audio).name if audio else "synthesised"
    with Progress("rounds") as progress:
        report = measure_front_ends(
            samples,
            source,
            rounds,
            lambda done: progress.step("front ends", done, rounds + 1),
        )
    _publish(report, json_path, plot)


@bench.command()
@click.argument("audio", metavar="[AUDIO AUDIO]", nargs=-1)
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
@click.option("--seconds", type=click.FloatRange(12), default=120.0, show_default=True)
@click.option("--rounds", type=_ROUNDS, default=9, show_default=True)
@_output_options
def peers(
    *,
    audio: Sequence[str],
    model: str,
    seconds: float,
    rounds: int,
    json_path: str | None,
    plot: str | None,
) -> None:
    """Time samesong beside librosa, nnAudio, Essentia and Chromaprint on two recordings.

    One thread, turn and turn about; libraries that are not installed are passed over. Two of the
    demo's recordings are taken by default; shorter ones are repeated.
    """
    from samesong.runtime.bench.peers import measure_peers  # noqa: PLC0415
    from samesong.runtime.bench.signals import demo_files, excerpt  # noqa: PLC0415

    if len(audio) not in (0, 2):
        raise click.UsageError(f"give two recordings or none, not {len(audio)}")
    files = audio or (demo_files("live")[0], demo_files("studio")[0])
    first, second = (excerpt(path, seconds) for path in files)
    bundle = ModelBundle.load(model)
    with Progress("rounds") as progress:
        report = measure_peers(
            bundle, first, second, rounds, lambda done: progress.step("peers", done, rounds + 1)
        )
    _publish(report, json_path, plot)


@bench.command()
@click.argument("old", metavar="OLD.json")
@click.argument("new", metavar="NEW.json")
@click.option(
    "--tolerance",
    type=click.FloatRange(1),
    default=TOLERANCE,
    show_default=True,
    help="Ratio beyond which a figure counts as worse.",
)
def compare(old: str, new: str, tolerance: float) -> int:
    """Flag what became worse from OLD.json to NEW.json; exit code 1 if anything did."""
    found = compare_reports(Report.load(old), Report.load(new), tolerance)
    _show_changes(found)
    return SOME_FAILED if found.regressions else DONE


def _show_changes(found: Comparison) -> None:
    if found.other_machine:
        complain("the reports come from different machines: only their ratios can be compared")
    print_table(
        ["case", "figure", ">old", ">new", ">times worse", ""],
        [
            [
                ", ".join(str(value) for value in change.case.values()),
                change.name,
                figure(change.old),
                figure(change.new),
                figure(change.ratio),
                "WORSE" if change.ratio > found.tolerance else "",
            ]
            for change in found.changes
        ],
    )
    for name, cases in (("old", found.only_old), ("new", found.only_new)):
        for case in cases:
            say(f"only in the {name} report: {', '.join(str(value) for value in case.values())}")
    n_worse = len(found.regressions)
    say(f"{n_worse} of {len(found.changes)} figures are worse by more than {found.tolerance:g}")


def _publish(report: Report, json_path: str | None, plot: str | None) -> None:
    machine = report.machine
    say(f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}")
    print_table(*table(report.rows))
    for name, reason in report.skipped.items():
        say(f"skipped: {name}, {reason}")
    if json_path:
        report.save(json_path)
    if plot:
        from samesong.runtime.bench.charts import save_chart  # noqa: PLC0415

        save_chart(report, plot)
