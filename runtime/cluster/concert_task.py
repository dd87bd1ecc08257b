"""The work of a set list on a worker of a cluster: a task that tells how far it is."""

import platform
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import ray
from ray import serve

from samesong.features.errors import AudioError, ClusterError, SetlistError
from samesong.features.progress import Progress
from samesong.runtime.catalog.reader import Catalog
from samesong.runtime.cluster.job import Job
from samesong.runtime.cluster.served_catalog import ServedCatalog
from samesong.runtime.cluster.tasks import file_reader_of
from samesong.runtime.files.work_folder import WorkFolder
from samesong.runtime.identification.search_scope import scope_of
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.setlist.concert_job import ConcertJob, FoundConcert, find_concert
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import SetlistFinder
from samesong.runtime.setlist.partial_analysis import move


@dataclass(frozen=True)
class Kept:
    """What another worker can go on from.

    Attributes
    ----------
    analysis : bytes
        A file that `samesong.runtime.setlist.partial_analysis.PartialAnalysis.save` wrote.
    """

    analysis: bytes


News = Progress | Kept | Setlist | FoundConcert
"""How far the work is, what to go on from and the list so far, and at last all of it."""


@dataclass(frozen=True)
class SentFile:
    """A file of a concert in the object store.

    Attributes
    ----------
    path : Path
        Where it is at the server.
    pieces : tuple of ObjectRef
        Its bytes, in order; each an ndarray, shape (n_bytes,), uint8.
    """

    path: Path
    pieces: tuple[Any, ...]


def find_on_worker(
    job: Job,
    shards: tuple[str, ...],
    concert: ConcertJob,
    files: Sequence[SentFile],
    kept: Kept | None = None,
) -> Iterator[News]:
    """Find the songs of a concert.

    Parameters
    ----------
    job : Job
        The run.
    shards : tuple of str
        Serve applications of the shards that the catalog is searched in.
    concert : ConcertJob
        The concert, with the paths of the server.
    files : sequence of SentFile
        Its files.
    kept : Kept, optional
        What to go on from.

    Yields
    ------
    Progress, Kept, Setlist or FoundConcert
        All with the paths of the server.

    Raises
    ------
    MismatchError
        If this worker cannot take part in the run.
    SamesongError
        As `samesong.runtime.setlist.concert_job.ConcertFinder.find` does.
    """
    reader = file_reader_of(job)
    bundle = ModelBundle.load(job.model)
    catalog = Catalog(job.catalog, bundle)
    scope = scope_of(catalog, concert.repertoire, bundle.fitted)
    # As in the server: the few tracks of a repertoire are searched here.
    searched = None if concert.repertoire else _shards(job, shards).of(catalog)
    finder = SetlistFinder(
        bundle, scope.catalog, job.device, threads=1, known=scope.known, shards=searched
    )
    news: SimpleQueue[News | None] = SimpleQueue()
    with WorkFolder("setlist") as work, ThreadPoolExecutor(1) as thread:
        here = received(concert, files, work.path / "sent")
        back = _Back(here.folder, concert.folder)
        state = work.path / "analysis"
        if kept is not None:
            state.write_bytes(kept.analysis)
            move(state, here.paths)

        def tell(found: Setlist) -> None:
            news.put(Kept(state.read_bytes()))
            news.put(back.setlist(found))

        def find() -> FoundConcert:
            try:
                return find_concert(finder, here, reader, news.put, tell, resume=state)
            except SetlistError:  # as where the catalog has changed since
                if kept is None:
                    raise
                state.unlink()
                return find_concert(finder, here, reader, news.put, tell, resume=state)

        finding = thread.submit(find)
        finding.add_done_callback(lambda _: news.put(None))
        while (one := news.get()) is not None:
            yield one
        try:
            found = finding.result()
        except AudioError as error:
            raise back.error(error) from None
        yield back.found(found)


@lru_cache(maxsize=1)
def _shards(job: Job, names: tuple[str, ...]) -> ServedCatalog:
    """Return the shards; kept, since a handle takes a while to find its replicas."""
    return ServedCatalog(
        [serve.get_app_handle(name) for name in names], ModelBundle.load(job.model)
    )


def received(concert: ConcertJob, files: Sequence[SentFile], folder: Path) -> ConcertJob:
    """Write the files of a concert to the disk of this worker.

    Parameters
    ----------
    concert : ConcertJob
        The concert, with the paths of the server.
    files : sequence of SentFile
        Its files.
    folder : Path
        Folder to write them to.

    Returns
    -------
    ConcertJob
        The concert, with the paths of this worker.

    Raises
    ------
    ClusterError
        If there is no room for them.
    """
    paths = tuple(folder / file.path.relative_to(concert.folder) for file in files)
    try:
        for file, path in zip(files, paths, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as written:
                for piece in file.pieces:
                    written.write(ray.get(piece).data)
    except OSError as error:
        raise ClusterError(
            f"a worker on {platform.node()} cannot write the recording to {folder} "
            f"({error.strerror}): make room on its disk, or start Ray there with TMPDIR set to a "
            "folder on another"
        ) from error
    return replace(concert, folder=folder, paths=paths)


class _Back:
    """Puts the paths of the server in place of those of this worker."""

    def __init__(self, here: Path, there: Path) -> None:
        self._here, self._there = here, there

    def path(self, path: Path) -> Path:
        return self._there / path.relative_to(self._here)

    def error(self, error: AudioError) -> AudioError:
        return type(error)(str(error).replace(str(self._here), str(self._there)))

    def setlist(self, setlist: Setlist) -> Setlist:
        files = tuple(
            file.model_copy(update={"path": str(self.path(Path(file.path)))})
            for file in setlist.files
        )
        return setlist.model_copy(update={"files": files})

    def found(self, found: FoundConcert) -> FoundConcert:
        return replace(
            found,
            setlist=self.setlist(found.setlist),
            files=tuple(replace(one, path=self.path(one.path)) for one in found.files),
            failures=tuple(map(self.error, found.failures)),
            notes={self.path(path): notes for path, notes in found.notes.items()},
        )
