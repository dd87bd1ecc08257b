"""``samesong evaluate``: measure a model on a list of recordings."""

from pathlib import Path

import click

from samesong.features.decoding.channels import Channel
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.isolation import isolate_option
from samesong.runtime.cli.options import json_option, keep_apart, model_options, plot_option
from samesong.runtime.cli.output import complain, name_files, print_json, say
from samesong.runtime.cli.progress import ProgressDisplay
from samesong.runtime.cli.sound_options import sound_options
from samesong.runtime.cli.table import print_table
from samesong.runtime.display.text import counted
from samesong.runtime.evaluation.evaluator import evaluate_model
from samesong.runtime.evaluation.metrics import RetrievalMetrics
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.isolation.choice import file_reader
from samesong.runtime.plots import save_evaluation


@click.command(cls=Command)
@click.argument("manifest", type=click.Path(readable=False), metavar="MANIFEST.csv")
@plot_option("Draw reliability, acceptance and ranks to a PNG file")
@sound_options
@isolate_option
@model_options
@json_option
def evaluate(
    *,
    manifest: str,
    plot: Path | None,
    channel: Channel | None,
    stream: int | None,
    isolate: bool,
    model: str,
    device: Device,
    as_json: bool,
) -> int:
    """Measure how well a model finds versions among the recordings listed in MANIFEST.csv.

    Its columns are path (relative to the file), work_id, and kind: studio, live or cover.
    """
    keep_apart([manifest], [plot])
    bundle = ModelBundle.load(model)
    with (
        ProgressDisplay("steps") as progress,
        file_reader(isolate=isolate, channel=channel, stream=stream) as reader,
    ):
        evaluation = evaluate_model(manifest, bundle, device, reader=reader, progress=progress.show)
    for _, message in evaluation.failures:
        complain(message)
    if as_json:
        print_json(evaluation.to_dict())
    else:
        recordings = counted(evaluation.n_tracks, "recording")
        say(f"model {evaluation.model}, {recordings}, 95 % intervals")
        _show("all against all", evaluation.all_vs_all)
        _show("live to studio", evaluation.live_to_studio)
        answers = evaluation.trials[0].best_answers()
        if answers is not None:
            say()
            say(f"expected calibration error of the best answers: {answers.error:.3f}")
    if plot is not None:
        save_evaluation(evaluation, plot)
        if not as_json:
            name_files([plot])
    return after(evaluation.n_tracks, len(evaluation.failures))


def _show(title: str, metrics: RetrievalMetrics) -> None:
    say()
    say(
        f"{title}: {_queries(metrics.n_queries)}, {counted(metrics.n_references, 'reference')}, "
        f"{_queries(metrics.n_left_out)} without a version among the references left out"
    )
    if metrics.values:
        print_table(
            ["", ">value", ">low", ">high"],
            [
                [name, f"{value.value:.3f}", f"{value.low:.3f}", f"{value.high:.3f}"]
                for name, value in metrics.values.items()
            ],
        )


def _queries(count: int) -> str:
    return "1 query" if count == 1 else f"{count} queries"
