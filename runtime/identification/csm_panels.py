"""The CSMs of a comparison with the aligned path, drawn side by side."""

from typing import TYPE_CHECKING, Any

import numpy as np

from samesong.runtime.display.canvas import COLOUR_MAP, label_times

if TYPE_CHECKING:
    from samesong.runtime.identification.comparison import Comparison

PATH_COLOUR = "#d62f00"
"""Colour of the path, and of where it begins and ends."""

_SHOWN = (0.4, 0.998)
"""Quantiles of a CSM between which colours differ."""


def draw_csms(figure: Any, comparison: "Comparison") -> None:
    """Draw a panel for each level; diagonal stripes mean the same song.

    Parameters
    ----------
    figure : matplotlib.figure.FigureBase
        A figure or a part of one.
    comparison : Comparison
        The comparison.
    """
    panels = figure.subplots(1, len(comparison.csms), sharey=True)
    for level, panel in enumerate(panels):
        _draw_csm(panel, comparison, level)
    panels[0].set_ylabel("A")


def _draw_csm(panel: Any, comparison: "Comparison", level: int) -> None:
    query, reference = comparison.windows
    csm, seconds = comparison.csms[level], comparison.step_seconds[level]
    rows, columns = csm.shape
    # Most steps are alike at the finest level: what differs lies in the upper part of the values.
    low, high = np.quantile(csm, _SHOWN)
    panel.imshow(
        csm,
        cmap=COLOUR_MAP,
        vmin=low,
        vmax=high,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(
            reference.start,
            reference.start + columns * seconds,
            query.start,
            query.start + rows * seconds,
        ),
    )
    # The path counts steps of the first level; its points lie in the middle of its cells.
    path_rows, path_columns = (comparison.alignment.path.T + 0.5) * comparison.step_seconds[0]
    x, y = reference.start + path_columns, query.start + path_rows
    # Dashed, so that the stripe below stays visible; on white, so that it shows in grey, too.
    panel.plot(x, y, color="white", linestyle=(0, (4, 6)), linewidth=3.5)
    panel.plot(x, y, color=PATH_COLOUR, linestyle=(0, (4 * 1.75, 6 * 1.75)), linewidth=2)
    place = {0: ", the finest level", len(comparison.csms) - 1: ", the coarsest level"}
    panel.set_title(
        f"C{level + 1}{place.get(level, '')}: {seconds:.1f} s a step,\n"
        f"cosine {low:.2f} (dark) to {high:.2f}",
        fontsize=10,
    )
    label_times(panel.xaxis, reference.start, reference.end, most=5)
    label_times(panel.yaxis, query.start, query.end, most=8)
    panel.set_xlabel("B")
