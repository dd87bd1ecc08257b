"""A catalog of a benchmark: some true tracks, and made ones to any number of windows."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from samesong.features.errors import BenchmarkError
from samesong.runtime.bench.made_music import MusicMaker
from samesong.runtime.catalog.columns import CatalogTrack, track_rows
from samesong.runtime.catalog.window_rows import window_rows
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.indexing.indexer import Indexer
from samesong.runtime.indexing.outcome import Status
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.inference.segmentation import REFERENCE_HOP
from samesong.runtime.representation.window import Window

MADE_SECONDS = 300.0
"""Length of a made track: four windows of 120 s."""

_MADE = "made"
_TRACKS_A_COMMIT = 1024  # some 80 MB of rows


class GrownCatalog(CatalogWriter):
    """A catalog that only grows; what an interrupted run added is kept.

    Made tracks are drawn from their number, so the same ones come again in another folder.

    Parameters
    ----------
    location
        Its folder.
    bundle
        The model of its windows.
    """

    def __init__(self, location: str | Path, bundle: ModelBundle) -> None:
        super().__init__(location, bundle)
        self._bundle = bundle
        self._added = datetime.now(UTC)

    def add_recordings(self, files: Sequence[Path]) -> None:
        """Add those recordings that are not there yet.

        Raises
        ------
        BenchmarkError
            If one of them cannot be used, or two hold the same.
        """
        analyser = Analyser(self._bundle, threads=1)
        for outcome in Indexer(self, analyser).index(files):
            if outcome.status is Status.FAILED:
                raise BenchmarkError(f"{outcome.detail}: leave it out, or mend it")
            if outcome.status is Status.DUPLICATE:
                raise BenchmarkError(
                    f"{outcome.path} and {outcome.detail} hold the same: leave one of them out"
                )

    def recorded(self) -> list[CatalogTrack]:
        """Return the tracks that are not made up, sorted by path."""
        return [track for track in self.tracks() if not track.track_id.startswith(_MADE)]

    def pool(self, tracks: Sequence[CatalogTrack]) -> list[Window]:
        """Return all windows of some tracks that are as long as the model's, or else the longest.

        Raises
        ------
        BenchmarkError
            If there are none.
        """
        windows = [stored.window for t in tracks for stored in self.windows(t.track_id)]
        if not windows:
            raise BenchmarkError("there is no recording to make others of: give some music")
        longest = max(window.end - window.start for window in windows)
        return [window for window in windows if window.end - window.start > 0.9 * longest]

    def grow(
        self,
        maker: Callable[[int], MusicMaker],
        n_windows: int,
        progress: Callable[[int, int], object],
    ) -> None:
        """Add made tracks until there are so many windows, or a few more.

        Parameters
        ----------
        maker
            Returns what makes the track of a number.
        n_windows
            How many windows there are to be in all.
        progress
            Called with the windows there are, and `n_windows`.
        """
        n_made = len(self) - len(self.recorded())
        found = self.n_windows
        while found < n_windows:
            entries: list[tuple[CatalogTrack, list[Window]]] = []
            while found < n_windows and len(entries) < _TRACKS_A_COMMIT:
                number = n_made + len(entries)
                entries.append(self._made(maker(number), number))
                found += entries[-1][0].n_windows
            self.append(entries)
            n_made += len(entries)
            progress(min(found, n_windows), n_windows)

    def append(self, entries: Sequence[tuple[CatalogTrack, Sequence[Window]]]) -> None:
        """Add tracks that are known to be new, without looking for them first."""
        rows = [window_rows(t.track_id, w, self.model.dim) for t, w in entries]
        tracks = [track for track, _ in entries]
        with self._explained("write to"):
            self._windows.table.add(pa.concat_tables(rows))
            self._tracks.table.add(track_rows(tracks))
        self._tracks.by_id.update((track.track_id, track) for track in tracks)

    def _made(self, maker: MusicMaker, number: int) -> tuple[CatalogTrack, list[Window]]:
        rng = made_track_rng(number)
        seconds = self._bundle.manifest.window_seconds
        windows = maker.cut(maker.track(MADE_SECONDS, rng), seconds, REFERENCE_HOP)
        name = made_track_id(number)
        track = CatalogTrack(
            track_id=name,
            title=None,
            artist=None,
            album=None,
            isrc=None,
            path=f"{_MADE}/{number}",
            duration=MADE_SECONDS,
            content_hash=name,
            n_windows=len(windows),
            added=self._added,
        )
        return track, windows


def made_track_id(number: int) -> str:
    """Return the name of a made track."""
    return f"{_MADE}-{number:08}"


def made_track_rng(number: int) -> np.random.Generator:
    """Return what a made track is drawn with."""
    return np.random.default_rng([number, 1])
