"""Finding the songs of a concert that was sent, here or wherever a `ConcertFinder` does it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from samesong.features.decoding.notes import Note
from samesong.features.errors import AudioError
from samesong.features.progress import OnProgress
from samesong.runtime.catalog.repertoire import Repertoire
from samesong.runtime.files.reader import FileReader
from samesong.runtime.setlist.concert_audio import ConcertAudio, FileSpan
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.finder import OnFound, SetlistFinder
from samesong.runtime.setlist.waveform import Waveform

_LISTED_EVERY = 60.0  # seconds of a concert after which the list so far is told
_LISTING = 0.1  # most of the time of a job that this may take


@dataclass(frozen=True)
class ConcertJob:
    """A concert whose songs are to be found.

    Attributes
    ----------
    folder : Path
        Folder that holds its files, and nothing else.
    paths : tuple of Path
        The files in order.
    repertoire : Repertoire
        What is known of it; empty if nothing is.
    talk : bool
        List talk, applause and tuning as well.
    """

    folder: Path
    paths: tuple[Path, ...]
    repertoire: Repertoire
    talk: bool = False


@dataclass(frozen=True, eq=False)
class FoundConcert:
    """The songs of a concert, and what else was learnt from reading it.

    Attributes
    ----------
    setlist : Setlist
        The songs, with the paths of the job.
    files : tuple of FileSpan
        The files that were read, in order.
    failures : tuple of AudioError
        Why others were not, or not to their end.
    notes : dict of Path to tuple of Note
        Remarks on files that were read.
    waveform : Waveform
        The loudness of what was read.
    """

    setlist: Setlist
    files: tuple[FileSpan, ...]
    failures: tuple[AudioError, ...]
    notes: dict[Path, tuple[Note, ...]]
    waveform: Waveform


class ConcertFinder(Protocol):
    """Does the work of set lists somewhere."""

    @property
    def at_a_time(self) -> int:
        """Number of concerts that it works on at a time."""

    def find(self, job: ConcertJob, progress: OnProgress, found: OnFound) -> FoundConcert:
        """Find the songs of a concert.

        Parameters
        ----------
        job : ConcertJob
            The concert; its files stay until this returns.
        progress : callable
            Called from time to time, so often that a cancelled job ends soon; what it raises ends
            the work.
        found : callable
            Called from time to time with the list so far.

        Returns
        -------
        FoundConcert
            All of it.

        Raises
        ------
        SamesongError
            If the recording or the catalog cannot be used, or the work cannot be done.
        """


def find_concert(
    finder: SetlistFinder,
    job: ConcertJob,
    reader: FileReader,
    progress: OnProgress,
    found: OnFound,
    *,
    resume: Path | None = None,
) -> FoundConcert:
    """Find the songs of a concert in this process.

    Parameters
    ----------
    finder : SetlistFinder
        Finds them.
    job : ConcertJob
        The concert.
    reader : FileReader
        Reads its files.
    progress, found : callable
        As of `ConcertFinder.find`.
    resume : Path, optional
        As of `SetlistFinder.find`.

    Returns
    -------
    FoundConcert
        All of it.

    Raises
    ------
    AudioError, SetlistError
        As `SetlistFinder.find` does.
    """
    waveform = Waveform()
    audio = ConcertAudio(job.paths, reader=reader, heard=waveform.hear)
    setlist = finder.find(
        audio,
        talk=job.talk,
        progress=progress,
        found=found,
        every=_LISTED_EVERY,
        share=_LISTING,
        resume=resume,
    )
    failures = tuple(audio.failures.values())
    return FoundConcert(setlist, audio.files, failures, audio.notes, waveform)
