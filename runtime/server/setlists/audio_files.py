"""The audio of kept set lists: a folder for each, with the files of its concert."""

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from samesong.runtime.server.audio_folder import file_below
from samesong.runtime.server.setlists.kept import KeptFile, KeptSetlist


class SetlistAudio:
    """A folder of folders with the names of set lists.

    Parameters
    ----------
    path : Path
        The folder; it is made when the first file is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> set[str]:
        """Return the ids of the set lists that have a folder here."""
        with suppress(OSError):
            return {entry.name for entry in self._path.iterdir()}
        return set()

    def keep(self, files: Sequence[tuple[Path, KeptFile]]) -> None:
        """Move files into the folder; if one fails, none is kept.

        Parameters
        ----------
        files : sequence of (Path, KeptFile)
            Each file, and what it is to be here.

        Raises
        ------
        OSError
            If there is no room, or the folder cannot be written.
        """
        try:
            for path, kept in files:
                place = self._path / kept.place
                place.parent.mkdir(parents=True)
                shutil.move(path, place)
        except BaseException:
            for _, kept in files:
                self.remove(Path(kept.place).parts[0])
            raise

    def link(self, kept: KeptSetlist, id_: str) -> tuple[KeptFile, ...]:
        """Give another set list the same files, which take no more room.

        Parameters
        ----------
        kept : KeptSetlist
            The one that has them.
        id_ : str
            The other one.

        Returns
        -------
        tuple of KeptFile
            Empty where the disk cannot do so.
        """
        linked = []
        try:
            for file in kept.files:
                place = Path(id_, *Path(file.place).parts[1:])
                (self._path / place).parent.mkdir(parents=True)
                os.link(self._path / file.place, self._path / place)
                linked.append(KeptFile(file.name, str(place), file.start, file.end))
        except OSError:
            self.remove(id_)
            return ()
        return tuple(linked)

    def find(self, file: KeptFile) -> Path | None:
        """Return where a file is.

        Parameters
        ----------
        file : KeptFile
            The file.

        Returns
        -------
        Path or None
            None if it is no longer there.
        """
        return file_below(self._path, self._path / file.place)

    def remove(self, id_: str) -> None:
        """Delete the files of a set list, if it has any.

        Parameters
        ----------
        id_ : str
            The set list.
        """
        shutil.rmtree(self._path / id_, ignore_errors=True)
