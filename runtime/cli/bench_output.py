"""Where the results of ``samesong bench`` go: the screen, a JSON file, a chart."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from samesong.runtime.bench.report import Report, table
from samesong.runtime.cli.options import OutputFile, plot_option
from samesong.runtime.cli.output import print_table, say

Command = TypeVar("Command", bound=Callable[..., Any])


def output_options(command: Command) -> Command:
    """Add where the results go."""
    options = (
        click.option(
            "--json",
            "json_path",
            type=OutputFile(),
            metavar="OUT.json",
            help="Write the results to a file.",
        ),
        plot_option("Draw them into a PNG file"),
    )
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


def publish(report: Report, json_path: Path | None, plot: Path | None) -> None:
    """Print a report, and write the files that were asked for."""
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
