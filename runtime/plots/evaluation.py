"""The plot of an evaluation: reliability, receiver operating characteristic and ranks."""

from pathlib import Path
from typing import Any

import numpy as np

from samesong.runtime.evaluation.evaluator import Evaluation
from samesong.runtime.evaluation.reliability import Reliability
from samesong.runtime.evaluation.trials import Trials
from samesong.runtime.identification.verdict import ACCEPTED
from samesong.runtime.plots.canvas import COLOURS, label_log, picture
from samesong.runtime.reports.text import counted, percent

# Lines differ in dashes and marks as well as in colour.
_STYLES: tuple[dict[str, Any], ...] = (
    {"color": COLOURS[0], "linestyle": "-", "marker": "o"},
    {"color": COLOURS[1], "linestyle": "--", "marker": "s"},
)


def save_evaluation(evaluation: Evaluation, path: str | Path) -> None:
    r"""Draw an evaluation into a PNG file.

    The left panel is the reliability diagram (all against all) with the expected calibration error;
    below it is the distribution of the claims. The middle panel is the ROC of naming the best
    answer, with the threshold in use, `samesong.runtime.identification.verdict.ACCEPTED`. The right
    panel is the share of queries with a true reference among the best k.

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
            ("all against all", "live to studio"), evaluation.trials, _STYLES, strict=True
        )
        if (trials.relevant & trials.valid).any()
    ]
    with picture(path, 15, 6.2) as figure:
        parts = figure.subfigures(1, 3)
        upper, lower = parts[0].subplots(2, 1, sharex=True, height_ratios=(4, 1))
        _draw_reliability(upper, lower, evaluation.trials[0])
        _draw_acceptance(parts[1].subplots(), both)
        _draw_ranks(parts[2].subplots(), both)
        for part in parts:
            if any(panel.lines for panel in part.axes):
                part.legend(loc="outside lower center", fontsize=9)
        figure.suptitle(f"model {evaluation.model}, {counted(evaluation.n_tracks, 'recording')}")


def _draw_reliability(upper: Any, lower: Any, trials: Trials) -> None:
    upper.set_title("Reliability, all against all")
    upper.plot([0, 1], [0, 1], color="#777777", linewidth=1, linestyle=":", label="ideal")
    measured: list[tuple[str, Reliability | None]] = [
        ("best answers", trials.best_answers()),
        ("all pairs, true and wrong ones weighing alike", trials.pairs()),
    ]
    for number, ((label, found), style) in enumerate(zip(measured, _STYLES, strict=True)):
        if found is None:
            continue
        held = np.flatnonzero(found.weights)
        upper.plot(
            found.claimed[held],
            found.observed[held],
            label=f"{label}: ECE {found.error:.3f}",
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
    for label, trials, style in both:
        thresholds, false, true = trials.acceptance()
        if not len(thresholds):
            continue
        fewest = min(fewest, 1 / len(trials.scores))
        line = {key: style[key] for key in ("color", "linestyle")}
        panel.step(false, true, where="post", label=label, **line)
        accepted = np.flatnonzero(thresholds >= ACCEPTED)
        x, y = (false[accepted[-1]], true[accepted[-1]]) if len(accepted) else (0.0, 0.0)
        mark = f"named at {percent(ACCEPTED)}: {100 * y:.0f} % correctly, {100 * x:.1f} % wrongly"
        panel.plot(
            max(x, fewest),
            y,
            style["marker"],
            color=style["color"],
            markersize=9,
            label=mark,
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
    if not panel.lines:
        panel.text(0.5, 0.5, "nothing to measure", ha="center", transform=panel.transAxes)
    _grid(panel)


def _draw_ranks(panel: Any, both: list[tuple[str, Trials, dict[str, Any]]]) -> None:
    panel.set_title("Rank of the first true reference")
    for label, trials, style in both:
        curve = trials.rank_curve()
        ranks = np.arange(1, len(curve) + 1)
        panel.plot(
            ranks, curve, label=f"{label}: {100 * curve[0]:.0f} % first", **style, markevery=[0]
        )
    panel.set_xscale("log")
    label_log(panel.xaxis, (1, 2, 5), "{x:.0f}")
    panel.set_ylim(-0.02, 1.02)
    panel.set_xlabel("k")
    panel.set_ylabel("share of queries with one among their best k")
    if not panel.lines:
        panel.text(0.5, 0.5, "nothing to measure", ha="center", transform=panel.transAxes)
    _grid(panel)


def _grid(panel: Any) -> None:
    panel.grid(color="#dddddd", linewidth=0.6)
    panel.set_axisbelow(True)
