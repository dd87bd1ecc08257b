"""Parts of files: where in the files of a recording a stretch of it lies."""

from dataclasses import dataclass

from samesong.runtime.setlist.document import Setlist


@dataclass(frozen=True)
class FilePart:
    """A part of a file.

    Attributes
    ----------
    path : str
        Path of the file.
    start, end : float
        In seconds of the file.
    """

    path: str
    start: float
    end: float


def file_parts(setlist: Setlist, start: float, end: float) -> list[FilePart]:
    """Return the parts of files that a stretch of a recording lies in.

    Parameters
    ----------
    setlist : Setlist
        Knows the files.
    start, end : float
        In seconds of the recording.

    Returns
    -------
    list of FilePart
        At least one; more where the stretch runs over the end of a file.

    Examples
    --------
    >>> from samesong.runtime.setlist.document import RecordingFile
    >>> files = tuple(RecordingFile(path=f"{i}.ogg", start=60 * i, end=60 * i + 60) for i in (0, 1))
    >>> night = Setlist(recording="night", duration=120.0, songs=(), files=files)
    >>> for part in file_parts(night, 30, 100):
    ...     print(part.path, part.start, part.end)
    0.ogg 30.0 60.0
    1.ogg 0.0 40.0
    """
    if not setlist.files:
        return [FilePart(setlist.recording, start, end)]
    parts = [
        FilePart(file.path, max(start, file.start) - file.start, min(end, file.end) - file.start)
        for file in setlist.files
        if start < file.end and end > file.start
    ]
    if parts:
        return parts
    last = setlist.files[-1]
    return [FilePart(last.path, max(0.0, start - last.start), max(0.0, end - last.start))]
