"""``samesong compare``: tell whether two recordings are the same song."""

from pathlib import Path

import click

from samesong.runtime.bundle import ModelBundle
from samesong.runtime.cli.options import json_option, model_options
from samesong.runtime.cli.output import print_facts, print_json, say, semitones, span
from samesong.runtime.compare import compare_recordings
from samesong.runtime.plots import save_comparison
from samesong.runtime.session import Device


@click.command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.png",
    help="Draw where they match into a PNG file (needs the extra 'plot').",
)
@model_options
@json_option
def compare(
    *, a: str, b: str, plot: Path | None, model: str, device: Device, as_json: bool
) -> None:
    """Tell whether the recordings A and B are the same song, and which parts match."""
    comparison = compare_recordings(a, b, ModelBundle.load(model), device)
    if plot is not None:
        save_comparison(comparison, plot)
    if as_json:
        print_json(comparison.to_dict())
        return
    alignment = comparison.alignment
    say("The same song." if comparison.same else "Not the same song.")
    print_facts(
        [
            ("probability", f"{comparison.score:.3f}"),
            ("key of A above B", f"{semitones(alignment.key_shift)} semitones"),
            ("tempo of A over B", f"{alignment.tempo_ratio:.2f}"),
            ("matching part of A", span(alignment.query_span)),
            ("matching part of B", span(alignment.reference_span)),
        ]
    )
    if plot is not None:
        say(f"picture: {plot}")
