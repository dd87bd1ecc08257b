"""What all routes of a service share, from its start to its end."""

import logging
import re
from types import TracebackType
from typing import Self

from samesong.runtime.matching.scorer import Scorer
from samesong.runtime.server.job_store import JobStore
from samesong.runtime.server.library import Library
from samesong.runtime.server.monitoring import Monitor
from samesong.runtime.server.pool import Pool
from samesong.runtime.server.problems import ProblemError, problem_of
from samesong.runtime.server.settings import Settings
from samesong.runtime.server.work_folder import WorkFolder

_LOG = logging.getLogger(__name__)


class Service:
    """A catalog, a model, and those who work with them; a context manager.

    Leaving it stops all jobs, waits for what cannot be stopped, and removes all uploads.

    Parameters
    ----------
    library
        The catalog and its identifier.
    settings
        Limits.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library, self.settings = library, settings
        # One thread: recordings are compared side by side.
        self.scorer = Scorer(library.bundle, library.device, threads=1)
        self.pool = Pool("samesong-work", settings.workers, settings.waiting)
        self.concerts = Pool("samesong-setlist", settings.concerts, settings.waiting_concerts)
        self.jobs = JobStore(self.concerts, self.explain)
        self.work = WorkFolder()
        self._uploaded = re.compile(re.escape(str(self.work.path)) + "/[^/]+/[^/]+/")
        self.monitor = Monitor()
        self.monitor.add_gauge(
            "tracks", "Tracks in the catalog.", lambda: len(library.snapshot().catalog)
        )
        self.monitor.add_gauge(
            "work_inside", "Recordings worked on or waiting.", lambda: self.pool.inside
        )
        self.monitor.add_gauge(
            "setlists_inside", "Set lists being made or waiting.", lambda: self.concerts.inside
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
        finally:  # should someone lose patience
            self.work.close()

    def explain(self, error: Exception) -> ProblemError:
        """Return what an error means to the one who asked, with uploads under their own names."""
        problem = problem_of(error)
        problem.detail = self._uploaded.sub("", problem.detail)
        if problem.code == "defect":
            _LOG.error("unexpected error", exc_info=error)
        return problem
