"""The set lists that a service is making, and those that it made last, by their ids."""

from concurrent.futures import Future
from contextlib import ExitStack

from samesong.runtime.server.job import Explain, Job, Make
from samesong.runtime.server.pool import Pool
from samesong.runtime.server.problems import ProblemError

KEPT = 100
"""Jobs that have ended and are remembered, in memory."""


class JobStore:
    """The jobs of a service.

    Parameters
    ----------
    pool
        Where they run.
    explain
        Tells what an error means to the one who asked.
    """

    def __init__(self, pool: Pool, explain: Explain) -> None:
        self._pool, self._explain = pool, explain
        self._jobs: dict[str, Job] = {}
        self._futures: dict[str, Future[None]] = {}

    def start(self, recording: str, make: Make, held: ExitStack) -> Job:
        """Begin a job.

        Parameters
        ----------
        recording
            Name of the recording.
        make
            What makes its set list.
        held
            What the recording needs. It is taken over, and closed when the job has ended and
            nothing reads the recording any more.

        Raises
        ------
        ProblemError
            If too many jobs wait already; then `held` is left as it was.
        """
        job = Job(recording, self._explain)
        future = self._pool.submit(lambda: job.run(make))
        self._jobs[job.id], self._futures[job.id] = job, future
        taken = held.pop_all()
        # Of a cancelled one too: it is called when the work has stopped, or will never begin.
        future.add_done_callback(lambda _: taken.close())
        ended = [id_ for id_, job in self._jobs.items() if job.ended]
        for id_ in ended[: max(0, len(ended) - KEPT)]:
            del self._jobs[id_], self._futures[id_]
        return job

    def get(self, id_: str) -> Job:
        """Return a job.

        Raises
        ------
        ProblemError
            If there is none of that id.
        """
        try:
            return self._jobs[id_]
        except KeyError:
            raise ProblemError(
                404,
                "no-job",
                f"no job {id_!r}: the last {KEPT} are remembered, until the server stops",
            ) from None

    def all(self) -> list[Job]:
        """Return all jobs, the newest first."""
        return list(reversed(self._jobs.values()))

    def cancel(self, id_: str) -> Job:
        """Have a job stop, and return it.

        Raises
        ------
        ProblemError
            If there is none of that id.
        """
        job = self.get(id_)
        job.cancel()
        self._futures[id_].cancel()  # leaves the queue at once, if it is still there
        return job

    def cancel_all(self) -> None:
        """Have all jobs stop."""
        for id_ in list(self._jobs):
            self.cancel(id_)
