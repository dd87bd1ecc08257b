"""The set lists that a service keeps, across its restarts, with their audio for some days."""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from samesong.features.errors import CatalogError
from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.setlists.audio_files import SetlistAudio
from samesong.runtime.server.setlists.database import SetlistDatabase
from samesong.runtime.server.setlists.kept import KeptFile, KeptSetlist
from samesong.runtime.server.setlists.rights import digest, require_match, require_owner
from samesong.runtime.server.setlists.rows import find, insert, update
from samesong.runtime.server.share_id import new_id
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.waveform import Waveform

_DAY = 86_400.0
_REMEMBERED = 365 * _DAY
"""Seconds for which it is remembered that a set list was deleted, so that its link can say so."""


class SetlistStore:
    """A folder with a database of set lists, and with their audio.

    Parameters
    ----------
    folder : Path
        The folder; it is made when the first list is kept.
    keep_audio : float, optional
        Days for which audio is kept; 0 keeps none.
    most : int, optional
        Set lists that are kept at most.
    """

    def __init__(self, folder: Path, keep_audio: float = 30.0, most: int = 10_000) -> None:
        self._folder, self._days, self._most = folder, keep_audio, most
        self._database = SetlistDatabase(folder / "setlists.sqlite")
        self._audio = SetlistAudio(folder / "audio")

    def require_writable(self) -> None:
        """Make the folder, and check that lists can be kept in it.

        Raises
        ------
        CatalogError
            If they cannot.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self._folder):
                pass
        except OSError as error:
            raise CatalogError(
                f"set lists cannot be kept in {self._folder} ({error.strerror}): name another "
                "folder with --setlist-folder"
            ) from error

    def require_room(self) -> None:
        """Refuse early that one more list is found.

        Raises
        ------
        ProblemError
            If there are as many as may be.
        """
        with self._database.reading() as connection:
            query = "SELECT count(*) FROM setlists WHERE deleted IS NULL"
            count = connection.execute(query).fetchone()[0] if connection else 0
        if count >= self._most:
            raise ProblemError(
                507,
                "setlists-full",
                f"{count} set lists are kept, and no more may be: delete some of yours",
            )

    def keep(
        self,
        kept: KeptSetlist,
        waveform: Waveform | None = None,
        audio: Sequence[Path] = (),
    ) -> KeptSetlist:
        """Keep a set list that was found.

        Parameters
        ----------
        kept : KeptSetlist
            The list; those files of its audio that have no place here yet are of `audio`.
        waveform : Waveform, optional
            The loudness of its recording.
        audio : sequence of Path, optional
            Files that are moved here.

        Returns
        -------
        KeptSetlist
            Without audio where none is to be kept, or where there is no room for it; a warning
            says so.

        Raises
        ------
        CatalogError
            If it cannot be kept; a `DiskFullError` if there is no room.
        """
        self.clean()
        if audio and self._days > 0:
            kept = replace(kept, audio_until=kept.created + self._days * _DAY)
        elif audio:
            kept = kept.without_audio()
        told = None if waveform is None else json.dumps(waveform.to_dict())
        with self._database.writing() as connection:
            insert(connection, kept, told)
        if not audio or not kept.files:
            return kept
        try:
            self._audio.keep(list(zip(audio, kept.files, strict=True)))
        except OSError as error:
            warning = f"the audio could not be kept ({error.strerror}); the list is"
            kept = replace(kept.without_audio(), warnings=(*kept.warnings, warning))
            with self._database.writing() as connection:
                update(connection, kept)
        return kept

    def copy(self, setlist: Setlist, owner: str, of: str | None = None) -> KeptSetlist:
        """Keep a set list that a client sent, as one of its own.

        Parameters
        ----------
        setlist : Setlist
            The list.
        owner : str
            Name of the client.
        of : str, optional
            Id of a list of the same recording, whose audio it shares.

        Returns
        -------
        KeptSetlist
            The new one.

        Raises
        ------
        ProblemError
            If there is none of that id.
        CatalogError
            As `keep` does.
        """
        self.require_room()
        now, id_ = time.time(), new_id()
        made = KeptSetlist(id_, now, now, setlist, owner=digest(owner))
        if of is None:
            return self.keep(made)
        original = self.get(of)
        made = replace(made, found=original.found, audio_until=original.audio_until)
        made = self.keep(made.with_correction(setlist, now))
        files = self._audio.link(original, id_)
        made = replace(made, files=files, audio_until=original.audio_until if files else None)
        with self._database.writing() as connection:
            update(connection, made)
            connection.execute(
                "UPDATE setlists SET waveform = (SELECT waveform FROM setlists WHERE id = ?) "
                "WHERE id = ?",
                (of, id_),
            )
        return made

    def get(self, id_: str) -> KeptSetlist:
        """Return a set list.

        Parameters
        ----------
        id_ : str
            Its id.

        Returns
        -------
        KeptSetlist
            The list, without audio that is too old.

        Raises
        ------
        ProblemError
            If it was deleted, or never there.
        """
        with self._database.reading() as connection:
            return find(connection, id_)

    def of(self, owner: str) -> list[dict[str, Any]]:
        """Return the set lists of a client.

        Parameters
        ----------
        owner : str
            Its name.

        Returns
        -------
        list of dict
            As `KeptSetlist.summary` has them, newest first.
        """
        with self._database.reading() as connection:
            if connection is None or not owner:
                return []
            query = (
                "SELECT summary FROM setlists WHERE owner = ? AND deleted IS NULL "
                "ORDER BY created DESC"
            )
            return [
                json.loads(row["summary"]) for row in connection.execute(query, [digest(owner)])
            ]

    def waveform(self, id_: str) -> dict[str, Any] | None:
        """Return the loudness of a set list's recording, if it is known.

        Parameters
        ----------
        id_ : str
            The list.

        Returns
        -------
        dict or None
            As `Waveform.to_dict` returned it.
        """
        with self._database.reading() as connection:
            find(connection, id_)
            assert connection is not None
            query = "SELECT waveform FROM setlists WHERE id = ?"
            (text,) = connection.execute(query, [id_]).fetchone()
            return None if text is None else json.loads(text)

    def correct(self, id_: str, setlist: Setlist, if_match: str) -> KeptSetlist:
        """Replace a set list by a corrected one, unless somebody else did so meanwhile.

        Parameters
        ----------
        id_ : str
            The list.
        setlist : Setlist
            The corrected one.
        if_match : str
            Entity tags of lists that may be replaced, as in the header If-Match.

        Returns
        -------
        KeptSetlist
            As it is now.

        Raises
        ------
        ProblemError
            If the list is another one by now, or gone.
        CatalogError
            If it cannot be written; the list is then as it was.
        """
        with self._database.writing() as connection:
            kept = find(connection, id_)
            require_match(kept, if_match)
            corrected = kept.with_correction(setlist, time.time())
            update(connection, corrected)
        return corrected

    def remove(self, id_: str, owner: str, if_match: str | None = None) -> None:
        """Delete a set list and its audio.

        Parameters
        ----------
        id_ : str
            The list.
        owner : str
            Name of the client, which must be that of the list.
        if_match : str, optional
            As for `correct`.

        Raises
        ------
        ProblemError
            If it is somebody else's, another one by now, or gone.
        CatalogError
            If the database cannot be written.
        """
        with self._database.writing() as connection:
            kept = find(connection, id_)
            require_owner(kept, owner)
            if if_match is not None:
                require_match(kept, if_match)
            connection.execute(
                "UPDATE setlists SET deleted = ?, etag = '', summary = '', content = '', "
                "waveform = NULL, audio_until = NULL WHERE id = ?",
                (time.time(), id_),
            )
        self._audio.remove(id_)

    def remove_audio(self, id_: str, owner: str) -> KeptSetlist:
        """Delete the audio of a set list.

        Parameters
        ----------
        id_ : str
            The list.
        owner : str
            Name of the client, which must be that of the list.

        Returns
        -------
        KeptSetlist
            As it is now.

        Raises
        ------
        ProblemError
            If it is somebody else's, or gone.
        CatalogError
            If the database cannot be written.
        """
        with self._database.writing() as connection:
            kept = find(connection, id_)
            require_owner(kept, owner)
            update(connection, kept.without_audio())
        self._audio.remove(id_)
        return kept.without_audio()

    def audio(self, id_: str, number: int) -> tuple[KeptFile, Path]:
        """Return a file of a set list's audio.

        Parameters
        ----------
        id_ : str
            The list.
        number : int
            Number of the file, from 0.

        Returns
        -------
        file : KeptFile
            The file.
        path : Path
            Where it is.

        Raises
        ------
        ProblemError
            If there is no such file, or it is kept no longer.
        """
        files = self.get(id_).files
        path = self._audio.find(files[number]) if 0 <= number < len(files) else None
        if path is None:
            raise ProblemError(
                404,
                "no-audio",
                f"the server does not have file {number} of this recording (any more): choose the "
                "recording again to hear it",
            )
        return files[number], path

    def clean(self) -> None:
        """Delete audio that is too old, and what a process that was killed left."""
        now = time.time()
        # First these: what has a folder then has its row already.
        folders = self._audio.names()
        with suppress(CatalogError):
            if not self._database.exists():
                return
            with self._database.writing() as connection:
                query = "SELECT id FROM setlists WHERE audio_until < ?"
                for row in connection.execute(query, [now]).fetchall():
                    update(connection, find(connection, row["id"]))
                connection.execute("DELETE FROM setlists WHERE deleted < ?", [now - _REMEMBERED])
                query = "SELECT id FROM setlists WHERE audio_until IS NOT NULL"
                used = {row["id"] for row in connection.execute(query)}
            for id_ in folders - used:
                self._audio.remove(id_)
