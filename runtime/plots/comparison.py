"""The plot of two recordings compared: spectrograms, CSMs and the aligned path."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samesong.runtime.display.canvas import COLOUR_MAP, label_times, name, picture
from samesong.runtime.display.text import percent, semitones, span, tempo
from samesong.runtime.identification.comparison import Comparison, spectrograms
from samesong.runtime.identification.csm_panels import PATH_COLOUR, draw_csms
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.plots.pitch_axis import pitch_marks
from samesong.runtime.representation.window import Window


def save_comparison(
    comparison: Comparison,
    bundle: ModelBundle,
    path: str | Path,
) -> None:
    """Draw the best pair of windows of a comparison into a PNG file.

    The upper panels are the CQ-spectrograms, with the matching part between dashed lines. The lower
    panels, one per level, are the CSMs with the aligned path. Diagonal stripes mean the same song.
    Of two songs that are not the same the spans are those of the parts that are least unlike.

    Parameters
    ----------
    comparison : Comparison
        Result of `samesong.runtime.identification.comparison.compare`.
    bundle : ModelBundle
        The model that it was made with.
    path : str or Path
        The PNG file.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    AudioError
        If one of the recordings is no longer there, or was closed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from pathlib import Path
    >>> from samesong import ModelBundle, compare
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> bundle = ModelBundle.load()
    >>> live, studio = (DEMO_AUDIO / f"{kind}_greensleeves.opus" for kind in ("live", "studio"))
    >>> save_comparison(compare(live, studio, bundle), bundle, "pair.png")
    >>> Path("pair.png").read_bytes()[1:4]
    b'PNG'
    """
    levels = len(comparison.csms)
    with picture(path, 3.4 * levels, 7.2) as figure:
        above, below = figure.subfigures(2, 1, height_ratios=(0.85, 1))
        drawn = spectrograms(comparison, bundle)
        spans = comparison.alignment.query_span, comparison.alignment.reference_span
        for i, panel in enumerate(above.subplots(1, 2, sharey=True)):
            _draw_spectrogram(panel, drawn[i], comparison.windows[i], bundle)
            panel.set_title(f"{'AB'[i]}: {name(Path(comparison.paths[i]).name)}")
            window = comparison.windows[i]
            label_times(panel.xaxis, window.start, window.end, most=8)
            for second in spans[i]:
                panel.axvline(second, color="white", linewidth=3)
                panel.axvline(second, color=PATH_COLOUR, linewidth=1.5, linestyle="--")
            if i == 0:
                panel.set_ylabel("pitch")
        draw_csms(below, comparison)
        figure.suptitle(_summary(comparison))


def _summary(comparison: Comparison) -> str:
    alignment = comparison.alignment
    answer = "The same song" if comparison.same else "Not the same song"
    matched = map(span, (alignment.query_span, alignment.reference_span))
    found = "best match" if comparison.same else "the parts that are most alike"
    return (
        f"{answer}: pair probability {percent(comparison.pair_probability)}\n"
        f"Key of A above B: {semitones(alignment.key_shift)} semitones; tempo of A beside B: "
        f"{tempo(alignment.tempo_ratio)}; {found} (dashed): {' with '.join(matched)}"
    )


def _draw_spectrogram(
    panel: Any, cqt: NDArray[np.float32], window: Window, bundle: ModelBundle
) -> None:
    bins, frames = cqt.shape
    period = bundle.spec.frame_period
    panel.imshow(
        cqt,
        cmap=COLOUR_MAP,
        # A few very loud bins must not leave all others dark.
        vmin=float(np.quantile(cqt, 0.05)),
        vmax=float(np.quantile(cqt, 0.998)),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        # A frame is centred on its time.
        extent=(window.start - period / 2, window.start + (frames - 0.5) * period, 0, bins),
    )
    marks = pitch_marks(bundle.spec)
    # A bin is centred on its pitch.
    panel.set_yticks([bin_ + 0.5 for bin_ in marks], marks.values())
