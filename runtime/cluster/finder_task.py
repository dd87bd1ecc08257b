"""Looking for other recordings of tracks on a worker, which holds one version of the catalog."""

import platform
import time
from collections.abc import Sequence
from functools import lru_cache

from samesong.features.errors import CatalogError, MismatchError
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cluster.job import Job, misfit
from samesong.runtime.identification.version_finder import VersionFinder
from samesong.runtime.indexing.finders import Answer, Question, answers
from samesong.runtime.inference.bundle import ModelBundle

_SECONDS = 120.0
"""Time after which a shared disk shows to all what one has written: more than its caches keep."""

_LOOK_SECONDS = 1.0


def hear(job: Job, revision: str, question: Question, track_ids: Sequence[str]) -> list[Answer]:
    """Answer a question about tracks.

    Parameters
    ----------
    job : Job
        The run.
    revision : str
        `samesong.Catalog.revision` that is searched, or a later one with the same windows and
        twins; it is opened once.
    question : callable
        As of `samesong.runtime.indexing.finders.Finders.ask`.
    track_ids : sequence of str
        The tracks.

    Returns
    -------
    list of tuple of str and list of str
        The answers, in order.

    Raises
    ------
    MismatchError
        If this worker cannot take part in the run.
    CatalogError
        If the catalog cannot be read.
    """
    return list(answers(_finder(job, revision), question, track_ids))


@lru_cache(maxsize=1)
def _finder(job: Job, revision: str) -> VersionFinder:
    bundle = _bundle(job)
    return VersionFinder(bundle, _catalog(job.catalog, bundle, revision), threads=1)


@lru_cache(maxsize=1)
def _bundle(job: Job) -> ModelBundle:
    problem = misfit(job)
    if problem is not None:
        raise MismatchError(f"a worker that joined the cluster {problem}")
    return ModelBundle.load(job.model)


def _catalog(location: str, bundle: ModelBundle, revision: str) -> Catalog:
    began = time.monotonic()
    while not (catalog := Catalog(location, bundle)).holds(revision):
        if time.monotonic() - began > _SECONDS:
            raise CatalogError(
                f"a worker on {platform.node()} does not see what was written to {location} "
                f"{_SECONDS:.0f} s ago: see whether its disk is the same as here, and run the same "
                "command again to go on"
            )
        time.sleep(_LOOK_SECONDS)
    return catalog
