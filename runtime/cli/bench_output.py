"""Output of ``samesong bench``: the screen, a JSON file, a chart."""

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
    """Add ``--json`` and ``--plot``.

    Parameters
    ----------
    command : callable
        The command.

    Returns
    -------
    callable
        The command with both options.
    """
    options = (
        click.option(
            "--json",
            "json_path",
            type=OutputFile(),
            metavar="OUT.json",
            help="Write the report to a file, for 'samesong bench compare'.",
        ),
        plot_option("Draw the results to a PNG file"),
    )
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


def publish(report: Report, json_path: Path | None, plot: Path | None) -> None:
    """Print a report, and write the requested files.

    Parameters
    ----------
    report : Report
        The results.
    json_path : Path or None
        JSON file to write.
    plot : Path or None
        PNG file to write.
    """
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
