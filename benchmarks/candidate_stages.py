"""Measures the rank of the right window at each stage of retrieval.

A stage is good if few windows of other tracks score above the best window of the right track: 0.1 %
of a million are 1,000 windows. Each window of a query is searched on its own. The catalog is one of
``samesong bench retrieval``, of recorded and synthetic tracks; where their shares differ, synthetic
tracks are easier or harder than real ones.

    samesong bench retrieval work --manifest list.csv --sizes 1000
    python benchmarks/candidate_stages.py list.csv work/catalog
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import process_time

import click
import numpy as np
from markdown import table
from numpy.typing import NDArray

from samesong.runtime.bench.grown_catalog import GrownCatalog
from samesong.runtime.bench.queries import tracks_of_works
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.evaluation.manifest import read_listed_recordings
from samesong.runtime.identification.retrieval import Candidates
from samesong.runtime.identification.shortlist import coarse_evidence
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.inference.fitted import Fitted
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.outlines.centroid import CentroidCosines, centre_of
from samesong.runtime.outlines.scan import kernel, outline_scores, scan
from samesong.runtime.outlines.store import Outlines
from samesong.runtime.representation.window import Window

STAGES = (
    "centroids",
    "coarse outlines",
    "coarse outlines and centroids",
    "outlines and centroids",
    "coarsest level, chroma and centroids",
)
SHARES = (0.001, 0.0025, 0.01, 0.025, 0.1)
"""Shares of the windows of other tracks, the columns of the table."""


class Stages:
    """Scores all windows of a catalog in each stage.

    Parameters
    ----------
    catalog : Catalog
        The catalog; all of it must fit into memory.
    fitted : Fitted
        Fitted values of its model.
    """

    def __init__(self, catalog: Catalog, fitted: Fitted) -> None:
        self._fitted = fitted
        self._pool = ThreadPoolExecutor(1)
        keys = [one.key for batch in catalog.iter_windows() for one in batch]
        self._block = catalog.coarsest(keys)
        self._places = {key: place for place, key in enumerate(self._block.keys.tolist())}
        self._stored = [one for key in self._places for one in catalog.read([key])]
        self._outlines = catalog.outlines()
        self._centre = centre_of([part.centroids for part in self._outlines])
        self._compare = kernel(len(keys))
        self.track_ids = self._block.track_ids

    def scores(self, query: Window) -> list[tuple[NDArray[np.float64], float]]:
        """Return the scores of all windows at each stage.

        Parameters
        ----------
        query : Window
            The query window.

        Returns
        -------
        list of (numpy.ndarray, float)
            For each stage, scores of shape (n_windows,) in the order of `track_ids`, and
            milliseconds per window.
        """
        level = query.sequences.levels[-1]
        likeness = CentroidCosines(level, self._centre)

        def alike(part: Outlines) -> NDArray[np.float32]:
            return likeness.of_codes(part.centroids)

        def outlined(part: Outlines) -> NDArray[np.float32]:
            every = np.arange(len(part.records))
            return scan(level, part, every, self._compare, fitted=self._fitted, pool=self._pool)

        weight = np.float32(self._fitted.outlines.centroid)
        found: list[tuple[NDArray[np.float64], float]] = []
        for stage in (
            lambda: self._by_record(alike),
            lambda: self._by_record(outlined),
            lambda: weight * found[0][0] + found[1][0],
            lambda: (
                outline_scores(
                    level, self._block, self._compare, fitted=self._fitted, pool=self._pool
                )
                + weight * found[0][0]
            ),
            lambda: coarse_evidence(
                Candidates(query, [], likeness), self._stored, self._fitted, self._pool
            ),
        ):
            began = process_time()
            scores = stage()
            spent = 1e3 * (process_time() - began)
            found.append((scores.astype(np.float64), spent / len(scores)))
        return found

    def _by_record(self, score: Callable[[Outlines], NDArray[np.float32]]) -> NDArray[np.float32]:
        scores = np.empty(len(self._places), np.float32)
        for part in self._outlines:
            for key, found in zip(part.keys.flat, score(part).flat, strict=True):
                if key in self._places:
                    scores[self._places[key]] = found
        return scores


@click.command()
@click.argument("listed", metavar="LIST.csv", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="CATALOG", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder of a model."
)
def main(listed: Path, folder: Path, model: str) -> None:
    """Rank the right windows of CATALOG for the live recordings in LIST.csv, stage by stage."""
    bundle = ModelBundle.load(model)
    recordings = read_listed_recordings(listed)
    with GrownCatalog(folder, bundle) as catalog:
        recorded = {track.track_id for track in catalog.recorded()}
        tracks = tracks_of_works(recordings, catalog.tracks())
        stages = Stages(catalog, bundle.fitted)
    works = {track_id: work for work, members in tracks.items() for track_id in members}
    track_works = np.array([works.get(track_id, "") for track_id in stages.track_ids])
    real = np.array([track_id in recorded for track_id in stages.track_ids])
    analyser = Analyser(bundle, threads=1)
    above: dict[tuple[str, str], list[float]] = {}
    times: dict[str, list[float]] = {}
    for entry in recordings:
        right = track_works == entry.work_id
        if entry.kind != "live" or not right.any():
            continue
        for query in analyser.recording(entry.path, QUERY_HOP):
            for stage, (scores, spent) in zip(STAGES, stages.scores(query), strict=True):
                times.setdefault(stage, []).append(spent)
                for kind, others in (("recorded", real & ~right), ("synthetic", ~real)):
                    share = float(np.mean(scores[others] >= scores[right].max()))
                    above.setdefault((stage, kind), []).append(share)
    rows = [
        [
            stage,
            kind,
            *(f"{np.mean(np.array(shares) <= share):.3f}" for share in SHARES),
            f"{np.median(times[stage]):.5f}",
        ]
        for (stage, kind), shares in above.items()
    ]
    n_queries = len(above[STAGES[0], "synthetic"])
    click.echo(
        f"{n_queries} query windows; {real.sum()} recorded windows, {(~real).sum()} synthetic ones"
    )
    headers = [f"best {100 * share:g} %" for share in SHARES]
    click.echo(table(["stage", "other windows", *headers, "ms per window"], rows))


if __name__ == "__main__":
    main()
