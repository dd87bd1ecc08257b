"""``samesong bench compare``: regressions between two reports."""

import click

from samesong.runtime.bench.compare import TOLERANCE, Comparison, compare_reports
from samesong.runtime.bench.report import Report, figure
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import DONE, SOME_FAILED
from samesong.runtime.cli.options import FiniteRange, json_option
from samesong.runtime.cli.output import complain, print_json, say
from samesong.runtime.cli.table import print_table
from samesong.runtime.display.text import counted


@click.command(cls=Command)
@click.argument("old", type=click.Path(readable=False), metavar="OLD.json")
@click.argument("new", type=click.Path(readable=False), metavar="NEW.json")
@click.option(
    "--tolerance",
    type=FiniteRange(1),
    default=TOLERANCE,
    show_default=True,
    help="Ratio above which a figure counts as a regression.",
)
@json_option
def compare(old: str, new: str, *, tolerance: float, as_json: bool) -> int:
    """Report regressions from OLD.json to NEW.json; exit code 1 if there are any."""
    found = compare_reports(Report.load(old), Report.load(new), tolerance)
    if as_json:
        print_json(_as_dict(found))
    else:
        _show_changes(found)
    return SOME_FAILED if found.regressions else DONE


def _as_dict(found: Comparison) -> dict[str, object]:
    return {
        "tolerance": found.tolerance,
        "other_machine": found.other_machine,
        "changes": [
            {
                "case": change.case,
                "figure": change.name,
                "old": change.old,
                "new": change.new,
                "ratio": change.ratio,
                "worse": change.ratio > found.tolerance,
            }
            for change in found.changes
        ],
        "only_old": list(found.only_old),
        "only_new": list(found.only_new),
    }


def _show_changes(found: Comparison) -> None:
    if found.other_machine:
        complain("the reports come from different machines: compare only their ratios")
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
    figures, verb = counted(len(found.changes), "figure"), "is" if n_worse == 1 else "are"
    say(f"{n_worse} of {figures} {verb} worse by more than {found.tolerance:g}")
