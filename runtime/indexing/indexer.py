"""Adding recordings to a catalog: known files are skipped, failures reported, versions found."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from samesong.features.errors import CatalogError
from samesong.features.progress import OnProgress, Progress, ignore
from samesong.runtime.catalog.columns import CatalogTrack
from samesong.runtime.catalog.writer import CatalogWriter
from samesong.runtime.files.discovery import stored_path
from samesong.runtime.files.reader import FileReader
from samesong.runtime.indexing.analyse_file import AnalysedTrack
from samesong.runtime.indexing.by_ear import Heard, VersionStage
from samesong.runtime.indexing.examination import examine
from samesong.runtime.indexing.executor import Executor
from samesong.runtime.indexing.known_files import KnownFiles
from samesong.runtime.indexing.outcome import Outcome, Status, failed
from samesong.runtime.indexing.pending import PendingChanges
from samesong.runtime.indexing.progress import Workload
from samesong.runtime.indexing.set_by_hand import set_by_hand, succeed
from samesong.runtime.indexing.threads import Threads
from samesong.runtime.inference.analyser import Analyser

_REPORT_SECONDS = 0.5
"""Seconds after which progress is reported anew."""


class Indexer:
    """Adds recordings to a catalog.

    Tracks are committed in groups, each in one step. At the end, other recordings of their songs
    are found by ear. After an interruption the same call goes on where the last group ended.

    Parameters
    ----------
    catalog : CatalogWriter
        The catalog that they are added to.
    analyser : Analyser
        Makes their windows; of the catalog's model.
    workers : int, optional
        Threads in which files are analysed. Each holds some minutes of audio, however long it is.
    reread : bool, optional
        Whether files whose size and time are those of a track are read again.
    reader : FileReader, optional
        Reads the files; by default in this process.
    executor : Executor, optional
        Does the work, in place of this process and its threads.
    on_outcome : callable, optional
        Called with the `Outcome` of each file when it is done.
    on_progress : callable, optional
        Called about twice a second, and after `on_outcome`; while other recordings are looked for,
        after each track.
    by_ear : bool, optional
        Whether other recordings are looked for; without, the next call that does looks for them.
    on_heard : callable, optional
        Called with a `Heard` for each track of which there are other recordings.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from samesong import Analyser, CatalogWriter, Indexer, ModelBundle
    >>> from samesong.runtime.demo.run import DEMO_AUDIO
    >>> bundle = ModelBundle.load()
    >>> with TemporaryDirectory() as folder, CatalogWriter(folder, bundle) as catalog:
    ...     indexer = Indexer(catalog, Analyser(bundle))
    ...     [outcome] = indexer.index([DEMO_AUDIO / "studio_greensleeves.opus"])
    ...     print(outcome.status, len(catalog))
    added 1
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        analyser: Analyser,
        *,
        workers: int = 1,
        reread: bool = False,
        reader: FileReader | None = None,
        executor: Executor | None = None,
        on_outcome: Callable[[Outcome], None] = lambda _: None,
        on_progress: OnProgress = ignore,
        by_ear: bool = True,
        on_heard: Callable[[Heard], None] = lambda _: None,
    ) -> None:
        self._catalog = catalog
        self._analyser = analyser
        self._on_outcome = on_outcome
        self._on_progress = on_progress
        self._pending = PendingChanges(catalog)
        reader = reader or FileReader()
        self._executor = executor or Threads(analyser, reader, workers)
        self._known = KnownFiles(catalog, self._pending, reader, reread=reread)
        self._by_ear = by_ear
        self._on_heard = on_heard

    def index(self, files: Sequence[Path]) -> list[Outcome]:
        """Add files.

        Parameters
        ----------
        files : sequence of Path
            Absolute paths, each once.

        Returns
        -------
        list of Outcome
            One a file, in their order.

        Raises
        ------
        CatalogError
            If the catalog cannot be written; what was committed before is in it.
        """
        outcomes = {outcome.path: outcome for outcome in self._outcomes(files)}
        # The twin of a duplicate may have failed, or been replaced later on.
        self._known.forget_claims()
        alone = [
            path
            for path in files
            if outcomes[path].status is Status.DUPLICATE
            and outcomes[path].track_id not in self._catalog
        ]
        outcomes.update((outcome.path, outcome) for outcome in self._outcomes(alone))
        by_path = {stored_path(path): path for path in files}
        for track in self._known.dropped:
            if track.path in by_path and track.track_id not in self._catalog:
                path = by_path[track.path]
                outcomes[path] = replace(outcomes[path], dropped=_told(track))
        if self._by_ear:
            VersionStage(
                self._catalog,
                self._executor.finders(self._catalog.location),
                on_heard=self._on_heard,
                on_progress=lambda done, n: self._on_progress(Progress("listen", done, n)),
            ).run()
        return [outcomes[path] for path in files]

    def _outcomes(self, files: Sequence[Path]) -> Iterator[Outcome]:
        running: dict[Path, Outcome] = {}
        load = Workload(files)
        try:
            for examined in examine(files, self._known, self._executor):
                if examined is None:
                    yield from self._ended(running, load)
                elif examined.content is None:
                    yield self._finish(examined.outcome, load)
                else:
                    running[examined.outcome.path] = examined.outcome
                    self._executor.start(examined.outcome.path, examined.content, load)
                while self._executor.is_full:
                    yield from self._ended(running, load)
            while running:
                yield from self._ended(running, load)
        except BaseException:
            # Whatever ends the run, what is analysed is kept. Where the catalog itself failed, its
            # error is told rather than that of another attempt.
            with suppress(CatalogError):
                self._pending.commit()
            raise
        finally:
            load.stop()
            self._executor.stop()
        self._known.settle()

    def _ended(self, running: dict[Path, Outcome], load: Workload) -> Iterator[Outcome]:
        """Wait a little, and yield the outcomes of files that were analysed meanwhile."""
        for path, analysed in self._executor.finished(_REPORT_SECONDS):
            yield self._finish(self._added(running.pop(path), analysed), load)
        self._on_progress(load.progress())

    def _added(self, outcome: Outcome, analysed: AnalysedTrack | Exception) -> Outcome:
        if isinstance(analysed, Exception):
            return failed(outcome.path, analysed)
        track, windows = analysed
        replaced = self._known.at(track.path)
        if replaced is not None:
            track = succeed(track, replaced)
            outcome = replace(outcome, detail=", ".join(set_by_hand(track)))
        self._pending.add((track, windows))
        self._known.add(track)
        return outcome

    def _finish(self, outcome: Outcome, load: Workload) -> Outcome:
        self._pending.commit_if_due()
        is_stored = outcome.track_id in self._catalog
        load.finish(
            outcome.path, self._catalog.track(outcome.track_id).duration if is_stored else 0.0
        )
        self._on_outcome(outcome)
        self._on_progress(load.progress())
        return outcome


def _told(track: CatalogTrack) -> str:
    by_hand = ", ".join(set_by_hand(track))
    return f"{track.title!r} ({track.track_id})" + (f", set by hand: {by_hand}" if by_hand else "")
