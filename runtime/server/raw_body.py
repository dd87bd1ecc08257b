"""Receiving a file that is the whole body of a request, within the limits of those in forms."""

import mimetypes
from collections.abc import AsyncIterable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from samesong.runtime.server.problems import ProblemError
from samesong.runtime.server.upload_form import Upload
from samesong.runtime.server.upload_names import coded_name, safe_name, shown_name
from samesong.runtime.server.upload_refusals import too_large

_KINDS = ("audio/", "video/")
_OTHERS = frozenset({"application/octet-stream", "application/ogg"})
_WRITE_BYTES = 1024**2  # written to disk at a time

RAW_TYPES = ("audio/*", "video/*", "application/octet-stream")
"""Content types of bodies that are a file, as the service's description has them."""


def is_raw(kind: str) -> bool:
    """Return True if a body of a content type is a file rather than a form.

    Parameters
    ----------
    kind : str
        The type, without its parameters.

    Returns
    -------
    bool
        False for the type that curl names when none is given.

    Examples
    --------
    >>> is_raw("audio/mpeg"), is_raw("application/x-www-form-urlencoded")
    (True, False)
    """
    return kind.startswith(_KINDS) or kind in _OTHERS


async def receive_raw(
    headers: Headers, kind: str, pieces: AsyncIterable[bytes], folder: Path, limit: int
) -> Upload:
    """Write a body to a file.

    Parameters
    ----------
    headers : Headers
        Those of the request; Content-Disposition may name the file.
    kind : str
        The content type, without its parameters.
    pieces : async iterable of bytes
        The body.
    folder : Path
        Folder for the file.
    limit : int
        Largest size in bytes.

    Returns
    -------
    Upload
        The file.

    Raises
    ------
    ProblemError
        If the body is empty, cut off or too large.
    """
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise too_large(limit)
    given = coded_name(headers.get("content-disposition", "")) or _name_of(kind)
    place = folder / "body"
    place.mkdir()
    upload = Upload(shown_name(given), place / safe_name(given))
    size = 0
    with upload.path.open("wb") as file:
        waiting = bytearray()
        async for piece in pieces:
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            waiting += piece
            if len(waiting) >= _WRITE_BYTES:
                await run_in_threadpool(file.write, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(file.write, bytes(waiting))
    if not size:
        raise ProblemError(
            400, "upload", f"the body of type {kind} is empty: send the file's bytes in it"
        )
    return upload


def _name_of(kind: str) -> str:
    return f"recording{mimetypes.guess_extension(kind) or ''}"
