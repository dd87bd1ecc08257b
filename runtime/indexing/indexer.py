"""Adding recordings to a catalog: what is there already is passed over, what fails is reported."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from samesong.features.errors import AudioError, DecodeError, MissingExtraError
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.discovery import content_hash, is_gone, stored_path
from samesong.runtime.indexing.analyse_file import Entry, analysed, moved, track_id_of
from samesong.runtime.indexing.progress import Headway, Workload
from samesong.runtime.inference.analyser import Analyser

_COMMIT_SECONDS = 10.0
# Groups grow with the catalog, so that the number of its versions grows slower than it.
_COMMIT_TRACKS = 16
_COMMIT_SHARE = 64
_LOOK = 0.5
"""Seconds after which headway is reported anew."""


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    """It took the place of other content under the same path."""
    PRESENT = "present"
    """It was in the catalog before."""
    MOVED = "moved"
    """So was its content, under a path where there is no file any more."""
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
        Why it failed, the path of the file that it duplicates, or its old path; else empty.
    """

    path: Path
    status: Status
    track_id: str = ""
    detail: str = ""


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
        Files analysed at the same time. Each holds some minutes of audio, however long it is.
    progress
        Called with the outcome of each file when it is done.
    headway
        Called about twice a second, and after `progress`, with how far all of it is.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        analyser: Analyser,
        *,
        workers: int = 1,
        progress: Callable[[Outcome], None] = lambda _: None,
        headway: Callable[[Headway], None] = lambda _: None,
    ) -> None:
        self._catalog = catalog
        self._analyser = analyser
        self._workers = workers
        self._progress = progress
        self._headway = headway
        self._at_path = {track.path: track.track_id for track in catalog.tracks()}
        self._claimed: dict[str, str] = {}
        self._group: list[Entry] = []
        self._moved: list[str] = []
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
            path
            for path in files
            if outcomes[path].status is Status.DUPLICATE
            and outcomes[path].track_id not in self._catalog
        ]
        outcomes.update((outcome.path, outcome) for outcome in self._outcomes(alone))
        return [outcomes[path] for path in files]

    def _outcomes(self, files: Sequence[Path]) -> Iterator[Outcome]:
        pool = ThreadPoolExecutor(self._workers)
        running: dict[Future[Entry], Path] = {}
        load = Workload(files)
        try:
            with load.surveyed():
                for path in files:
                    outcome = self._settled(path)
                    if isinstance(outcome, Outcome):
                        yield self._finish(outcome, load)
                        continue
                    analyse = partial(outcome, progress=partial(load.read, path))
                    running[pool.submit(analyse)] = path
                    # One more than can run, so that none waits for its content's hash.
                    while len(running) > self._workers:
                        yield from self._ended(running, load)
                while running:
                    yield from self._ended(running, load)
        except KeyboardInterrupt:
            self._commit()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        self._commit()

    def _settled(self, path: Path) -> Outcome | Callable[..., Entry]:
        """Return what became of a file; if it has yet to be analysed, return what does that."""
        try:
            digest = content_hash(path)
        except DecodeError as error:
            return Outcome(path, Status.FAILED, detail=str(error))
        track_id = track_id_of(digest)
        name = stored_path(path)
        owner = self._claimed.get(track_id)
        if owner is None and track_id in self._catalog:
            owner = self._catalog.track(track_id).path
            if owner == name:
                return Outcome(path, Status.PRESENT, track_id)
            if is_gone(owner):
                return self._move(path, track_id, owner)
        if owner is not None:
            self._drop(name)
            return Outcome(path, Status.DUPLICATE, track_id, owner)
        self._claimed[track_id] = name
        return partial(analysed, path, digest, self._analyser)

    def _move(self, path: Path, track_id: str, owner: str) -> Outcome:
        name = stored_path(path)
        self._drop(name)
        self._group.append(moved(self._catalog, track_id, path))
        self._moved.append(track_id)
        self._claimed[track_id] = name
        self._at_path.pop(owner, None)
        self._at_path[name] = track_id
        return Outcome(path, Status.MOVED, track_id, owner)

    def _ended(self, running: dict[Future[Entry], Path], load: Workload) -> Iterator[Outcome]:
        """Wait a little, and yield what became of the files that were analysed meanwhile."""
        done, _ = wait(running, timeout=_LOOK, return_when=FIRST_COMPLETED)
        for future in [future for future in running if future in done]:
            yield self._finish(self._added(running.pop(future), future), load)
        self._headway(load.headway())

    def _added(self, path: Path, made: Future[Entry]) -> Outcome:
        try:
            entry = made.result()
        except (AudioError, MissingExtraError) as error:
            return Outcome(path, Status.FAILED, detail=str(error))
        track, _ = entry
        status = Status.REPLACED if track.path in self._at_path else Status.ADDED
        self._at_path[track.path] = track.track_id
        self._group.append(entry)
        return Outcome(path, status, track.track_id)

    def _finish(self, outcome: Outcome, load: Workload) -> Outcome:
        enough = max(_COMMIT_TRACKS, len(self._catalog) // _COMMIT_SHARE)
        late = time.monotonic() - self._committed > _COMMIT_SECONDS
        if len(self._group) >= enough or late:
            self._commit()
        load.finish(outcome.path)
        self._progress(outcome)
        self._headway(load.headway())
        return outcome

    def _commit(self) -> None:
        # Should it end between the two, the files are there to be added anew.
        self._catalog.remove(self._moved)
        self._catalog.add(self._group)
        self._group = []
        self._moved = []
        self._committed = time.monotonic()

    def _drop(self, name: str) -> None:
        """Remove the track that was read from a path whose content is another one's now."""
        stale = self._at_path.pop(name, None)
        if stale is not None and stale in self._catalog:
            self._catalog.remove([stale])
