"""Charts of benchmark reports, as PNG."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from samesong.features.errors import BenchmarkError, MissingExtraError
from samesong.runtime.bench.report import Report, Row, figure

# Okabe and Ito's colours: they differ for all kinds of colour vision.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")


def save_chart(report: Report, path: str | Path) -> None:
    """Draw a report into a PNG file.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    BenchmarkError
        If there is nothing to draw.
    OSError
        If the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "charts need matplotlib: run pip install 'samesong[bench]'"
        ) from error
    if not report.rows:
        raise BenchmarkError(f"the report of {report.benchmark!r} has no rows to draw")
    drawn = Figure(layout="constrained")
    _DRAW[report.benchmark](drawn, report)
    machine = report.machine
    drawn.supxlabel(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; {report.created}",
        fontsize=8,
        color="#555555",
    )
    drawn.savefig(path, format="png", dpi=110)


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
    """Return what draws a line a row, named by `key`, coloured by task where there are tasks."""

    def draw(drawn: Any, report: Report) -> None:
        drawn.set_size_inches(9, 2 + 0.3 * len(report.rows))
        drawn.suptitle(f"{title}: median, and line to the 95th percentile", fontsize=11)
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
        panel.annotate(
            f"{figure(row.values['p50_ms'])} to {figure(row.values['p95_ms'])}",
            (max(row.values["p50_ms"], row.values["p95_ms"]), height),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )


def _name_rows(panel: Any, names: list[str]) -> None:
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_xscale("log")
    panel.set_xlabel("milliseconds")
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    panel.margins(x=0.12)
    panel.grid(color="#e4e4e4")
    panel.set_axisbelow(True)


_DRAW: dict[str, Callable[[Any, Report], None]] = {
    "latency": _latency,
    "frontends": _named("front end", "120 s to a constant-Q spectrogram"),
    "peers": _named("library", "samesong and its peers on one thread"),
}
