"""Formats that are decoded: the one list for searching folders, opening files and telling users."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AudioFormat:
    """A container, and its codecs that matter.

    Attributes
    ----------
    name : str
        For users.
    suffixes : tuple of str
        Endings of the names of its files, in lower case.
    demuxer : str
        FFmpeg's name of the container.
    """

    name: str
    suffixes: tuple[str, ...]
    demuxer: str


FORMATS = (
    AudioFormat("MP3, MP2", (".mp3", ".mp2"), "mp3"),
    AudioFormat("WAV (also RF64)", (".wav",), "wav"),
    AudioFormat("FLAC", (".flac",), "flac"),
    AudioFormat("Ogg (Opus, Vorbis, FLAC)", (".ogg", ".oga", ".opus"), "ogg"),
    AudioFormat(
        "MP4, QuickTime, 3GP (AAC, ALAC)",
        (".m4a", ".m4b", ".mp4", ".m4v", ".mov", ".3gp"),
        "mov",
    ),
    AudioFormat("Matroska, WebM", (".mka", ".mkv", ".webm"), "matroska"),
    AudioFormat("AAC stream", (".aac",), "aac"),
    AudioFormat("AIFF", (".aif", ".aiff"), "aiff"),
    AudioFormat("Core Audio (PCM, ALAC)", (".caf",), "caf"),
    AudioFormat("Windows Media", (".wma",), "asf"),
    AudioFormat("MPEG transport stream", (".ts",), "mpegts"),
    AudioFormat("AVI", (".avi",), "avi"),
    AudioFormat("WavPack", (".wv",), "wv"),
    AudioFormat("True Audio", (".tta",), "tta"),
    AudioFormat("Dolby Digital", (".ac3",), "ac3"),
    AudioFormat("AMR", (".amr",), "amr"),
    AudioFormat("Wave64", (".w64",), "w64"),
    AudioFormat("AU", (".au",), "au"),
)
"""Those that the tests decode, the most common first."""

SUFFIXES = frozenset(suffix for known in FORMATS for suffix in known.suffixes)
"""File names that are taken for audio when a folder is searched; a file that is named is tried."""

DEMUXERS = frozenset(known.demuxer for known in FORMATS)
"""Containers that are opened; FFmpeg's others include lists of addresses that it would follow."""


def suffixes() -> list[str]:
    """Return the suffixes of all formats, without their dots.

    Returns
    -------
    list of str
        The most common first.
    """
    return [suffix[1:] for known in FORMATS for suffix in known.suffixes]


def listed() -> str:
    """Return the suffixes of all formats, for messages.

    Returns
    -------
    str
        Separated by commas.
    """
    return ", ".join(suffixes())


def table() -> str:
    """Return all formats as the documentation lists them; a test compares the two.

    Returns
    -------
    str
        A table in Markdown.
    """
    rows = [f"| {one.name} | {', '.join(one.suffixes)} |" for one in FORMATS]
    return "\n".join(["| format | files |", "|---|---|", *rows])
