"""What workers of a cluster do with a file: read its bytes, and analyse it.

What is wrong with a file is returned as a `DecodeError`, so that no error of a library has to be
imported on the other side. Reader and model are made once in each process.
"""

from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path

from samesong.features import AudioFile
from samesong.features.errors import DecodeError, MismatchError
from samesong.runtime.cluster.job import Job, misfit
from samesong.runtime.files.content import FileContent, read_stamp
from samesong.runtime.files.failure import file_failure
from samesong.runtime.files.reader import FileReader
from samesong.runtime.indexing.analyse_file import AnalysedTrack, analyse_file
from samesong.runtime.inference.analyser import Analyser
from samesong.runtime.inference.bundle import ModelBundle
from samesong.runtime.isolation.choice import file_reader

_held = ExitStack()
"""Keeps the processes that isolated files are read in; they end with this one."""


def read(job: Job, path: Path) -> tuple[FileContent, float] | DecodeError:
    """Read the bytes of a file.

    Parameters
    ----------
    job : Job
        The run.
    path : Path
        The file.

    Returns
    -------
    tuple of FileContent and float, or DecodeError
        Its content and its length in seconds, as far as its header says; or why it cannot be read.

    Raises
    ------
    MismatchError
        If this worker cannot take part in the run.
    """
    reader = file_reader_of(job)
    try:
        with reader.open(path) as file:
            return reader.content(file), _length(file)
    except Exception as error:
        return DecodeError(file_failure(path, error))


def analyse(job: Job, path: Path, content: FileContent) -> AnalysedTrack | DecodeError:
    """Analyse a file.

    Parameters
    ----------
    job : Job
        The run.
    path : Path
        The file.
    content : FileContent
        Its content.

    Returns
    -------
    AnalysedTrack or DecodeError
        Its track and windows, or why it cannot be used.

    Raises
    ------
    MismatchError
        If this worker cannot take part in the run.
    DeviceError, BundleError, MissingExtraError
        As `Analyser` does.
    """
    reader, analyser = file_reader_of(job), _analyser(job)
    try:
        with reader.open(path) as file:
            analysed = analyse_file(file, content, analyser, reader=reader)
        if read_stamp(path) != content.stamp:
            raise DecodeError(f"{str(path)!r} changed while it was read: run it again")
    except Exception as error:
        return DecodeError(file_failure(path, error))
    return analysed


def _length(file: AudioFile) -> float:
    try:
        return file.info.duration
    except Exception:  # which its analysis will tell
        return 0.0


@lru_cache(maxsize=1)
def file_reader_of(job: Job) -> FileReader:
    """Return what reads files in this process, once it is known that it can take part in a run.

    Parameters
    ----------
    job : Job
        The run.

    Returns
    -------
    FileReader
        Kept until this process ends.

    Raises
    ------
    MismatchError
        If this worker cannot take part.
    """
    problem = misfit(job)
    if problem is not None:
        raise MismatchError(f"a worker that joined the cluster {problem}")
    chosen = file_reader(isolate=job.isolate, channel=job.channel, stream=job.stream)
    return _held.enter_context(chosen)


@lru_cache(maxsize=1)
def _analyser(job: Job) -> Analyser:
    return Analyser(ModelBundle.load(job.model), job.device, threads=1)
