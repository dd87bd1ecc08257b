"""A catalog for benchmarks: some recordings, and synthetic tracks up to any number of windows."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.synthetic_tracks import TrackSynthesiser
from samesong.runtime.catalog.columns import CatalogTrack, track_rows
from samesong.runtime.catalog.window_rows import window_rows
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.segmentation import REFERENCE_HOP
from samesong.runtime.representation.window import Window

SYNTHETIC_SECONDS = 300.0
"""Length of a synthetic track: four windows of 120 s."""

_PREFIX = "made"  # of ids and paths; catalogs of earlier runs have it
_TRACKS_PER_COMMIT = 1024  # some 80 MB of rows


class GrownCatalog(CatalogWriter):
    """A catalog that only grows; tracks added by an interrupted run are kept.

    A synthetic track is drawn from its number, so every folder gets the same ones.

    Parameters
    ----------
    location : str or Path
        Folder of the catalog.
    bundle : ModelBundle
        Model of its windows.
    """

    def __init__(self, location: str | Path, bundle: ModelBundle) -> None:
        super().__init__(location, bundle)
        self._bundle = bundle
        self._added = datetime.now(UTC)

    def add_recordings(self, files: Sequence[Path]) -> None:
        """Add those recordings that the catalog lacks.

        Parameters
        ----------
        files : sequence of Path
            Audio files.

        Raises
        ------
        BenchmarkError
            If one of them is unusable, or two have the same content.
        """
        analyser = Analyser(self._bundle, threads=1)
        for outcome in Indexer(self, analyser, by_ear=False).index(files):
            if outcome.status is Status.FAILED:
                raise BenchmarkError(
                    f"{outcome.detail}: repair the file, or remove it from the list"
                )
            if outcome.status is Status.DUPLICATE:
                raise BenchmarkError(
                    f"{outcome.path} and {outcome.detail} have the same content: remove one of them"
                )

    def recorded(self) -> list[CatalogTrack]:
        """Return the recorded tracks, sorted by path."""
        return [track for track in self.tracks() if not track.track_id.startswith(_PREFIX)]

    def pool(self, tracks: Sequence[CatalogTrack]) -> list[Window]:
        """Return the full-length windows of some tracks, or their longest if all are shorter.

        Parameters
        ----------
        tracks : sequence of CatalogTrack
            Tracks of this catalog.

        Returns
        -------
        list of Window
            The windows to synthesise tracks from.

        Raises
        ------
        BenchmarkError
            If the tracks have no windows.
        """
        windows = [stored.window for t in tracks for stored in self.windows(t.track_id)]
        if not windows:
            raise BenchmarkError(
                "there are no recordings to synthesise tracks from: list some studio recordings"
            )
        longest = max(window.end - window.start for window in windows)
        return [window for window in windows if window.end - window.start > 0.9 * longest]

    def grow(
        self,
        synthesiser: Callable[[int], TrackSynthesiser],
        n_windows: int,
        progress: Callable[[int, int], object],
    ) -> None:
        """Add synthetic tracks until the catalog has at least so many windows.

        Parameters
        ----------
        synthesiser : callable
            Takes the number of a track and returns its `TrackSynthesiser`.
        n_windows : int
            Windows to reach, recorded ones included.
        progress : callable
            Called with the number of windows so far, and `n_windows`.
        """
        n_synthetic = len(self) - len(self.recorded())
        found = self.n_windows
        while found < n_windows:
            batch: list[tuple[CatalogTrack, list[Window]]] = []
            while found < n_windows and len(batch) < _TRACKS_PER_COMMIT:
                number = n_synthetic + len(batch)
                batch.append(self._synthetic(synthesiser(number), number))
                found += batch[-1][0].n_windows
            self.append(batch)
            n_synthetic += len(batch)
            progress(min(found, n_windows), n_windows)

    def append(self, batch: Sequence[tuple[CatalogTrack, Sequence[Window]]]) -> None:
        """Add tracks that are known to be new, without looking them up.

        Parameters
        ----------
        batch : sequence of (CatalogTrack, sequence of Window)
            The tracks with their windows.
        """
        rows = [window_rows(t.track_id, w, self.model.dim) for t, w in batch]
        tracks = [track for track, _ in batch]
        with self._explained("write to"):
            self._windows.table.add(pa.concat_tables(rows))
            self._tracks.table.add(track_rows(tracks))
        self._tracks.by_id.update((track.track_id, track) for track in tracks)

    def _synthetic(
        self, synthesiser: TrackSynthesiser, number: int
    ) -> tuple[CatalogTrack, list[Window]]:
        rng = synthetic_track_rng(number)
        seconds = self._bundle.manifest.window_seconds
        windows = synthesiser.cut(synthesiser.track(SYNTHETIC_SECONDS, rng), seconds, REFERENCE_HOP)
        name = synthetic_track_id(number)
        track = CatalogTrack(
            track_id=name,
            title=None,
            artist=None,
            album=None,
            isrc=None,
            path=f"{_PREFIX}/{number}",
            duration=SYNTHETIC_SECONDS,
            content_hash=name,
            n_windows=len(windows),
            added=self._added,
        )
        return track, windows


def synthetic_track_id(number: int) -> str:
    """Return the id of a synthetic track.

    Parameters
    ----------
    number : int
        Its number, from 0.

    Returns
    -------
    str
        Its track_id.
    """
    return f"{_PREFIX}-{number:08}"


def synthetic_track_rng(number: int) -> np.random.Generator:
    """Return the random generator of a synthetic track.

    Parameters
    ----------
    number : int
        Its number, from 0.

    Returns
    -------
    numpy.random.Generator
        Seeded by the number.
    """
    return np.random.default_rng([number, 1])
