"""A recording cut into its songs by a set list, each in a tagged file."""

import re
from pathlib import Path

from samesong.features.errors import SetlistError
from samesong.runtime.display.text import one_line
from samesong.runtime.files.audio_cut import FLAC, cut_audio
from samesong.runtime.reports.file_parts import file_parts
from samesong.runtime.reports.song_names import artist, title
from samesong.runtime.setlist.document import Setlist
from samesong.runtime.setlist.song import Song

_LONGEST = 120
"""Letters of a title in the name of a file; file systems take 255 bytes."""

_RESERVED = re.compile(r'[\\/:*?"<>|]+')


def require_room(folder: Path) -> None:
    """Refuse a folder that already holds something.

    Parameters
    ----------
    folder : Path
        Where songs are to be written.

    Raises
    ------
    SetlistError
        If it is a file, or a folder that is not empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SetlistError(f"{folder} holds something already: name a new or empty folder")


def cut_songs(setlist: Setlist, folder: Path, *, stream_number: int = 1) -> list[Path]:
    """Write each song of a recording into a file of its own.

    Parameters
    ----------
    setlist : Setlist
        The songs; a song that runs over the end of a file becomes several.
    folder : Path
        Made if it is missing.
    stream_number : int, optional
        The audio stream of the recording, from 1.

    Returns
    -------
    list of Path
        The files in order, such as ``01 Greensleeves.opus``, tagged with title, artist, album
        (the concert) and number.

    Raises
    ------
    SetlistError
        If the folder holds something already.
    DecodeError
        If the recording cannot be read.
    OSError
        If a file cannot be written.
    """
    require_room(folder)
    folder.mkdir(parents=True, exist_ok=True)
    digits = max(2, len(str(len(setlist.songs))))
    written = []
    for number, song in enumerate(setlist.songs, 1):
        parts = file_parts(setlist, song.start, song.end)
        for count, part in enumerate(parts, 1):
            name = f"{number:0{digits}} {_file_name(title(song))}"
            target = folder / (f"{name} ({count})" if len(parts) > 1 else name)
            tags = {**_tags(setlist, song), "tracknumber": f"{number}/{len(setlist.songs)}"}
            written.append(
                cut_audio(
                    part.path, target, part.start, part.end, tags, stream_number=stream_number
                )
            )
    return written


def cut_in_words(files: list[Path]) -> str:
    """Return what became of a recording.

    Parameters
    ----------
    files : list of Path
        What `cut_songs` returned.

    Returns
    -------
    str
        Such as ``12 copied as they are, 3 converted to FLAC``.
    """
    n_converted = sum(path.suffix == FLAC for path in files)
    told = {
        "copied as they are": len(files) - n_converted,
        "converted to FLAC": n_converted,
    }
    return ", ".join(f"{count} {what}" for what, count in told.items() if count) or "no songs"


def _tags(setlist: Setlist, song: Song) -> dict[str, str]:
    tags = {"title": title(song), "artist": artist(song), "album": one_line(setlist.name)}
    return {name: value for name, value in tags.items() if value}


def _file_name(text: str) -> str:
    return _RESERVED.sub("_", text)[:_LONGEST].encode()[: 2 * _LONGEST - 20].decode(errors="ignore")
