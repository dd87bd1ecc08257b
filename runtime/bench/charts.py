"""Charts of benchmark reports, as PNG."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from samesong.features.errors import BenchmarkError, MissingExtraError, install_hint
from samesong.runtime.bench.report import Report, Row, figure
from samesong.runtime.display.canvas import label_log
from samesong.runtime.files.atomic_write import whole_file

_DIGITS = (1, 2, 5)  # leading digits of the ticks on logarithmic axes
# Okabe and Ito's palette, which is safe for colour-blind readers.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")


def save_chart(report: Report, path: str | Path) -> None:
    """Draw a report to a PNG file.

    Parameters
    ----------
    report : Report
        The results.
    path : str or Path
        The file to write.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    BenchmarkError
        If the report has no rows.
    OSError
        If the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(f"charts need matplotlib: {install_hint('bench')}") from error
    if not report.rows:
        raise BenchmarkError(
            f"the report of benchmark {report.benchmark!r} has no rows to draw: run it again"
        )
    drawn = Figure(layout="constrained")
    _DRAW[report.benchmark](drawn, report)
    machine = report.machine
    drawn.supxlabel(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; {report.created}",
        fontsize=8,
        color="#555555",
    )
    with whole_file(path) as stream:
        drawn.savefig(stream, format="png", dpi=110)


def _latency(drawn: Any, report: Report) -> None:
    stages = list(dict.fromkeys(str(row.case["stage"]) for row in report.rows))
    variants = list(dict.fromkeys(_variant(row) for row in report.rows))
    drawn.set_size_inches(9, 2 + 0.18 * len(stages) * (len(variants) + 1))
    drawn.suptitle("Latency by stage: median, and line to the 95th percentile", fontsize=11)
    panel = drawn.subplots()
    step = 0.7 / len(variants)
    for number, variant in enumerate(variants):
        rows = [row for row in report.rows if _variant(row) == variant]
        heights = [
            stages.index(str(row.case["stage"])) + (number + 0.5) * step - 0.35 for row in rows
        ]
        _dots(panel, heights, rows, COLOURS[number % len(COLOURS)], variant)
    _name_rows(panel, stages)
    if len(variants) > 1:
        panel.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)


def _variant(row: Row) -> str:
    threads = int(row.case["threads"])
    return f"{row.case['model']}, {row.case['device']}, {threads} thread{'s' * (threads > 1)}"


def _named(key: str, title: str) -> Callable[[Any, Report], None]:
    """Return a function that draws one line per row, named by `key` and coloured by task.

    The title may name settings of the report in braces.
    """

    def draw(drawn: Any, report: Report) -> None:
        drawn.set_size_inches(9, 2 + 0.3 * len(report.rows))
        titled = title.format(**report.settings)
        drawn.suptitle(f"{titled}: median, and line to the 95th percentile", fontsize=11)
        panel = drawn.subplots()
        tasks = list(dict.fromkeys(row.case.get("task") for row in report.rows))
        for number, task in enumerate(tasks):
            rows = [row for row in report.rows if row.case.get("task") == task]
            heights = [float(report.rows.index(row)) for row in rows]
            _dots(panel, heights, rows, COLOURS[number % len(COLOURS)], str(task))
        _name_rows(panel, [str(row.case[key]) for row in report.rows])
        if len(tasks) > 1:
            panel.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, frameon=False)

    return draw


def _dots(panel: Any, heights: list[float], rows: list[Row], colour: str, label: str) -> None:
    medians = [row.values["p50_ms"] for row in rows]
    tails = [max(row.values["p95_ms"] - row.values["p50_ms"], 0) for row in rows]
    panel.errorbar(
        medians,
        heights,
        xerr=[[0] * len(rows), tails],
        fmt="o",
        color=colour,
        markersize=7,
        linewidth=2,
        capsize=3,
        label=label,
    )
    for height, row in zip(heights, rows, strict=True):
        # In a column beside the panel, so that they cover nothing.
        panel.text(
            1.01,
            height,
            f"{figure(row.values['p50_ms'])} to {figure(row.values['p95_ms'])}",
            transform=panel.get_yaxis_transform(),
            va="center",
            fontsize=8,
        )


def _name_rows(panel: Any, names: list[str]) -> None:
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_xscale("log")
    panel.set_xlabel("milliseconds")
    label_log(panel.xaxis, _DIGITS, lambda value, _: f"{value:g}")
    panel.margins(x=0.05)
    panel.grid(color="#e4e4e4")
    panel.set_axisbelow(True)


def _retrieval(drawn: Any, report: Report) -> None:
    drawn.set_size_inches(11, 5)
    drawn.suptitle("Retrieval against the size of the catalog", fontsize=11)
    times, found = drawn.subplots(1, 2, sharex=True)
    searches = [row for row in report.rows if row.case["step"] == "search"]
    kinds = dict.fromkeys((str(r.case["query"]), float(r.case["seconds"])) for r in searches)
    for number, (query, seconds) in enumerate(kinds):
        rows = [r for r in searches if (r.case["query"], r.case["seconds"]) == (query, seconds)]
        colour, label = COLOURS[number % len(COLOURS)], f"{query}, {seconds:g} s"
        _line(times, rows, "p50_ms", colour=colour, style="o-", label=label)
        _line(times, rows, "p95_ms", colour=colour, style="^:", label=None)
        _line(found, rows, "recall_first", colour=colour, style="o-", label=label)
        _line(found, rows, "recall_candidates", colour=colour, style="^:", label=None)
        _line(found, rows, "agreement", colour=colour, style="s--", label=None)
    whole = [row for row in report.rows if row.case["step"] == "identify"]
    for seconds in dict.fromkeys(float(row.case["seconds"]) for row in whole):
        rows = [row for row in whole if row.case["seconds"] == seconds]
        label = f"identify, a file of {seconds:g} s"
        _line(times, rows, "p50_ms", colour="black", style="o-", label=label)
        _line(times, rows, "p95_ms", colour="black", style="^:", label=None)
    times.set_xscale("log")
    times.set_yscale("log")
    times.set_ylabel("milliseconds")
    times.set_title("line: median, dotted: 95th percentile", fontsize=9)
    label_log(times.yaxis, _DIGITS, lambda value, _: f"{value:g}")
    found.set_ylim(-0.03, 1.03)
    found.set_ylabel("share of queries")
    found.set_title(
        "line: right first answer, dotted: right among candidates,\n"
        "dashed: same first answer as exhaustive",
        fontsize=9,
    )
    for panel in (times, found):
        panel.set_xlabel("windows in the catalog")
        label_log(panel.xaxis, (1,), lambda value, _: f"{value:,.0f}")
        panel.grid(color="#e4e4e4")
        panel.legend(fontsize=8)


def _line(
    panel: Any, rows: list[Row], name: str, *, colour: str, style: str, label: str | None
) -> None:
    points = [(row.case["windows"], row.values[name]) for row in rows if name in row.values]
    if points:
        panel.plot(*zip(*points, strict=True), style, color=colour, label=label, markersize=5)


_DRAW: dict[str, Callable[[Any, Report], None]] = {
    "latency": _latency,
    "retrieval": _retrieval,
    "frontends": _named("front end", "{seconds:g} s to a constant-Q spectrogram"),
    "peers": _named("library", "samesong and its peers on one thread"),
}
