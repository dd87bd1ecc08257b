"""Tells where each stage of retrieval ranks the right window, among made and among real ones.

A stage is good when few windows of other tracks score above the best of the right track: 0.1 % of
them are 1,000 windows of a million. Every window of a query is asked on its own. The
catalog is one that ``samesong bench retrieval`` left behind, so its tracks are recordings and
made-up ones; where the two shares differ, made-up tracks are harder or easier than real ones.

    samesong bench retrieval work --manifest list.csv --sizes 1000
    python benchmarks/candidate_stages.py list.csv work/catalog
"""

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from late_interaction import late_interaction
from markdown import table
from numpy.typing import NDArray

from samesong.runtime.audio_files import stored_path
from samesong.runtime.bench.grown_catalog import GrownCatalog
from samesong.runtime.bundle import DEFAULT_MODEL, ModelBundle
from samesong.runtime.catalog import Catalog
from samesong.runtime.evaluate import read_entries
from samesong.runtime.outline import outline_scores
from samesong.runtime.outline_scan import OutlineScan
from samesong.runtime.passages import query_passages
from samesong.runtime.recording import Analyser, Window
from samesong.runtime.references import PassageBlock, StoredWindow
from samesong.runtime.shortlist import coarse_evidence
from samesong.runtime.windows import QUERY_HOP

STAGES = (
    "late interaction of passages",
    "coarse outlines aligned",
    "outlines aligned",
    "coarsest level and chroma",
)
SHARES = (0.001, 0.0025, 0.01, 0.025, 0.1)
"""Of the windows of other tracks: what the tables ask for."""


def stage_scores(
    query: Window, block: PassageBlock, stored: Sequence[StoredWindow]
) -> list[NDArray[np.float64]]:
    """Return the score of each window in each stage; `block` and `stored` hold the same windows."""
    level = query.sequences.levels[-1]
    keys, coarse = OutlineScan([block]).best(level, len(stored))
    return [
        late_interaction(query_passages(level), block).astype(np.float64),
        coarse[np.argsort(keys)].astype(np.float64),
        outline_scores(level, block).astype(np.float64),
        coarse_evidence(query, [one.window for one in stored]),
    ]


def all_windows(catalog: Catalog) -> tuple[PassageBlock, list[StoredWindow]]:
    """Read the passages and the windows of a catalog in one order."""
    stored = [one for batch in catalog.iter_windows() for one in batch]
    stored.sort(key=lambda one: one.key)
    block, *more = catalog.iter_passages()
    for other in more:
        block = block.join(other)
    return block.take(np.argsort(block.keys)), stored


@click.command()
@click.argument("listed", metavar="LIST.csv", type=click.Path(exists=True, path_type=Path))
@click.argument("folder", metavar="CATALOG", type=click.Path(exists=True, path_type=Path))
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="Name or folder.")
def main(listed: Path, folder: Path, model: str) -> None:
    """Rank the right windows of CATALOG for the live recordings in LIST.csv, stage by stage."""
    bundle = ModelBundle.load(model)
    entries = read_entries(listed)
    with GrownCatalog(folder, bundle) as catalog:
        recorded = {track.track_id for track in catalog.recorded()}
        ids = {track.path: track.track_id for track in catalog.tracks()}
        block, stored = all_windows(catalog)
    works = {
        ids[stored_path(entry.path.absolute())]: entry.work_id
        for entry in entries
        if entry.kind == "studio"
    }
    track_works = np.array([works.get(one.track_id, "") for one in stored])
    real = np.array([one.track_id in recorded for one in stored])
    analyser = Analyser(bundle, threads=1)
    above: dict[tuple[str, str], list[float]] = {}
    for entry in entries:
        right = track_works == entry.work_id
        if entry.kind != "live" or not right.any():
            continue
        for query in analyser.recording(entry.path, QUERY_HOP):
            found = stage_scores(query, block, stored)
            for stage, scores in zip(STAGES, found, strict=True):
                for kind, others in (("recorded", real & ~right), ("made", ~real)):
                    share = float(np.mean(scores[others] >= scores[right].max()))
                    above.setdefault((stage, kind), []).append(share)
    rows = [
        [stage, kind, *(f"{np.mean(np.array(shares) <= share):.3f}" for share in SHARES)]
        for (stage, kind), shares in above.items()
    ]
    n_queries = len(above[STAGES[0], "made"])
    click.echo(
        f"{n_queries} windows of queries; {real.sum()} recorded windows, {(~real).sum()} made"
    )
    headers = [f"best {100 * share:g} %" for share in SHARES]
    click.echo(table(["stage", "other windows", *headers], rows))


if __name__ == "__main__":
    main()
