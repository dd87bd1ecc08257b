"""Looking for other recordings of tracks on the workers of a Ray cluster."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import ray

from samesong.features.errors import ClusterError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cluster import nodes
from samesong.runtime.cluster.calls import AHEAD, TRIES, Call, EndsWorkersError, told
from samesong.runtime.cluster.finder_task import hear
from samesong.runtime.cluster.job import Job
from samesong.runtime.indexing.finders import Answer, Question


class RayFinders:
    """Finders in the workers of the cluster that is connected, on one core each.

    Parameters
    ----------
    job : Job
        The run, with its catalog.

    Raises
    ------
    ClusterError, MismatchError
        As `samesong.runtime.cluster.nodes.require_fit` does.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        with told():
            nodes.require_fit(job)
            self._hear = ray.remote(num_cpus=1, max_retries=0)(hear)

    def renew(self) -> None:
        """As of `samesong.runtime.indexing.finders.Finders`."""
        self._revision = Catalog(self._job.catalog).revision

    def ask(
        self, question: Question, batches: Iterable[Sequence[str]]
    ) -> Iterator[Answer]:  # numpydoc ignore=PR01
        """As of `samesong.runtime.indexing.finders.Finders`.

        Raises
        ------
        ClusterError
            If the cluster was lost, or some tracks end the workers that look at them.
        SamesongError
            As `samesong.runtime.cluster.finder_task.hear` does.
        """
        waiting = iter(batches)
        running: deque[Call] = deque()
        while True:
            with told():
                while len(running) < AHEAD * (nodes.workers("cpu") or 1):
                    batch = next(waiting, None)
                    if batch is None:
                        break
                    running.append(Call(self._hear, self._job, self._revision, question, batch))
                if not running:
                    return
                found = _answered(running[0])
            if found is not None:
                running.popleft()
                yield from found


def _answered(call: Call) -> list[Answer] | None:
    try:
        found: list[Answer] | None = call.result()
    except EndsWorkersError:
        raise ClusterError(
            f"the search for other recordings ended {TRIES} workers (too little memory?): see "
            "'ray status', give nodes more memory, and run the same command again to go on"
        ) from None
    return found
