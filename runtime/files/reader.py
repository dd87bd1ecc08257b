"""Reading audio files: in this process, or by another reader wherever that one does."""

from pathlib import Path
from typing import Any

from samesong.features.audio_file import AudioFile
from samesong.features.decoding.channels import Channel
from samesong.runtime.files.content import FileContent, read_content
from samesong.runtime.files.tags import Tags, read_tags
from samesong.runtime.storage.object_path import as_path


class FileReader:
    """Reads audio files in this process.

    Parameters
    ----------
    channel : str or int, optional
        The channel to take of each file, as `AudioFile` takes it.
    stream_number : int, optional
        The audio stream to take of each file, from 1.
    """

    def __init__(self, *, channel: Channel | None = None, stream_number: int | None = None) -> None:
        self._options: dict[str, Any] = {"channel": channel, "stream_number": stream_number}

    @property
    def sound(self) -> dict[str, str]:
        """What is taken of each file, by the options that say so; those not given are left out."""
        given = {
            "--channel": self._options["channel"],
            "--stream": self._options["stream_number"],
        }
        return {name: str(value) for name, value in given.items() if value is not None}

    def open(self, path: str | Path) -> AudioFile:
        """Open a file.

        Parameters
        ----------
        path : str or Path
            The file, or the address of an object.

        Returns
        -------
        AudioFile
            It, open.

        Raises
        ------
        DecodeError
            As `AudioFile` does.
        """
        return AudioFile(as_path(path), **self._options)

    def content(self, file: AudioFile) -> FileContent:
        """Read all bytes of a file that this reader opened.

        Parameters
        ----------
        file : AudioFile
            The file; it stays open.

        Returns
        -------
        FileContent
            Its content.

        Raises
        ------
        AudioError
            If it cannot be read.
        """
        return read_content(file)

    def tags(self, file: AudioFile) -> Tags:
        """Read the tags of a file that this reader opened.

        Parameters
        ----------
        file : AudioFile
            The file; it stays open.

        Returns
        -------
        Tags
            As `read_tags` returns them.

        Raises
        ------
        AudioError
            If another reader cannot read it.
        """
        return read_tags(file)
