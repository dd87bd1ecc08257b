"""Title, artist, album and codes of an audio file, from its tags or else from its name."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen
from mutagen.apev2 import APETextValue

from samesong.features.audio_file import AudioFile, opened
from samesong.features.decoding.metadata import read_metadata
from samesong.features.errors import AudioError

_TagValues = dict[str, Any]

# Names of each tag in ID3 (mp3, wav, aiff), in Vorbis comments (flac, ogg, opus), in MP4 and in
# Windows Media, in any case; APE (wv, tta) and FFmpeg have those of Vorbis.
_NAMES = {
    "title": ("TIT2", "title", "\xa9nam"),
    "artist": ("TPE1", "artist", "\xa9ART", "Author"),
    "album": ("TALB", "album", "\xa9alb", "WM/AlbumTitle"),
    # FFmpeg writes what ID3 has a name for under a name of its own.
    "isrc": ("TSRC", "isrc", "TXXX:isrc", "----:com.apple.iTunes:ISRC", "WM/ISRC"),
    # MusicBrainz' own id of a work, which many taggers write, is no ISWC.
    "iswc": ("TXXX:ISWC", "iswc", "----:com.apple.iTunes:ISWC"),
    "mb_work_id": (
        "TXXX:MusicBrainz Work Id",
        "TXXX:MUSICBRAINZ_WORKID",
        "musicbrainz_workid",
        "----:com.apple.iTunes:MusicBrainz Work Id",
        "MusicBrainz/Work Id",
    ),
    # Named from a time when MusicBrainz called recordings tracks; what it calls tracks today, of
    # which a recording has one on every release, goes by "release track".
    "mb_recording_id": (
        "UFID:http://musicbrainz.org",
        "TXXX:MUSICBRAINZ_TRACKID",
        "musicbrainz_trackid",
        "musicbrainz_recordingid",
        "----:com.apple.iTunes:MusicBrainz Track Id",
        "MusicBrainz/Track Id",
    ),
}
# Of these all values are kept: a medley has several works.
_WITH_ALL_VALUES = frozenset({"isrc", "iswc", "mb_work_id", "mb_recording_id"})
# What rippers put before a title: "03 - ", "03. ", "03-", "1-03 ", "03 ". "99 Luftballons" and
# "22-20 Blues" keep their numbers.
_TRACK_NUMBER = re.compile(r"^(?:\d-\d\d[\s._-]+|\d{1,3}(?:\s+-\s*|[.)_-](?=\D)\s*)|0\d\s+)(?=\S)")


@dataclass(frozen=True)
class Tags:
    """Tags of a file; None for those that it does not have.

    Attributes
    ----------
    title : str
        From the file's name if no tag gives it.
    artist : str, optional
        The performer.
    album : str, optional
        The release.
    isrc : str, optional
        International Standard Recording Code: it names the recording; semicolons between several.
    iswc : str, optional
        International Standard Musical Work Code: it names the composition; semicolons between
        several.
    mb_work_id, mb_recording_id : str, optional
        MusicBrainz ids of the composition and of the recording; semicolons between several.
    """

    title: str
    artist: str | None = None
    album: str | None = None
    isrc: str | None = None
    iswc: str | None = None
    mb_work_id: str | None = None
    mb_recording_id: str | None = None


def read_tags(recording: str | Path | AudioFile) -> Tags:
    """Read the tags of an audio file; damaged tags count as missing.

    Parameters
    ----------
    recording : str, Path or AudioFile
        The file; one that is open stays open. ID3 is read (of mp3, wav, aiff), Vorbis comments (of
        flac, ogg, opus), MP4's tags, APE's and those of Windows Media; without a title among them,
        also what FFmpeg finds.

    Returns
    -------
    Tags
        Its title is the file's name without track number where no tag gives one.
    """
    path = recording.path if isinstance(recording, AudioFile) else Path(recording)
    tags: _TagValues = {}
    try:
        with opened(recording) as file:
            tags = _by_mutagen(file) or {}
            if not any(key in tags for key in _keys("title")):
                tags = {**_by_ffmpeg(file), **tags}
    except AudioError:  # whoever decodes it will tell
        pass
    found: dict[str, str | None] = {}
    for name in _NAMES:
        values = _values(tags, _keys(name))
        found[name] = "; ".join(values if name in _WITH_ALL_VALUES else values[:1]) or None
    title = found.pop("title") or title_from_name(path)
    return Tags(title, **found)


def title_from_name(path: str | Path) -> str:
    """Return a file's name without extension, track number and underscores.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    str
        What is left of its name; all of it if nothing is.

    Examples
    --------
    >>> title_from_name("music/03 - Scarborough_Fair.flac")
    'Scarborough Fair'
    """
    stem = _storable(Path(path).stem)
    return _TRACK_NUMBER.sub("", stem).replace("_", " ").strip() or stem


def _keys(name: str) -> tuple[str, ...]:
    return tuple(key.lower() for key in _NAMES[name])


def _by_mutagen(file: AudioFile) -> _TagValues:
    """Return tags by their names in lower case; none of a file that mutagen does not know."""
    file.stream.seek(0)
    try:
        content = mutagen.File(file.stream)
        tags = {} if content is None or content.tags is None else content.tags
        return {key.lower(): tags[key] for key in tags.keys()}  # noqa: SIM118  (not all iterate so)
    except Exception:  # mutagen lets parse errors of many kinds through; tags are no reason to fail
        return {}


def _by_ffmpeg(file: AudioFile) -> _TagValues:
    """Return tags of containers and in places that mutagen does not read."""
    return dict(read_metadata(repr(str(file.path)), file.stream))


def _values(tags: _TagValues, keys: tuple[str, ...]) -> list[str]:
    """Return the values of a tag under the first of its names that has any."""
    for key in keys:
        value = tags.get(key)
        if isinstance(value, APETextValue):
            value = list(value)
        value = getattr(value, "text", getattr(value, "data", value))
        values = value if isinstance(value, list) else [] if value is None else [value]
        texts = [_text(one) for one in values]
        if any(texts):
            return [text for text in texts if text]
    return []


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return _storable(str(value).replace("\0", "")).strip()


def _storable(text: str) -> str:
    r"""Return text that UTF-8 can hold: bytes of a file's name that are none become ``\udc..``."""
    return text.encode("utf-8", "backslashreplace").decode()
