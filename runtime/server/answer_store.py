"""Answers that clients may come back to, each kept with its recording."""

import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from samesong.runtime.files.atomic_write import whole_file
from samesong.runtime.server.problems import ProblemError, stopping
from samesong.runtime.server.share_id import new_id
from samesong.runtime.server.upload_form import Upload

_ID = re.compile(r"[\w-]{16}", re.ASCII)
_RECORD = "answer.json"
_HOUR = 3600.0  # seconds after which an upload without a record is none that is still being sent


class AnswerStore:
    """Answers on disk: a folder each, with the recording and a record of what came of it.

    Parameters
    ----------
    folder : Path
        Folder for all of them, made when the first is kept.
    spare : Path
        Used instead if that folder cannot be written.
    most : int
        Answers that are kept; the oldest go first.
    most_bytes : int
        Bytes of all recordings that are kept.
    """

    def __init__(self, folder: Path, spare: Path, most: int, most_bytes: int) -> None:
        self._folder, self._spare = folder, spare
        self._most, self._most_bytes = most, most_bytes
        self._running: set[str] = set()

    @contextmanager
    def new(self) -> Iterator[tuple[str, Path]]:
        """Make the folder of an answer, which stays only if `begin` was called.

        Yields
        ------
        str
            Its id, which cannot be guessed.
        Path
            The folder.
        """
        id_ = new_id()
        place = self._place() / id_
        place.mkdir()
        self._running.add(id_)
        try:
            yield id_, place
        finally:
            if not (place / _RECORD).exists():
                self._running.discard(id_)
                shutil.rmtree(place, ignore_errors=True)

    def begin(self, id_: str, upload: Upload, known: dict[str, Any]) -> dict[str, Any]:
        """Keep a recording, of which the answer is yet to be found.

        Parameters
        ----------
        id_ : str
            Of `new`.
        upload : Upload
            The recording, in the answer's folder.
        known : dict
            What is known of it, as `samesong.runtime.server.answer_schemas.KnownSongsModel`.

        Returns
        -------
        dict
            The record, of `samesong.runtime.server.answer_schemas.AnswerModel`.
        """
        place = self._place() / id_
        record = {
            "id": id_,
            "recording": upload.name,
            "file": str(upload.path.relative_to(place)),
            "asked": datetime.now(UTC).isoformat(timespec="seconds"),
            "state": "running",
            "known": known,
            "result": None,
            "problem": None,
        }
        self._write(place, record)
        with suppress(FileNotFoundError):  # another request deletes one
            self._make_room()
        return record

    def finish(self, id_: str, **outcome: Any) -> None:
        """Record what came of it, unless it was removed meanwhile.

        Parameters
        ----------
        id_ : str
            The answer.
        **outcome : object
            Its ``state``, and its ``result`` or ``problem``.
        """
        with suppress(ProblemError):
            place, record = self._read(id_)
            self._write(place, {**record, **outcome})
        self._running.discard(id_)

    def get(self, id_: str) -> dict[str, Any]:
        """Return the record of an answer.

        Parameters
        ----------
        id_ : str
            Its id.

        Returns
        -------
        dict
            As it is now.

        Raises
        ------
        ProblemError
            If there is none.
        """
        is_running = id_ in self._running  # before it is read: it may end in between
        _, record = self._read(id_)
        if record["state"] == "running" and not is_running:
            # Of a server that was stopped before it was done.
            return {**record, "state": "failed", "problem": stopping().to_dict()}
        return record

    def recording(self, id_: str) -> Path:
        """Return the recording of an answer.

        Parameters
        ----------
        id_ : str
            The answer.

        Returns
        -------
        Path
            Its file.

        Raises
        ------
        ProblemError
            If there is none.
        """
        place, record = self._read(id_)
        path = place / str(record["file"])
        if not path.is_file():
            raise _no_answer(id_)
        return path

    def remove(self, id_: str) -> None:
        """Delete an answer and its recording.

        Parameters
        ----------
        id_ : str
            The answer.

        Raises
        ------
        ProblemError
            If there is none.
        """
        place, _ = self._read(id_)
        shutil.rmtree(place, ignore_errors=True)

    def _place(self) -> Path:
        """Return the folder for answers, made if it is missing."""
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError:  # of a catalog that may only be read, or of none on a disk
            self._folder = self._spare
            self._folder.mkdir(exist_ok=True)
        return self._folder

    def _read(self, id_: str) -> tuple[Path, dict[str, Any]]:
        place = self._folder / id_
        if not _ID.fullmatch(id_):
            raise _no_answer(id_)
        try:
            record: dict[str, Any] = json.loads((place / _RECORD).read_bytes())
        except (OSError, ValueError):
            raise _no_answer(id_) from None
        return place, record

    def _write(self, place: Path, record: dict[str, Any]) -> None:
        with suppress(FileNotFoundError), whole_file(place / _RECORD) as stream:
            stream.write(json.dumps(record).encode())

    def _make_room(self) -> None:
        """Delete the oldest answers beyond the limits, and what a killed server left of uploads."""
        kept: list[Path] = []
        left: list[Path] = []
        for path in self._folder.iterdir():
            (kept if (path / _RECORD).is_file() else left).append(path)
        kept.sort(key=lambda path: (path / _RECORD).stat().st_mtime, reverse=True)
        size = 0
        gone = [path for path in left if time.time() - path.stat().st_mtime > _HOUR]
        for count, path in enumerate(kept, 1):
            size += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            if count > self._most or (count > 1 and size > self._most_bytes):
                gone.append(path)
        for path in gone:
            if path.name not in self._running:
                shutil.rmtree(path, ignore_errors=True)


def _no_answer(id_: str) -> ProblemError:
    return ProblemError(
        404,
        "no-answer",
        f"no answer {id_!r}: it was deleted, or made room for later ones; identify the recording "
        "again",
    )
