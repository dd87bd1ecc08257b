"""Adding recordings to a catalog: what is there already is passed over, what fails is reported."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from samesong.features import audio
from samesong.features.errors import AudioError, DecodeError, MissingExtraError
from samesong.runtime.audio_files import content_hash, stored_path
from samesong.runtime.catalog_rows import CatalogTrack
from samesong.runtime.catalog_writer import CatalogWriter
from samesong.runtime.recording import Analyser, Window
from samesong.runtime.tags import read_tags

_ID_LENGTH = 16
_COMMIT_SECONDS = 10.0
# Groups grow with the catalog, so that the number of its versions grows slower than it.
_COMMIT_TRACKS = 16
_COMMIT_SHARE = 64


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    """It took the place of other content under the same path."""
    PRESENT = "present"
    """It was in the catalog before."""
    DUPLICATE = "duplicate"
    """Another file in the catalog has the same content."""
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of one file.

    Attributes
    ----------
    path
        The file.
    status
        What became of it.
    track_id
        Its track; empty when it failed.
    detail
        Why it failed, or the path of the file that it duplicates; else empty.
    """

    path: Path
    status: Status
    track_id: str = ""
    detail: str = ""


Entry = tuple[CatalogTrack, list[Window]]


class Indexer:
    """Adds recordings to a catalog.

    Tracks are committed in groups, each in one step. After an interruption the same call goes
    on where the last group ended.

    Parameters
    ----------
    catalog
        Where they go.
    analyser
        What makes their windows; of the catalog's model.
    workers
        Files analysed at the same time.
    progress
        Called with the outcome of each file, in order.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        analyser: Analyser,
        *,
        workers: int = 1,
        progress: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self._catalog = catalog
        self._analyser = analyser
        self._workers = workers
        self._progress = progress
        self._at_path = {track.path: track.track_id for track in catalog.tracks()}
        self._claimed: dict[str, str] = {}
        self._group: list[Entry] = []
        self._committed = time.monotonic()

    def index(self, files: Sequence[Path]) -> list[Outcome]:
        """Add files and return what became of each, in their order.

        Parameters
        ----------
        files
            Absolute paths, each once.

        Raises
        ------
        CatalogError
            If the catalog cannot be written; what was committed before is in it.
        """
        outcomes = {outcome.path: outcome for outcome in self._outcomes(files)}
        # The twin of a duplicate may have failed, or been replaced later on.
        self._claimed.clear()
        alone = [
            outcome.path
            for outcome in outcomes.values()
            if outcome.status is Status.DUPLICATE and outcome.track_id not in self._catalog
        ]
        outcomes.update((outcome.path, outcome) for outcome in self._outcomes(alone))
        return list(outcomes.values())

    def _outcomes(self, files: Sequence[Path]) -> Iterator[Outcome]:
        pool = ThreadPoolExecutor(self._workers)
        running: deque[Callable[[], Outcome]] = deque()
        try:
            for path in files:
                running.append(self._start(path, pool))
                if len(running) > self._workers:
                    yield self._finish(running.popleft())
            while running:
                yield self._finish(running.popleft())
        except KeyboardInterrupt:
            self._commit()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        self._commit()

    def _start(self, path: Path, pool: ThreadPoolExecutor) -> Callable[[], Outcome]:
        """Decide what is to be done with a file, and return what ends it."""
        try:
            digest = content_hash(path)
        except DecodeError as error:
            return partial(Outcome, path, Status.FAILED, detail=str(error))
        track_id = digest[:_ID_LENGTH]
        name = stored_path(path)
        owner = self._claimed.get(track_id)
        if owner is None and track_id in self._catalog:
            owner = self._catalog.track(track_id).path
        if owner == name:
            return partial(Outcome, path, Status.PRESENT, track_id)
        if owner is not None:
            self._drop(name)
            return partial(Outcome, path, Status.DUPLICATE, track_id, owner)
        self._claimed[track_id] = name
        return partial(self._add, path, pool.submit(self._entry, path, digest))

    def _entry(self, path: Path, digest: str) -> Entry:
        windows = self._analyser.recording(path)
        tags = read_tags(path)
        track = CatalogTrack(
            track_id=digest[:_ID_LENGTH],
            title=tags.title,
            artist=tags.artist,
            album=tags.album,
            isrc=tags.isrc,
            iswc=tags.iswc,
            path=stored_path(path),
            duration=audio.probe(path).duration,
            content_hash=digest,
            n_windows=len(windows),
            added=datetime.now(UTC),
        )
        return track, windows

    def _add(self, path: Path, analysed: Future[Entry]) -> Outcome:
        try:
            entry = analysed.result()
        except (AudioError, MissingExtraError) as error:
            return Outcome(path, Status.FAILED, detail=str(error))
        track, _ = entry
        status = Status.REPLACED if track.path in self._at_path else Status.ADDED
        self._at_path[track.path] = track.track_id
        self._group.append(entry)
        return Outcome(path, status, track.track_id)

    def _finish(self, end: Callable[[], Outcome]) -> Outcome:
        outcome = end()
        enough = max(_COMMIT_TRACKS, len(self._catalog) // _COMMIT_SHARE)
        late = time.monotonic() - self._committed > _COMMIT_SECONDS
        if len(self._group) >= enough or late:
            self._commit()
        self._progress(outcome)
        return outcome

    def _commit(self) -> None:
        self._catalog.add(self._group)
        self._group = []
        self._committed = time.monotonic()

    def _drop(self, name: str) -> None:
        """Remove the track that was read from a path whose content is another one's now."""
        stale = self._at_path.pop(name, None)
        if stale is not None and stale in self._catalog:
            self._catalog.remove([stale])
