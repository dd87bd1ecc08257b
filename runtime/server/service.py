"""The resources that all routes of a service share."""

import logging
import re
from pathlib import Path
from types import TracebackType
from typing import Self

from samesong.runtime.files.work_folder import WorkFolder
from samesong.runtime.isolation.reader import IsolatedReader
from samesong.runtime.isolation.workers import Workers
from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.server.answer_store import AnswerStore
from samesong.runtime.server.connections import Connections
from samesong.runtime.server.health import Health
from samesong.runtime.server.job_store import JobStore
from samesong.runtime.server.known_songs import KnownSearches
from samesong.runtime.server.library import Library
from samesong.runtime.server.local_concerts import LocalConcerts
from samesong.runtime.server.monitoring import Monitor
from samesong.runtime.server.pool import Pool
from samesong.runtime.server.problems import ProblemError, problem_of
from samesong.runtime.server.setlists.store import SetlistStore
from samesong.runtime.server.settings import Settings
from samesong.runtime.setlist.concert_job import ConcertFinder
from samesong.runtime.storage.address import is_local

SETLISTS = "setlists"
"""Folder in a catalog on disk for set lists and the audio of concerts."""

_LOG = logging.getLogger(__name__)


class Service:
    """A catalog, a model, and the threads that work with them; a context manager.

    Leaving it cancels all jobs, waits for work that cannot be cancelled, and removes all uploads.

    Parameters
    ----------
    library : Library
        The catalog and its identifier.
    settings : Settings
        Limits.
    concert_finder : ConcertFinder, optional
        Does the work of set lists; by default this process does.
    """

    def __init__(
        self, library: Library, settings: Settings, concert_finder: ConcertFinder | None = None
    ) -> None:
        self.library, self.settings = library, settings
        self.searches = KnownSearches(library)
        # One thread: recordings are compared in parallel.
        self.scorer = Scorer(library.bundle, library.device, threads=1)
        self.pool = Pool("samesong-work", settings.workers, settings.waiting)
        self.workers = Workers()
        self.reader = IsolatedReader(self.workers)
        self.concert_finder = concert_finder or LocalConcerts(
            library, self.searches, self.reader, settings.concerts
        )
        self.concerts = Pool(
            "samesong-setlist", self.concert_finder.at_a_time, settings.waiting_concerts
        )
        # One thread: Python runs one at a time, and requests are answered by another.
        self.reports = Pool("samesong-report", 1, settings.waiting)
        self.jobs = JobStore(self.concerts, self.explain)
        self.work = WorkFolder("serve")
        self.setlists = self._store()
        kept, spare = self._kept_folder("answers"), self.work.path / "answers"
        self.answers = AnswerStore(kept, spare, settings.answers, settings.answer_bytes)
        self._uploaded = _below(kept, spare, self.work.path)
        self.monitor = Monitor()
        self.connections = Connections(settings.limits, self.monitor)
        self.health = Health(library)
        self.monitor.add_gauge(
            "tracks", "Tracks in the catalog.", lambda: len(library.snapshot().catalog)
        )
        if library.cluster is not None:
            self.monitor.add_shards(library.cluster.states)
        self.monitor.add_gauge(
            "work_inside", "Recordings being analysed or waiting.", lambda: self.pool.inside
        )
        self.monitor.add_gauge(
            "setlists_inside", "Set lists being found or waiting.", lambda: self.concerts.inside
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything and remove all uploads."""
        try:
            self.jobs.cancel_all()
            self.pool.close()
            self.concerts.close()
            self.reports.close()
            self.health.close()
            self.workers.close()
        finally:  # also when interrupted
            self.work.close()

    def _store(self) -> SetlistStore:
        """Return where set lists are kept, without what is too old."""
        settings = self.settings
        folder = settings.setlist_folder or self._kept_folder(SETLISTS)
        store = SetlistStore(folder, settings.keep_audio, settings.setlists)
        if settings.setlist_folder is not None:
            store.require_writable()
        store.clean()
        return store

    def _kept_folder(self, name: str) -> Path:
        """Return a folder for what is kept: in that of the catalog where that is on a disk."""
        location = self.library.location
        return (Path(location) if is_local(location) else self.work.path) / name

    def explain(self, error: Exception) -> ProblemError:
        """Return the problem that an exception means to the client.

        Parameters
        ----------
        error : Exception
            Any exception; it is logged if it is a defect.

        Returns
        -------
        ProblemError
            The problem, which calls uploads by their own names.
        """
        problem = problem_of(error)
        problem.detail = self._uploaded.sub("", problem.detail)
        if problem.code == "defect":
            _LOG.error("unexpected error", exc_info=error)
        return problem


def _below(*folders: Path) -> re.Pattern[str]:
    """Match what comes before the names of uploads: folder, request or answer, and part."""
    either = "|".join(re.escape(str(folder)) for folder in folders)
    return re.compile(f"(?:{either})/[^/]+/[^/]+/")
