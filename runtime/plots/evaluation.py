"""The plot of an evaluation: reliability, receiver operating characteristic and ranks."""

from pathlib import Path
from typing import Any

import numpy as np

from samesong.runtime.display.canvas import COLOURS, label_log, picture
from samesong.runtime.display.text import counted, percent
from samesong.runtime.evaluation.evaluator import Evaluation
from samesong.runtime.evaluation.reliability import Reliability
from samesong.runtime.evaluation.trials import Trials
from samesong.runtime.identification.verdict import ACCEPTED

# Lines differ in dashes and marks as well as in colour.
_STYLES: tuple[dict[str, Any], ...] = (
    {"color": COLOURS[0], "linestyle": "-", "marker": "o"},
    {"color": COLOURS[1], "linestyle": "--", "marker": "s"},
)
_PAIRS: dict[str, Any] = {"color": "#555555", "linestyle": "-.", "marker": "^"}
_ALL = "all against all"


def save_evaluation(evaluation: Evaluation, path: str | Path) -> None:
    r"""Draw an evaluation into a PNG file.

    The left panel is the reliability diagram (all against all) with its calibration errors; below
    it is the distribution of the claims. The panel in the middle is the ROC of naming the best
    answer, with the threshold in use, `samesong.runtime.identification.verdict.ACCEPTED`. The right
    one is the share of queries with a true reference among the best k.

    Parameters
    ----------
    evaluation : Evaluation
        The evaluation.
    path : str or Path
        The PNG file.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from samesong import ModelBundle, evaluate_model
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> rows = [
    ...     f"{DEMO_AUDIO}/{kind}_{work}.opus,{work},{kind}"
    ...     for work in ("greensleeves", "oh_susanna")
    ...     for kind in ("live", "studio")
    ... ]
    >>> _ = Path("list.csv").write_text("\n".join(["path,work_id,kind", *rows]))
    >>> save_evaluation(evaluate_model("list.csv", ModelBundle.load()), "evaluation.png")
    >>> Path("evaluation.png").read_bytes()[1:4]
    b'PNG'
    """
    both = [
        (label, trials, style)
        for label, trials, style in zip(
            (_ALL, "live to studio"), evaluation.trials, _STYLES, strict=True
        )
        if (trials.relevant & trials.valid).any()
    ]
    with picture(path, 15, 6.2) as figure:
        panels = figure.subplot_mosaic(
            [["reliability", "acceptance", "ranks"], ["claims", "acceptance", "ranks"]],
            height_ratios=(4, 1),
        )
        panels["claims"].sharex(panels["reliability"])
        _draw_reliability(panels["reliability"], panels["claims"], evaluation.trials[0])
        _draw_acceptance(panels["acceptance"], both)
        _draw_ranks(panels["ranks"], both)
        # What a line stands for is the same in all panels, and said once.
        meanings = {
            label: line
            for panel in panels.values()
            for line, label in zip(*panel.get_legend_handles_labels(), strict=True)
        }
        figure.legend(
            meanings.values(), meanings.keys(), loc="outside lower center", ncols=5, fontsize=9
        )
        figure.suptitle(f"model {evaluation.model}, {counted(evaluation.n_tracks, 'recording')}")


def _draw_reliability(upper: Any, lower: Any, trials: Trials) -> None:
    upper.set_title("Reliability, all against all")
    upper.plot([0, 1], [0, 1], color="#777777", linewidth=1, linestyle=":")
    measured: list[tuple[str, str, Reliability | None, dict[str, Any]]] = [
        (_ALL, "best answers", trials.best_answers(), _STYLES[0]),
        (f"{_ALL}, pairs", "pairs, true and wrong ones alike", trials.pairs(), _PAIRS),
    ]
    errors = []
    for number, (label, what, found, style) in enumerate(measured):
        if found is None:
            continue
        errors.append(f"{found.error:.3f} of {what}")
        held = np.flatnonzero(found.weights)
        upper.plot(
            found.claimed[held],
            found.observed[held],
            label=label,
            **style,
        )
        width = 0.4 * (found.edges[1] - found.edges[0])
        lower.bar(
            (found.edges[:-1] + found.edges[1:]) / 2 + (number - 0.5) * width,
            found.weights,
            width,
            color=style["color"],
            edgecolor="#333333",
            hatch="////" if number else None,
            linewidth=0.6,
        )
    _write(upper, ["expected calibration error:", *errors] if errors else [])
    upper.tick_params(labelbottom=False)
    upper.set_ylabel("share that was right")
    lower.set_ylabel("share of\nclaims")
    lower.set_xlabel("probability claimed")
    upper.set_ylim(-0.02, 1.02)
    lower.set_xlim(-0.02, 1.02)
    lower.set_ylim(0, 1)
    _grid(upper)


def _draw_acceptance(panel: Any, both: list[tuple[str, Trials, dict[str, Any]]]) -> None:
    panel.set_title("Naming the best answer (ROC)")
    fewest = 0.1
    named: list[str] = []
    for label, trials, style in both:
        thresholds, false, true = trials.acceptance()
        if not len(thresholds):
            continue
        fewest = min(fewest, 1 / len(trials.scores))
        line = {key: style[key] for key in ("color", "linestyle")}
        panel.step(false, true, where="post", label=label, **line)
        accepted = np.flatnonzero(thresholds >= ACCEPTED)
        x, y = (false[accepted[-1]], true[accepted[-1]]) if len(accepted) else (0.0, 0.0)
        named.append(f"{label}: {100 * y:.0f} % correctly, {100 * x:.1f} % wrongly")
        panel.plot(
            max(x, fewest),
            y,
            style["marker"],
            color=style["color"],
            markersize=9,
            clip_on=False,  # it may lie on the frame
            zorder=3,
        )
    # No wrong answer at all would lie infinitely far to the left.
    panel.set_xscale("log")
    panel.set_xlim(fewest, 1)
    label_log(panel.xaxis, (1,), lambda x, _: f"{100 * x:g} %")
    panel.set_ylim(-0.02, 1.02)
    panel.set_xlabel("share of queries named wrongly once their song is left out")
    panel.set_ylabel("share of queries named correctly")
    _write(panel, [f"named at {percent(ACCEPTED)} (marks):", *named] if named else [])
    _grid(panel)


def _draw_ranks(panel: Any, both: list[tuple[str, Trials, dict[str, Any]]]) -> None:
    panel.set_title("Rank of the first true reference")
    first: list[str] = []
    for label, trials, style in both:
        curve = trials.rank_curve()
        ranks = np.arange(1, len(curve) + 1)
        panel.plot(ranks, curve, label=label, **style, markevery=[0])
        first.append(f"{label}: {100 * curve[0]:.0f} %")
    panel.set_xscale("log")
    label_log(panel.xaxis, (1, 2, 5), "{x:.0f}")
    panel.set_ylim(-0.02, 1.02)
    panel.set_xlabel("k")
    panel.set_ylabel("share of queries with one among their best k")
    _write(panel, ["ranked first:", *first] if first else [])
    _grid(panel)


def _write(panel: Any, lines: list[str]) -> None:
    """Write figures into the corner that curves leave free."""
    if not panel.lines:
        panel.text(0.5, 0.5, "nothing to measure", ha="center", transform=panel.transAxes)
    panel.text(
        0.98,
        0.03,
        "\n".join(lines),
        ha="right",
        va="bottom",
        fontsize=9,
        transform=panel.transAxes,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        zorder=2.5,
    )


def _grid(panel: Any) -> None:
    panel.grid(color="#dddddd", linewidth=0.6)
    panel.set_axisbelow(True)
