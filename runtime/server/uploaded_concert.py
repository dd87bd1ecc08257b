"""A concert that a client sent, in one file or in several, under the client's own names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from samesong.features.decoding.notes import Note
from samesong.features.errors import AudioError, DecodeError, UnknownFormatError
from samesong.runtime.files.reader import FileReader
from samesong.runtime.server.length_limit import too_long
from samesong.runtime.server.remarks import remarks_on
from samesong.runtime.server.setlists.kept import KeptFile
from samesong.runtime.server.upload_form import Upload
from samesong.runtime.setlist.concert_audio import ConcertAudio, FileSpan
from samesong.runtime.setlist.document import Setlist


@dataclass(frozen=True, eq=False)
class UploadedConcert:
    """A concert that a client sent.

    Attributes
    ----------
    audio : ConcertAudio
        Its sound.
    name : str
        That of the only file, or what several share.
    names : tuple of str
        Names of the files at the client, in order.
    """

    audio: ConcertAudio
    name: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, uploads: Sequence[Upload], seconds: float, reader: FileReader) -> Self:
        """Check the files of a concert, all of them before any work.

        Parameters
        ----------
        uploads : sequence of Upload
            The files in order.
        seconds : float
            Longest that they may last together.
        reader : FileReader
            Reads them.

        Returns
        -------
        UploadedConcert
            The concert.

        Raises
        ------
        AudioError, MissingExtraError
            If a file cannot be used; the message names all of these.
        ProblemError
            If the concert is too long.
        """
        audio = ConcertAudio([upload.path for upload in uploads], reader=reader)
        if audio.failures:
            raise _of_all(list(audio.failures.values()))
        names = tuple(upload.name for upload in uploads)
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        name = audio.shared_name or names[0] + more
        if audio.duration > seconds:
            raise too_long(name, audio.duration, seconds)
        return cls(audio, name, names)

    def named(self, setlist: Setlist) -> Setlist:
        """Return a set list of the concert with the client's names for its files.

        Parameters
        ----------
        setlist : Setlist
            As of a `SetlistFinder`.

        Returns
        -------
        Setlist
            Without paths of the server.
        """
        by_path = dict(zip(map(str, self.audio.paths), self.names, strict=True))
        files = tuple(
            file.model_copy(update={"path": by_path[file.path]}) for file in setlist.files
        )
        title = self.name if files else None
        return setlist.model_copy(update={"recording": self.name, "title": title, "files": files})

    def remarks(self, notes: Mapping[Path, Sequence[Note]]) -> list[str]:
        """Return remarks on the files of the concert with the client's names for them.

        Parameters
        ----------
        notes : mapping of Path to sequence of Note
            As of `FoundConcert`.

        Returns
        -------
        list of str
            What was found in files, in their order.
        """
        named = zip(self.audio.paths, self.names, strict=True)
        return [remark for path, name in named for remark in remarks_on(name, notes.get(path, ()))]

    def kept(self, id_: str, files: Sequence[FileSpan]) -> tuple[KeptFile, ...]:
        """Return the files of the concert as they are to be kept.

        Parameters
        ----------
        id_ : str
            Id of its set list.
        files : sequence of FileSpan
            Those that could be read, in order.

        Returns
        -------
        tuple of KeptFile
            The same files.
        """
        by_path = dict(zip(self.audio.paths, self.names, strict=True))
        return tuple(
            KeptFile(
                by_path[file.path],
                f"{id_}/{number}/{file.path.name}",
                round(file.start, 2),
                round(file.end, 2),
            )
            for number, file in enumerate(files)
        )


def _of_all(failures: Sequence[AudioError]) -> AudioError:
    """Return one error that names all files."""
    if len(failures) == 1:
        return failures[0]
    unknown = [error.problem for error in failures if isinstance(error, UnknownFormatError)]
    if len(unknown) == len(failures):
        return UnknownFormatError("; ".join(unknown))
    return DecodeError("; ".join(map(str, failures)))
