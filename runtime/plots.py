"""The picture of two recordings compared: their CSMs and the aligned path."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from samesong.features.errors import MissingExtraError
from samesong.runtime.compare import Comparison

_COLOURS = "cividis"  # made to look alike to all kinds of colour vision
_PATH_COLOUR = "#e8502f"


def save_comparison(comparison: Comparison, path: str | Path) -> None:
    """Draw a comparison into a PNG file.

    One panel shows the mean of the fine levels' CSMs, the other that of the coarse ones; the line
    on both is the aligned path. The same song shows as diagonal stripes.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    OSError
        If the file cannot be written.
    """
    try:
        # Without pyplot there is no global state: a program's other plots are left alone.
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "pictures need matplotlib: run pip install 'samesong[plot]'"
        ) from error
    figure = Figure(figsize=(12, 6.2), layout="constrained")
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    rates = sorted(set(comparison.step_seconds))
    for panel, seconds, name in zip(panels, (rates[0], rates[-1]), ("Fine", "Coarse"), strict=True):
        _draw(panel, comparison, seconds)
        panel.set_title(f"{name} levels, {seconds:.1f} s a step")
    panels[0].set_ylabel(f"{_name(comparison.paths[0])} (s)")
    alignment = comparison.alignment
    figure.suptitle(
        f"Same song with probability {comparison.score:.2f}, key {alignment.key_shift:+d} "
        f"semitones, tempo x {alignment.tempo_ratio:.2f}"
    )
    with warnings.catch_warnings():
        # A letter that the font lacks, in a file's name, becomes a box; that harms nothing.
        warnings.filterwarnings("ignore", "Glyph")
        figure.savefig(path, format="png", dpi=100)


def _draw(panel: Any, comparison: Comparison, seconds: float) -> None:
    query, reference = comparison.windows
    levels = [
        csm
        for csm, step in zip(comparison.csms, comparison.step_seconds, strict=True)
        if step == seconds
    ]
    csm = np.mean(levels, axis=0)
    rows, columns = csm.shape
    panel.imshow(
        csm,
        cmap=_COLOURS,
        vmin=float(np.quantile(csm, 0.05)),
        vmax=float(csm.max()),
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
    fine = comparison.step_seconds[0]
    path_rows, path_columns = (comparison.alignment.path.T + 0.5) * fine
    # Dashed, so that the stripe it follows stays visible.
    panel.plot(
        reference.start + path_columns,
        query.start + path_rows,
        color=_PATH_COLOUR,
        linestyle=(0, (3, 6)),
        linewidth=2,
    )
    panel.set_xlabel(f"{_name(comparison.paths[1])} (s)")


def _name(path: str) -> str:
    """Return a file's name, short, and without what matplotlib would read as a formula."""
    name = Path(path).name.replace("$", r"\$")
    return name if len(name) <= 50 else f"{name[:47]}..."
