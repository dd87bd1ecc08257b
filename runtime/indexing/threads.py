"""Analysing files in threads of this process."""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from samesong.features.progress import Progress
from samesong.runtime.files.content import FileContent
from samesong.runtime.files.reader import FileReader
from samesong.runtime.indexing.analyse_file import AnalysedTrack, analyse_file
from samesong.runtime.indexing.finders import LocalFinder
from samesong.runtime.indexing.progress import Workload
from samesong.runtime.inference.analyser import Analyser


class Threads:
    """An `Executor` that analyses files in threads, and reads their bytes in the caller's.

    Parameters
    ----------
    analyser : Analyser
        Makes windows.
    reader : FileReader
        Reads the files.
    workers : int
        Files analysed at the same time. Each holds some minutes of audio, however long it is.
    """

    def __init__(self, analyser: Analyser, reader: FileReader, workers: int) -> None:
        self._analyser, self._reader, self._workers = analyser, reader, workers
        self._pool = ThreadPoolExecutor(workers)
        self._running: dict[Future[AnalysedTrack], Path] = {}

    @property
    def is_full(self) -> bool:
        """As of `Executor`."""
        # One more than can run, so that none waits for its content's hash.
        return len(self._running) > self._workers

    def contents(
        self, files: Iterable[Path]
    ) -> Iterator[tuple[Path, FileContent | Exception]]:  # numpydoc ignore=PR01
        """As of `Executor`."""
        for path in files:
            try:
                with self._reader.open(path) as file:
                    content: FileContent | Exception = self._reader.content(file)
            except Exception as error:
                content = error
            yield path, content

    def start(
        self, path: Path, content: FileContent, load: Workload
    ) -> None:  # numpydoc ignore=PR01
        """As of `Executor`."""
        self._running[self._pool.submit(self._analyse, path, content, load)] = path

    def finished(
        self, seconds: float
    ) -> list[tuple[Path, AnalysedTrack | Exception]]:  # numpydoc ignore=PR01
        """As of `Executor`."""
        done, _ = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        return [
            (self._running.pop(future), _result(future))
            for future in [future for future in self._running if future in done]
        ]

    def stop(self) -> None:
        """As of `Executor`; waits for files that are being analysed."""
        for future in self._running:
            future.cancel()
        wait(self._running)
        self._running.clear()

    def finders(self, catalog: str) -> LocalFinder:  # numpydoc ignore=PR01
        """As of `Executor`."""
        return LocalFinder(catalog, self._analyser.bundle, self._analyser.device)

    def _analyse(self, path: Path, content: FileContent, load: Workload) -> AnalysedTrack:
        with self._reader.open(path) as file:
            load.begin(path, file.info.duration)

            def read(progress: Progress) -> None:
                load.read(path, progress.seconds_done)

            return analyse_file(file, content, self._analyser, read, reader=self._reader)


def _result(future: Future[AnalysedTrack]) -> AnalysedTrack | Exception:
    try:
        return future.result()
    except Exception as error:
        return error
