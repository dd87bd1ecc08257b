"""``samesong compare``: check whether two recordings are the same song."""

import os
from dataclasses import replace
from pathlib import Path

import click

from samesong.features.decoding.channels import Channel
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.isolation import isolate_option
from samesong.runtime.cli.options import json_option, keep_apart, model_options, plot_option
from samesong.runtime.cli.output import name_files, print_facts, print_json, say_in_style
from samesong.runtime.cli.places import RecordingPath
from samesong.runtime.cli.sound_options import sound_options
from samesong.runtime.cli.standard_input import StandardInput
from samesong.runtime.display.text import percent, semitones, span, tempo
from samesong.runtime.identification.comparison import compare as compare_recordings
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.onnx_session import Device
from samesong.runtime.isolation.choice import file_reader
from samesong.runtime.plots import save_comparison


@click.command(cls=Command)
@click.argument("a", type=RecordingPath())
@click.argument("b", type=RecordingPath())
@plot_option("Draw spectrograms, similarity and alignment to a PNG file")
@sound_options
@isolate_option
@model_options
@json_option
def compare(
    *,
    a: str,
    b: str,
    plot: Path | None,
    channel: Channel | None,
    stream: int | None,
    isolate: bool,
    model: str,
    device: Device,
    as_json: bool,
) -> None:
    """Check whether the recordings A and B are the same song, and show which parts match.

    One of them may be - for standard input.

    The pair probability is that of one song, judged from these two alone, if that is as likely as
    not beforehand. It is another one than the answer probability of 'samesong identify', which the
    songs of a catalog and "none of them" share.
    """
    keep_apart([a, b], [plot])
    for folder in filter(os.path.isdir, (a, b)):
        raise click.UsageError(
            f"{folder} is a folder: name one recording of it, or add it to a catalog with "
            "'samesong index' and search that with 'samesong identify'"
        )
    piped = StandardInput([a, b])
    bundle = ModelBundle.load(model)
    with (
        piped,
        file_reader(isolate=isolate, channel=channel, stream=stream) as reader,
        reader.open(piped.path(a)) as one,
        reader.open(piped.path(b)) as other,
    ):
        comparison = compare_recordings(one, other, bundle, device)
        if plot is not None:
            save_comparison(comparison, bundle, plot)
    comparison = replace(comparison, paths=(a, b))
    if as_json:
        print_json(comparison.to_dict())
        return
    alignment = comparison.alignment
    verdict, style = ("The same", "bold green") if comparison.same else ("Not the same", "bold")
    say_in_style(f"{verdict} song.", style)
    print_facts(
        [
            ("pair probability", percent(comparison.pair_probability)),
            ("semitones of A above B", semitones(alignment.key_shift)),
            ("tempo of A beside B", tempo(alignment.tempo_ratio)),
            ("matching part of A", span(alignment.query_span)),
            ("matching part of B", span(alignment.reference_span)),
        ]
    )
    if plot is not None:
        name_files([plot])
