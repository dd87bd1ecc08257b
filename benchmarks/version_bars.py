"""Fits the bars above which recordings are joined by ear: ``versions`` of a model's manifest.

Live versions of held-out works are compared with studio versions of the same works, both ways
round. The evidence of wrong pairs falls off exponentially. The bar is set where one catalog of 100
tracks in 30 holds a false join, and rises so that a track of a larger catalog is joined wrongly no
more often. Works that are alike in both pairings are one tune under two names, and are listed::

    python benchmarks/version_bars.py MIDI --works 120
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from held_out import draw_held_out
from markdown import table
from numpy.typing import NDArray

from samesong.runtime.catalog.interface import StoredWindow
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.identification.shortlist import coarse_evidence
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.segmentation import cover
from samesong.runtime.matching.pooling import pooled
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.outlines.centroid import CentroidCosines, centroid
from samesong.runtime.representation.window import Window, unpack

Floats = NDArray[np.float64]

#: Share of the wrong pairs, those with the most coarse evidence, that are scored.
SCORED = 0.02
#: Log-odds above which the evidence of wrong pairs is taken to fall off exponentially.
TAIL = 2.5
#: Log-odds that chance hardly reaches in two pairings of the same two works.
ONE_TUNE = 4.5
#: False joins in a catalog of 100 tracks, 4,950 pairs.
FALSE_JOINS, PAIRS = 1 / 30, 4950


@dataclass(frozen=True)
class Pairs:
    """Pairs of a live and a studio version that were scored.

    Attributes
    ----------
    live, studio : ndarray
        (n,) int64: the works.
    coarse : ndarray
        (n,) float64: coarse evidence.
    evidence : ndarray
        (n,) float64: log-odds in the direction in which they are lower.
    """

    live: NDArray[np.int64]
    studio: NDArray[np.int64]
    coarse: Floats
    evidence: Floats

    @property
    def true(self) -> NDArray[np.bool_]:
        """(n,) bool: pairs of one work."""
        return np.equal(self.live, self.studio)


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--works", default=120, show_default=True, help="Maximum number of held-out works.")
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
def main(corpus: tuple[Path, ...], works: int, model: str) -> None:
    """Fit the bars of MODEL on the held-out works of CORPUS, on which it was trained."""
    bundle = ModelBundle.load(model)
    held_out = draw_held_out(corpus, bundle, works)
    analyser = Analyser(bundle)
    live = [_as_stored(analyser.spectrogram(one)) for one in held_out.live]
    studio = [_as_stored(analyser.spectrogram(one)) for one in held_out.studio]
    pairs = score(live, studio, bundle)
    n_wrong = len(live) * (len(studio) - 1)
    wrong = ~pairs.true & ~_one_tune(pairs)
    for place in np.flatnonzero(~pairs.true & ~wrong):
        click.echo(f"one tune: works {pairs.live[place]} and {pairs.studio[place]}")
    excess = pairs.evidence[wrong & (pairs.evidence > TAIL)] - TAIL
    slope = 1 / float(excess.mean())
    expected = PAIRS * len(excess) / n_wrong
    bar = TAIL + float(np.log(expected / FALSE_JOINS)) / slope
    click.echo(
        f"{n_wrong} wrong pairs, {len(excess)} above {TAIL}, e times fewer every {1 / slope:.2f}"
    )
    click.echo(f"evidence {bar:.2f}, per_tenfold {np.log(10) / slope:.2f}")
    joined = pairs.true & (pairs.evidence >= bar)
    click.echo(f"coarse of joined pairs: {np.quantile(pairs.coarse[joined], [0, 0.02, 0.1])}")
    rows = [
        [
            level,
            f"{np.mean(pairs.evidence[pairs.true] >= level):.3f}",
            int(np.sum(pairs.evidence[wrong] >= level)),
        ]
        for level in range(2, 11)
    ]
    click.echo(table(["log-odds", "share of true pairs", "wrong pairs"], rows))


def score(live: list[list[Window]], studio: list[list[Window]], bundle: ModelBundle) -> Pairs:
    """Score the true pairs, and those wrong ones that have the most coarse evidence.

    Parameters
    ----------
    live, studio : list of list of Window
        Versions of each work.
    bundle : ModelBundle
        The model.

    Returns
    -------
    Pairs
        The pairs.
    """
    coarse = _coarse(live, studio, bundle)
    wrong = ~np.eye(len(live), dtype=np.bool_)
    chosen = ~wrong | (coarse >= np.quantile(coarse[wrong], 1 - SCORED))
    rows, columns = np.nonzero(chosen)
    scorer = Scorer(bundle)

    def one_way(queries: list[Window], references: list[Window]) -> float:
        matrix = scorer.matrix(cover(queries), references)
        [evidence] = pooled(matrix, np.array([0]), bundle.fitted.pooling.temperature)
        return float(evidence)

    evidence = [
        min(one_way(live[i], studio[j]), one_way(studio[j], live[i]))
        for i, j in zip(rows, columns, strict=True)
    ]
    return Pairs(rows, columns, coarse[rows, columns], np.array(evidence))


def _coarse(live: list[list[Window]], studio: list[list[Window]], bundle: ModelBundle) -> Floats:
    """Return the best coarse evidence (n_live, n_studio) of the windows of each pair."""
    stored = [StoredWindow(str(j), 0, one) for j, windows in enumerate(studio) for one in windows]
    firsts = np.cumsum([0, *map(len, studio[:-1])])
    centroids = [centroid(one.window.sequences.levels[-1]) for one in stored]
    centre = np.mean(centroids, axis=0).astype(np.float32)
    pool = ThreadPoolExecutor(1)
    best = []
    for windows in live:
        probe = windows[len(windows) // 2]
        cosines = CentroidCosines(probe.sequences.levels[-1], centre)
        found = coarse_evidence(Candidates(probe, (), cosines), stored, bundle.fitted, pool)
        best.append(np.maximum.reduceat(found, firsts))
    return np.stack(best)


def _one_tune(pairs: Pairs) -> NDArray[np.bool_]:
    """Return (n,) bool: pairs of different works that are one tune, or that a third one links."""
    tune = np.arange(1 + max(pairs.live.max(), pairs.studio.max()))
    likely = pairs.evidence >= ONE_TUNE
    alike = set(zip(pairs.live[likely].tolist(), pairs.studio[likely].tolist(), strict=True))
    for one, other in sorted(alike):
        if (other, one) in alike:
            tune[tune == tune[one]] = tune[other]
    return np.asarray(~pairs.true & (tune[pairs.live] == tune[pairs.studio]))


def _as_stored(windows: list[Window]) -> list[Window]:
    """Return windows as a catalog keeps them."""
    packed = [one.pack() for one in windows]
    return unpack(packed, [one.start for one in windows], [one.end for one in windows])


if __name__ == "__main__":
    main()
