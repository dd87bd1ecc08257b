"""The definition of a report format: its names, and how it writes a set list."""

from collections.abc import Callable
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.setlist.document import Setlist


@dataclass(frozen=True)
class ReportFormat:
    """A format in which a set list can be written.

    Attributes
    ----------
    name : str
        Value of ``--format``.
    media_type : str
        Media type for HTTP; the text is UTF-8.
    suffix : str
        Suffix of its files, with the dot.
    summary : str
        Name for people, which tells what it is for.
    write : callable
        Returns the text of a set list. Line ends belong to the format: they are kept as they are.
    opens_recording : bool
        Whether programs open the recording through the report. `save` then writes the recording's
        path, and those of its files, relative to the report's folder.
    other_suffixes : tuple of str
        Further suffixes that mean this format.
    """

    name: str
    media_type: str
    suffix: str
    summary: str
    write: Callable[[Setlist], str]
    opens_recording: bool = False
    other_suffixes: tuple[str, ...] = ()

    def save(self, setlist: Setlist, path: str | Path) -> None:
        """Write a set list into a file, completely or not at all.

        Parameters
        ----------
        setlist : Setlist
            The set list.
        path : str or Path
            The file.

        Raises
        ------
        SetlistError
            If the format cannot hold the set list.
        OSError
            If the file cannot be written.
        """
        if self.opens_recording:
            folder = Path(path).parent
            seen = relpath(Path(setlist.recording), folder)
            files = tuple(
                file.model_copy(update={"path": relpath(Path(file.path), folder)})
                for file in setlist.files
            )
            # Of a folder that is the report's own, no name would be left.
            named = {"title": setlist.name or None}
            setlist = setlist.model_copy(update={"recording": seen, "files": files, **named})
        content = self.write(setlist).encode()
        with whole_file(path) as stream:
            stream.write(content)
