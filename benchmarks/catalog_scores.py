"""Scores of queries against the tracks of a catalog, as in ``samesong identify``."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import click
import numpy as np
from live_set import LiveSet
from numpy.typing import NDArray
from score_table import ScoreTable

from samesong.features import audio
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.identification.retriever import Retriever
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.segmentation import QUERY_HOP
from samesong.runtime.representation.window import Window

#: Evidence in log-odds for tracks that the search did not compare: certainly another song.
NOT_COMPARED = -1000.0


class CatalogScores:
    """Scores queries against the tracks of a catalog.

    Parameters
    ----------
    bundle : ModelBundle
        The model.
    catalog : Catalog
        The catalog.
    track_ids : sequence of str
        Tracks in the order of the scores.
    """

    def __init__(self, bundle: ModelBundle, catalog: Catalog, track_ids: Sequence[str]) -> None:
        self._track_ids = track_ids
        self._retriever = Retriever(bundle, catalog)

    def __call__(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """Return the evidence for each track in log-odds, or `NOT_COMPARED`."""
        pairs = self._retriever.search(windows).tracks
        scores = [pairs[i].evidence if i in pairs else NOT_COMPARED for i in self._track_ids]
        return np.array(scores, np.float32)


def index_studio(
    live_set: LiveSet, bundle: ModelBundle, catalogs: Path
) -> tuple[CatalogScores, float]:
    """Index the studio tracks of a set, as far as needed, into a catalog for the model.

    Parameters
    ----------
    live_set : LiveSet
        The set.
    bundle : ModelBundle
        The model.
    catalogs : Path
        Folder of the catalogs, one for each model.

    Returns
    -------
    scores : CatalogScores
        Scores in the order of the set.
    track_seconds : float
        CPU time per minute of audio; 0 if everything was indexed already.
    """
    catalogs.mkdir(parents=True, exist_ok=True)
    folder = catalogs / bundle.fingerprint
    began = process_time()
    minutes = 0.0
    with CatalogWriter(folder, bundle) as writer:
        indexer = Indexer(writer, Analyser(bundle, threads=1))
        for outcome in indexer.index([track.path for track in live_set.studio]):
            if outcome.status is Status.FAILED:
                raise RuntimeError(outcome.detail)
            if outcome.status is Status.ADDED:
                minutes += audio.probe(outcome.path).duration / 60
    seconds = process_time() - began
    catalog = Catalog(folder, bundle)
    at = {track.path: track.track_id for track in catalog.tracks()}
    track_ids = [at[str(track.path)] for track in live_set.studio]
    return CatalogScores(bundle, catalog, track_ids), seconds / minutes if minutes else 0.0


def score_live_set(live_set: LiveSet, bundle: ModelBundle, catalogs: Path) -> ScoreTable:
    """Score all live recordings of a set at full length.

    Parameters
    ----------
    live_set : LiveSet
        The set.
    bundle : ModelBundle
        The model.
    catalogs : Path
        Folder of the catalogs, one for each model.

    Returns
    -------
    ScoreTable
        The scores and their cost.
    """
    scores, track_seconds = index_studio(live_set, bundle, catalogs)
    analyser = Analyser(bundle)
    began = process_time()
    rows = []
    for query in live_set.live:
        rows.append(scores(analyser.recording(query.path, QUERY_HOP)))
        click.echo(f"{len(rows)}/{len(live_set.live)} {query.path.name}", err=True)
    query_seconds = (process_time() - began) / len(rows)
    graphs = bundle.manifest.branch, bundle.manifest.scorer
    size = sum((bundle.path / graph.file).stat().st_size for graph in graphs)
    return ScoreTable(
        bundle.manifest.name, np.stack(rows), track_seconds, query_seconds, size / 1e6
    )


def index_works(
    spectrograms: NDArray[np.float32],
    bundle: ModelBundle,
    folder: Path,
    works: Sequence[int] | None = None,
) -> CatalogScores:
    """Build a catalog from spectrograms.

    Parameters
    ----------
    spectrograms : numpy.ndarray, shape (n_tracks, n_bins, n_frames), float32
        One CQ-spectrogram per track.
    bundle : ModelBundle
        The model.
    folder : Path
        Folder of the catalog.
    works : sequence of int, optional
        The work of each track; each is a work of its own if left out.

    Returns
    -------
    CatalogScores
        Scores in the order of the spectrograms.
    """
    analyser = Analyser(bundle)
    track_ids = [f"track_{number:04}" for number in range(len(spectrograms))]
    of_works = [f"work_{work:04}" for work in works or range(len(spectrograms))]
    tracks = []
    for track_id, work, spectrogram in zip(track_ids, of_works, spectrograms, strict=True):
        windows = analyser.spectrogram(spectrogram)
        track = CatalogTrack(
            track_id=track_id,
            title=None,
            artist=None,
            album=None,
            isrc=None,
            path=track_id,
            duration=windows[-1].end,
            content_hash=track_id,
            n_windows=len(windows),
            added=datetime.now(UTC),
            work_id=work,
            work_by_hand=work,
        )
        tracks.append((track, windows))
    with CatalogWriter(folder, bundle) as writer:
        writer.add(tracks)
    return CatalogScores(bundle, Catalog(folder, bundle), track_ids)
