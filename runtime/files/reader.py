"""Reading audio files: in this process, or by another reader wherever that one does."""

from pathlib import Path

from samesong.features.audio_file import AudioFile
from samesong.runtime.files.content import FileContent, read_content
from samesong.runtime.files.tags import Tags, read_tags


class FileReader:
    """Reads audio files in this process."""

    def open(self, path: str | Path) -> AudioFile:
        """Open a file.

        Parameters
        ----------
        path : str or Path
            The file.

        Returns
        -------
        AudioFile
            It, open.

        Raises
        ------
        DecodeError
            As `AudioFile` does.
        """
        return AudioFile(path)

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
