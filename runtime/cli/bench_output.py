"""Output of ``samesong bench``: the screen, a JSON file, a chart."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from samesong.runtime.bench.report import Report, table
from samesong.runtime.cli.options import OutputFile, json_option, plot_option
from samesong.runtime.cli.output import name_files, print_json, say
from samesong.runtime.cli.table import print_table

Command = TypeVar("Command", bound=Callable[..., Any])


def output_options(command: Command) -> Command:
    """Add ``--json``, ``--output`` and ``--plot``.

    Parameters
    ----------
    command : callable
        The command.

    Returns
    -------
    callable
        The command with these options.
    """
    options = (
        json_option,
        click.option(
            "--output",
            "-o",
            type=OutputFile(),
            metavar="OUT.json",
            help="Write the report to a JSON file, for 'samesong bench compare'.",
        ),
        plot_option("Draw the results to a PNG file"),
    )
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


def publish(report: Report, *, as_json: bool, output: Path | None, plot: Path | None) -> None:
    """Print a report, and write the requested files.

    Parameters
    ----------
    report : Report
        The results.
    as_json : bool
        Print it as JSON.
    output : Path or None
        JSON file to write.
    plot : Path or None
        PNG file to write.
    """
    if as_json:
        print_json(report.to_dict())
    else:
        machine = report.machine
        say(f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}")
        print_table(*table(report.rows))
        for name, reason in report.skipped.items():
            say(f"skipped: {name}, {reason}")
    if output:
        report.save(output)
    if plot:
        from samesong.runtime.bench.charts import save_chart  # noqa: PLC0415

        save_chart(report, plot)
    if not as_json:
        name_files([path for path in (output, plot) if path])
