"""What every format of a set list has in common: names for it, and a way to write it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from os.path import relpath
from pathlib import Path

from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.setlist.songs import Setlist


@dataclass(frozen=True)
class ReportFormat:
    """One format that a set list can be written in.

    Attributes
    ----------
    name
        As ``--format`` knows it.
    media_type
        For HTTP; the text is UTF-8.
    suffix
        Of its files, with the dot.
    summary
        What it is for, in a few words.
    write
        Makes the text of a set list. Its line ends belong to the format: keep them as they are.
    plays
        Whether programs open the recording through the file: `save` then names it as seen from
        the file's folder.
    also
        Other suffixes that its files can have.
    """

    name: str
    media_type: str
    suffix: str
    summary: str
    write: Callable[[Setlist], str]
    plays: bool = False
    also: tuple[str, ...] = ()

    def save(self, setlist: Setlist, path: str | Path) -> None:
        """Write a set list into a file, whole or not at all.

        Raises
        ------
        SetlistError
            If the format cannot hold it.
        OSError
            If the file cannot be written.
        """
        if self.plays:
            seen = relpath(Path(setlist.recording), Path(path).parent)
            setlist = replace(setlist, recording=seen)
        content = self.write(setlist).encode()
        with whole_file(path) as stream:
            stream.write(content)
