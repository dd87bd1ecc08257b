"""The jobs of a service: those that run or wait, and the last that ended."""

from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress

from samesong.runtime.server.job import Explain, Job, MakeSetlist
from samesong.runtime.server.pool import Pool
from samesong.runtime.server.problems import ProblemError

KEPT = 100
"""Number of ended jobs that are remembered, in memory."""


class JobStore:
    """The jobs of a service.

    Parameters
    ----------
    pool : Pool
        Runs the jobs.
    explain : callable
        Turns an exception into a `ProblemError` for the client.
    """

    def __init__(self, pool: Pool, explain: Explain) -> None:
        self._pool, self._explain = pool, explain
        self._jobs: dict[str, Job] = {}
        self._futures: dict[str, Future[None]] = {}

    def start(
        self,
        recording: str,
        make: MakeSetlist,
        held: ExitStack,
        *,
        warnings: Sequence[str] = (),
        owner: str = "",
        client: str = "",
        id_: str | None = None,
    ) -> Job:
        """Start a job.

        Parameters
        ----------
        recording : str
            Name of the recording.
        make : callable
            Returns its set list; see `Job.run`.
        held : ExitStack
            Resources that the job needs. The job takes them over, and closes them when it has
            ended and nothing reads the recording any more.
        warnings : sequence of str, optional
            What the client is to be told.
        owner : str, optional
            Name of the client, which alone is told of the job.
        client : str, optional
            The client's network, as `client_of` has it.
        id_ : str, optional
            Identifier of the job.

        Returns
        -------
        Job
            The job.

        Raises
        ------
        ProblemError
            If too many jobs wait already; `held` is then unchanged.
        """
        job = Job(recording, self._explain, warnings, owner, id_)
        future = self._pool.submit(lambda: job.run(make), client)
        self._futures[job.id] = future
        self._jobs[job.id] = job  # last, since it can be cancelled from now on
        taken = held.pop_all()
        # Of a cancelled one too: it is called when the work has stopped, or will never begin.
        future.add_done_callback(lambda _: taken.close())
        ended = [one.id for one in self._all() if one.ended]
        for old in ended[: max(0, len(ended) - KEPT)]:
            self.forget(old)
        return job

    def get(self, id_: str) -> Job:
        """Return a job.

        Parameters
        ----------
        id_ : str
            Its id.

        Returns
        -------
        Job
            The job.

        Raises
        ------
        ProblemError
            If there is no such job.
        """
        try:
            return self._jobs[id_]
        except KeyError:
            raise ProblemError(
                404,
                "no-job",
                f"no job {id_!r}: the last {KEPT} are remembered, until the server stops",
            ) from None

    def forget(self, id_: str) -> None:
        """Remember a job no longer, if it has ended.

        Parameters
        ----------
        id_ : str
            Its id.
        """
        job = self._jobs.get(id_)
        if job is not None and job.ended:
            self._jobs.pop(id_, None)
            self._futures.pop(id_, None)

    def of(self, owner: str) -> list[Job]:
        """Return the jobs of a client.

        Parameters
        ----------
        owner : str
            Its name.

        Returns
        -------
        list of Job
            Newest first.
        """
        return [job for job in reversed(self._all()) if job.owner == owner]

    def cancel(self, id_: str) -> Job:
        """Cancel a job.

        Parameters
        ----------
        id_ : str
            Its id.

        Returns
        -------
        Job
            The job.

        Raises
        ------
        ProblemError
            If there is no such job.
        """
        job = self.get(id_)
        job.cancel()
        future = self._futures.get(id_)
        if future is not None:  # it has not been forgotten meanwhile
            future.cancel()  # leaves the queue at once, if it is still there
        return job

    def cancel_all(self) -> None:
        """Cancel all jobs."""
        for job in self._all():
            with suppress(ProblemError):
                self.cancel(job.id)

    def _all(self) -> list[Job]:
        """Return all jobs, oldest first, as they are now: other threads start and forget some."""
        return list(self._jobs.values())
