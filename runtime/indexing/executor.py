"""The interface of what does the work of the indexer, wherever it does so."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from samesong.runtime.files.content import FileContent
from samesong.runtime.indexing.analyse_file import AnalysedTrack
from samesong.runtime.indexing.finders import Finders
from samesong.runtime.indexing.progress import Workload


class Executor(Protocol):
    """Reads and analyses files, and looks for recordings of the same songs; used by one thread.

    What goes wrong with a file is returned with it. All else is raised: a `SamesongError` that
    another file would raise as well, such as of the model, the device or the cluster.
    """

    @property
    def is_full(self) -> bool:
        """Whether as many files are being analysed, or wait to be, as should at a time."""

    def contents(
        self, files: Iterable[Path]
    ) -> Iterator[tuple[Path, FileContent | Exception] | None]:
        """Read the bytes of files.

        Parameters
        ----------
        files : iterable of Path
            The files.

        Yields
        ------
        tuple of Path and FileContent, or None
            Each file in turn, with an exception if it cannot be read. None where the next one is
            not read yet: call `finished`, which waits for it too, and go on.
        """

    def start(self, path: Path, content: FileContent, load: Workload) -> None:
        """Start to analyse a file.

        Parameters
        ----------
        path : Path
            The file; it is not being analysed.
        content : FileContent
            Its content.
        load : Workload
            Is told how far reading is.
        """

    def finished(self, seconds: float) -> list[tuple[Path, AnalysedTrack | Exception]]:
        """Return the files that were analysed meanwhile, each once.

        Parameters
        ----------
        seconds : float
            Time to wait for one if there is none yet.

        Returns
        -------
        list of tuple of Path and AnalysedTrack
            The files, with an exception if one cannot be used; may be empty.
        """

    def stop(self) -> None:
        """Forget all files that were started."""

    def finders(self, catalog: str) -> Finders:
        """Return what looks for other recordings of tracks.

        Parameters
        ----------
        catalog : str
            Address of the catalog, which exists.

        Returns
        -------
        Finders
            To be renewed before it is asked.
        """
