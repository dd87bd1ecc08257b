"""Title, artist, album and codes of an audio file, from its tags or else from its name."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen

from samesong.features.audio_file import AudioFile

# Names of each tag in ID3 (mp3, wav, aiff), in Vorbis comments (flac, ogg, opus), in MP4.
_NAMES = {
    "title": ("TIT2", "title", "\xa9nam"),
    "artist": ("TPE1", "artist", "\xa9ART"),
    "album": ("TALB", "album", "\xa9alb"),
    "isrc": ("TSRC", "isrc", "----:com.apple.iTunes:ISRC"),
    # MusicBrainz' own id of a work, which many taggers write, is no ISWC.
    "iswc": ("TXXX:ISWC", "TXXX:iswc", "iswc", "----:com.apple.iTunes:ISWC"),
    "mb_work_id": (
        "TXXX:MusicBrainz Work Id",
        "TXXX:MUSICBRAINZ_WORKID",
        "musicbrainz_workid",
        "----:com.apple.iTunes:MusicBrainz Work Id",
    ),
    # Named from a time when MusicBrainz called recordings tracks; what it calls tracks today, of
    # which a recording has one on every release, goes by "release track".
    "mb_recording_id": (
        "UFID:http://musicbrainz.org",
        "TXXX:MUSICBRAINZ_TRACKID",
        "musicbrainz_trackid",
        "musicbrainz_recordingid",
        "----:com.apple.iTunes:MusicBrainz Track Id",
    ),
}
# Of these all values are kept: a medley has several works.
_WITH_ALL_VALUES = frozenset({"mb_work_id", "mb_recording_id"})
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
        International Standard Recording Code: it names the recording.
    iswc : str, optional
        International Standard Musical Work Code: it names the composition.
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
        flac, ogg, opus), MP4's tags, and of others what goes by the same names.

    Returns
    -------
    Tags
        Its title is the file's name without track number where no tag gives one.
    """
    try:
        if isinstance(recording, AudioFile):
            recording.stream.seek(0)
            content = mutagen.File(recording.stream)
        else:
            content = mutagen.File(recording)
    except Exception:  # mutagen lets parse errors of many kinds through; tags are no reason to fail
        content = None
    tags = {} if content is None or content.tags is None else content.tags
    path = recording.path if isinstance(recording, AudioFile) else recording
    found: dict[str, str | None] = {}
    for name, keys in _NAMES.items():
        values = _values(tags, keys)
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


def _values(tags: Any, keys: tuple[str, ...]) -> list[str]:
    """Return the values of a tag under the first of its names that has any."""
    for key in keys:
        try:
            value = tags[key]
        except (KeyError, ValueError):  # ValueError: the key cannot be one of this kind of tags
            continue
        value = getattr(value, "text", getattr(value, "data", value))
        texts = [_text(one) for one in (value if isinstance(value, list) else [value])]
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
