"""The option ``--cut``: the recording of a set list in one file a song."""

from pathlib import Path

import click

from samesong.features.errors import SetlistError
from samesong.runtime.cli.output import remark
from samesong.runtime.reports.cutting import cut_in_words, cut_songs, require_room
from samesong.runtime.setlist.document import Setlist


def _empty(_context: click.Context, _option: click.Parameter, folder: Path | None) -> Path | None:
    if folder is not None:
        try:
            require_room(folder)
        except SetlistError as error:
            raise click.BadParameter(str(error)) from error
    return folder


cut_option = click.option(
    "--cut",
    "folder",
    type=click.Path(path_type=Path),
    callback=_empty,
    metavar="FOLDER",
    help="Cut the recording into its songs: tagged files in a new folder, copied as they are from "
    "MP3, AAC, ALAC, Opus and Vorbis, and FLAC from anything else.",
)


def cut(
    setlist: Setlist, folder: Path | None, *, told: bool = True, stream: int | None = None
) -> None:
    """Cut a recording where a folder is given.

    Parameters
    ----------
    setlist : Setlist
        The songs.
    folder : Path or None
        Value of the option.
    told : bool, optional
        Whether to print; a report on standard output stays as it is.
    stream : int or None, optional
        Value of ``--stream``.

    Raises
    ------
    DecodeError, OSError
        If the recording cannot be read, or a song not written.
    """
    if folder is not None:
        files = cut_songs(setlist, folder, stream_number=stream or 1)
        if told:
            remark(f"cut into {folder}: {cut_in_words(files)}")
