"""The media types of recordings that are played."""

import mimetypes
from pathlib import Path

from samesong.runtime.server.openapi import Responses

# Types that Python does not know, or names differently from browsers.
_MEDIA_TYPES = {
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mka": "audio/x-matroska",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
}
FILE: Responses = {
    200: {"description": "The file.", "content": {"audio/*": {}}},
    206: {"description": "The part asked for with the header Range."},
}
"""Answers that are a recording, as OpenAPI describes them."""


def media_type(path: Path) -> str:
    """Return the media type of a recording.

    Parameters
    ----------
    path : Path
        The file; its suffix counts.

    Returns
    -------
    str
        One that no browser runs: for audio, for video, or for anything.

    Examples
    --------
    >>> media_type(Path("a.flac")), media_type(Path("page.html"))
    ('audio/flac', 'application/octet-stream')
    """
    known = _MEDIA_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    return known if known.startswith(("audio/", "video/")) else "application/octet-stream"
