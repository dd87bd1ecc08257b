"""A recording as the answer to a request, for a browser to play."""

import mimetypes
from pathlib import Path

from starlette.responses import FileResponse

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

AUDIO_FILE: Responses = {
    200: {"description": "The file.", "content": {"audio/*": {}}},
    206: {"description": "The part asked for with the header Range."},
}
"""The answers, as the service's description has them."""


def audio_answer(path: Path) -> FileResponse:
    """Return a recording, or the part of it that is asked for.

    Parameters
    ----------
    path : Path
        Its file.

    Returns
    -------
    FileResponse
        With a media type that no browser takes for a page.
    """
    known = _MEDIA_TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or ""
    is_media = known.startswith(("audio/", "video/"))
    return FileResponse(path, media_type=known if is_media else "application/octet-stream")
